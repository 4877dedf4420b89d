"""The names of the workflow are loaded when they are used: whoever lists runs must not wait for the stages."""

from __future__ import annotations

import pytest

from calbench import workflow


def test_every_name_has_a_home_and_no_other() -> None:
    assert sorted(workflow._HOME_OF) == sorted(workflow.__all__)
    for name in workflow.__all__:
        assert getattr(workflow, name) is not None


def test_a_name_that_is_not_there_is_refused_as_that_of_any_module() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = workflow.nothing
