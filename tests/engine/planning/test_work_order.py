"""What a work order may say, and what a plan says that this version does not do."""

from __future__ import annotations

import pytest

from calbench.errors import PlanRefused
from calbench.workflow import Options, prepare


def test_a_misspelt_field_of_the_work_order_is_refused() -> None:
    with pytest.raises(PlanRefused, match=r"'serail' is nothing .* did you mean serial\?"):
        prepare("dmm-34401a", "demo", Options(uut={"serail": "1"}))


def test_the_plan_names_what_is_read_but_not_done() -> None:
    keys = prepare("dmm-34401a", "demo", Options()).plan.not_in_effect
    assert not any("after_lost_contact" in key or "resume_within" in key for key in keys)  # both are done
    assert "procedure: policy.stages beyond as_found" in keys
    assert prepare("analogue-voltmeter", "keyboard", Options()).plan.not_in_effect == []
