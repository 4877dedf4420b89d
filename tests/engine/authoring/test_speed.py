"""Reading ends soon, whatever is read; counted in processor time, so that other work does not matter."""

from __future__ import annotations

import time
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from calbench.authoring.source import Source
from calbench.authoring.validation import read
from calbench.authoring.yamlfile import parse
from calbench.documents.scalars import Text, Whole
from calbench.errors import InvalidFile

HEAD = "sheet: a\nlanguage: 1\n"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Part):
    lower: Text
    upper: Text | None = None


class Wait(Part):
    wait: Text


class Preload(Part):
    preload: Whole


class Prompt(Part):
    prompt: Text


class Trial(Part):
    test: Text
    readings: Whole | Literal["all"] = 1
    points: list[Text] = Field(default=[], min_length=1)
    mpe: Text | Limits | None = None


class Sheet(Part):
    sheet: Text
    language: Literal["1"]
    tests: list[Trial] = []
    steps: list[Prompt | Wait | Preload] = []


def test_speed():
    lines = "".join(
        f"  - test: dcv{number}\n    readings: 10\n"
        "    points: [0 mV, 100 mV, -100 mV]\n    mpe: {lower: 0.5 uV, upper: 1 uV}\n"
        for number in range(125)
    )
    source = Source("f.yaml", HEAD + "tests:\n" + lines)
    assert len(source.lines) >= 500
    times = []
    for _ in range(5):
        began = time.process_time()
        read(source, Sheet)
        times.append(time.process_time() - began)
    assert min(times) < 0.06  # 10 ms where it was measured


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HEAD + "steps: [" + "{a: 1}, " * 30_000 + "]", marks=pytest.mark.repeated),
        HEAD + "".join(f"k{number}: 1\n" for number in range(90_000)),
        pytest.param(HEAD + "tests: [" + "x, " * 90_000 + "]", marks=pytest.mark.repeated),
        HEAD + "tests: &a [&b {test: x, points: [" + "{}, " * 1_000 + "]}]\nx: [" + "*a, " * 40 + "]\n",
    ],
    ids=["unions", "keys", "entries", "aliases"],
)
def test_a_heap_of_mistakes_ends_soon(text):
    began = time.process_time()
    with pytest.raises(InvalidFile) as caught:
        read(Source("f.yaml", text), Sheet)

    assert len(caught.value.problems) <= 101
    assert time.process_time() - began < 15  # 2 s where it was measured; a quadratic way would take minutes


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "[" * 2_000_000,
        "{a: " * 500_000,
        "- " * 1_000_000,
        "? " * 1_000_000,
        "---\n" * 500_000,
        "a: " * 600_000,
    ],
    ids=["9^8", "brackets", "braces", "dashes", "questions", "documents", "colons"],
)
def test_hostile_texts_end_soon(text):
    began = time.process_time()
    parsed = parse(Source("f.yaml", text))

    assert parsed.problems
    assert time.process_time() - began < 2
