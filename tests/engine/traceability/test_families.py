"""Standards that rest on one certificate, in one budget: lines of a family are one line."""

from __future__ import annotations

import pytest

from calbench.documents.procedure import Contribution
from calbench.planning import contributions, standards
from calbench.quantities import parse_quantity
from calbench.traceability.correlating import family

DCV, READ = "source.voltage.dc", "measure.voltage.dc"
STATED = [
    Contribution.model_validate({"name": "Source", "from": "source.uncertainty"}),
    Contribution.model_validate({"name": "Meter", "from": "meter.uncertainty"}),
    Contribution.model_validate({"name": "Leads", "half_width": "1 uV", "shape": "rectangular"}),
]


def lines(make, above, roles, **more):
    certificate = {} if above is None else {"traceable_to": {"certificate": "NMI-7", "correlation": above}}
    entry = [{"at": "10 V", "expanded": "30 uV", "k": "2"}]
    source = make("CAL", {"number": "C-CAL", **certificate}, provides={DCV: entry}, **more)
    meter = make("DMM", {"number": "C-DMM", **certificate}, provides={READ: entry}, **more)
    ten = parse_quantity("10 V")
    found = {"source": standards.at(source, DCV, ten), "meter": standards.at(meter, READ, ten)}
    there = {role: one for role, one in found.items() if one is not None}
    return contributions.stated(STATED, there, roles, "p", {"nominal": ten})


def shown(stated):
    return [(one.name["en"], one.expanded or one.half_width, one.input) for one in stated]


def test_two_certificates_are_two_lines(make):
    assert shown(lines(make, None, {"source", "meter"})) == [
        ("Source", "30 µV", "reference"),
        ("Meter", "30 µV", "reference"),
        ("Leads", "1 uV", "indication"),
    ]


def test_two_that_rest_on_one_are_one_line(make):
    """30 + 30 µV, arithmetically; the line keeps the name of the first, and says where both are from."""
    found = lines(make, "1", {"source", "meter"})

    assert shown(found) == [("Source", "60 µV", "reference"), ("Leads", "1 uV", "indication")]
    assert "CAL, certificate C-CAL" in found[0].source
    assert "DMM, certificate C-DMM" in found[0].source
    assert family(found[0].influence) == "certificate:NMI-7"


def test_a_part_in_common_is_one_line_beside_two(make):
    """r = 0.6 each: 0.6 · 30 + 0.6 · 30 = 36 µV in common, and 0.8 · 30 = 24 µV of each."""
    assert shown(lines(make, "0.6", {"source", "meter"})) == [
        ("Source: common with certificate NMI-7", "36 µV", "reference"),
        ("Source", "24 µV", "reference"),
        ("Meter", "24 µV", "reference"),
        ("Leads", "1 uV", "indication"),
    ]


def test_those_that_enter_on_both_sides_of_a_difference_stay_two_lines(make):
    assert [one.input for one in lines(make, "1", {"meter"})] == ["indication", "reference", "indication"]


@pytest.mark.parametrize(
    ("influence", "expected"),
    [
        ("asset:R/C-1/source.voltage.dc@10V", "asset:R/C-1/source.voltage.dc"),
        ("asset:R/C@1/source.voltage.dc@10V,1kHz", "asset:R/C@1/source.voltage.dc"),
        ("certificate:NMI@7@R/source.voltage.dc/10V", "certificate:NMI@7"),
        ("asset:R/leads", "asset:R/leads"),
        ("run:dcv@home/repeatability", "run:dcv@home/repeatability"),
    ],
)
def test_the_family_of_an_influence(influence, expected):
    assert family(influence) == expected
