"""Further readings near the limit: taken only there, joined with the first, and said on the certificate.

The shares 0.8 and 1.2 and the two further readings are those that reference/legal-metrology.md states for electricity
meters (from memory of JJG 596, not confirmed); here they stand for the rule.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from calbench.certificates.assemble import assemble
from calbench.certificates.content import Paragraph
from calbench.documents.canonical import canonical
from calbench.evaluation.verifying import verify_record
from calbench.quantities import parse_quantity

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab, Ran

FIVE, TEN = "dcv/10V/5V", "dcv/10V/10V"
RULE = ("    readings: 2\n", "    readings: 2\n    near_limit: {from: 0.8, to: 1.2, readings: 2}\n")


def run(lab: Lab, texts: dict[str, str], gain: str, *changes: tuple[str, str]) -> Ran:
    drifted = ("1: {gain: 6 ppm, offset: 0.4 uV}", f"1: {{gain: {gain}, offset: 0 V, warmup: 0, tempco: 0}}")
    return lab.run(lab.plan(texts["volts"], *changes, station=lab.station(drifted)))


# The limits are 225 uV at 5 V and 400 uV at 10 V, so that 34 ppm are 0.76 and 0.85 of them, 38 ppm 0.84 and 0.95.
@pytest.mark.parametrize(
    ("gain", "readings"), [("10 ppm", [2, 2]), ("34 ppm", [2, 4]), ("38 ppm", [4, 4]), ("80 ppm", [2, 2])]
)
def test_more_readings_are_taken_only_near_the_limit(
    lab: Lab, texts: dict[str, str], gain: str, readings: list[int]
) -> None:
    ran = run(lab, texts, gain, RULE)
    assert [ran.result(name).n for name in (FIVE, TEN)] == readings
    assert {one.name: one.holds for one in verify_record(canonical(ran.record))}["results"] is True


def test_the_mean_of_all_readings_counts_and_they_are_one_attempt(lab: Lab, texts: dict[str, str]) -> None:
    ran = run(lab, texts, "34 ppm", RULE)
    (attempt,) = ran.record.attempts[TEN]
    mean = sum((Decimal(raw.value) for raw in attempt.readings), Decimal(0)) / 4
    indication = ran.result(TEN).indication
    assert indication is not None
    assert parse_quantity(indication).value == mean
    assert ran.record.run.retakes == 0


def test_without_the_rule_nothing_is_read_again(lab: Lab, texts: dict[str, str]) -> None:
    ran = run(lab, texts, "34 ppm")
    assert [ran.result(name).n for name in (FIVE, TEN)] == [2, 2]
    assert b"near_limit" not in canonical(ran.plan)


def test_the_certificate_says_which_results_rest_on_more_readings(lab: Lab, texts: dict[str, str]) -> None:
    record = run(lab, texts, "34 ppm", RULE).record
    for language, said in (
        ("en", "No. 2: near the limit (0.8 to 1.2 times it)"),
        ("zh", "序号 2：结果接近允许限"),
    ):
        sections = assemble(record, "0" * 64, language).sections  # type: ignore[arg-type] # one of the two
        texts_ = [block.text for one in sections for block in one.blocks if isinstance(block, Paragraph)]
        assert any(said in text for text in texts_)
