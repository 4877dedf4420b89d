"""What the program says in English, in the language of the reader: messages of runs, plans and refusals.

They come from other stages and processes as sentences. Tables hold each as a template in both languages; what no table
knows stands as it was written.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from calbench.server.wording import afterwards, plans, refusals

DEEPEST = 4
"""How often a message may stand within another one."""
_SLOT = re.compile(r"\{(\w+)\}")
_SENTENCES = ("count", "error", "found", "hint", "kind", "rest", "why")
"""Slots that hold a sentence of their own, and not a name or a number."""
_GIVES = re.compile(r"(\S+) gives (\S)")
_BY_HAND = ("keyboard (the role has no fallback: keyboard)", "键盘（该角色没有 fallback: keyboard）")
_WORDS = {"none": "无", "nothing": "无", "unknown": "未知", "no answer": "无回答", "somebody": "某人"}


def in_chinese(text: str) -> str:
    """Give a message in Chinese, line by line; what no table has stands as it was written."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    said = line.strip()
    found = _told(said, DEEPEST) or _partly(said) or said
    return line[: len(line) - len(line.lstrip())] + found


def _told(text: str, deep: int) -> str | None:
    """Give a sentence in Chinese; None where a part of it that is a sentence is in no table."""
    if text in _WORDS:
        return _WORDS[text]
    for pattern, chinese in _patterns() if deep else ():
        match = pattern.fullmatch(text)
        if match is None:
            continue
        inner = {name: _inner(name, said, deep) for name, said in match.groupdict().items()}
        if None not in inner.values():
            return _SLOT.sub(lambda slot: inner[slot[1]] or "", chinese)  # noqa: B023 - used at once
    return None


def _partly(text: str) -> str | None:
    """Give a sentence of which a part stays in English."""
    for pattern, chinese in _patterns():
        match = pattern.fullmatch(text)
        if match is not None:
            inner = {name: _inner(name, said, DEEPEST) or said for name, said in match.groupdict().items()}
            return _SLOT.sub(lambda slot: inner[slot[1]], chinese)  # noqa: B023 - used at once
    return None


def _inner(name: str, said: str, deep: int) -> str | None:
    """Give what stands in a slot in Chinese; None for a sentence that no table has."""
    if name == "has":
        return (
            _GIVES.sub(r"\1 提供 \2", said)
            .replace(*_BY_HAND)
            .replace("提供 nothing", "提供 无")
            .replace("none", "无")
        )
    return _told(said, deep - 1) if _is_sentence(name) else _WORDS.get(said, said)


def _is_sentence(name: str) -> bool:
    return name in _SENTENCES


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Give the templates as patterns: first those that say of what a sentence is told; then the longest."""
    return tuple(
        (re.compile(_pattern(english), re.DOTALL), chinese)
        for english, chinese in sorted(
            templates(),
            key=lambda one: (not any(map(_is_sentence, _SLOT.findall(one[0]))), -len(_SLOT.sub("", one[0]))),
        )
    )


def templates() -> Iterator[tuple[str, str]]:
    """Give every template, in English and in Chinese."""
    for one in (afterwards, plans, refusals):
        yield from one.MESSAGES


def _pattern(english: str) -> str:
    parts = _SLOT.split(english)
    given: set[str] = set()
    pattern = ""
    for index, part in enumerate(parts):
        pattern += (
            re.escape(part) if index % 2 == 0 else f"(?P={part})" if part in given else f"(?P<{part}>.+?)"
        )
        given |= {part} if index % 2 else set()
    return pattern
