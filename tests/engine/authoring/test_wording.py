from __future__ import annotations

from typing import get_args

from pydantic import BaseModel
from pydantic_core.core_schema import ErrorType

from calbench.authoring.branches import Issue
from calbench.authoring.located import Located
from calbench.authoring.source import Source
from calbench.authoring.wording import word
from calbench.authoring.yamlfile import parse


class Sheet(BaseModel):
    a: str


def test_every_error_of_pydantic_has_a_sentence():
    source = Source("f.yaml", "a: b\n")
    root = parse(source).root
    assert root is not None
    located = Located(source, root)
    limits = dict.fromkeys(("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern"), 3)
    context = {**limits, "expected": "'x' or 'y'"}
    for kind in get_args(ErrorType):
        told = word(Issue(kind, ("a",), Sheet, message="Input should be good", context=context), located)
        assert told.rule[0] == "S", kind
        assert told.message, kind
        assert not told.message.startswith("Input"), (kind, told)
        assert "None" not in told.message, (kind, told)
