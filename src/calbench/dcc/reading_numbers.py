"""Numbers from XML: si:real, si:constant, si:realListXMLList, si:list of them, and si:hybrid of them.

D-SI 2.2 has its uncertainty in `measurementUncertaintyUnivariate`, D-SI 2.0 and 2.1 in `expandedUnc` and
`coverageInterval`; both are read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calbench.dcc.layout import SI
from calbench.dcc.numbers import Numbers, Spread, Uncertainty
from calbench.dcc.xmlfile import problem_at

if TYPE_CHECKING:
    from lxml import etree

_SI = f"{{{SI}}}"
_ONE, _LIST = (f"{_SI}real", f"{_SI}constant"), f"{_SI}realListXMLList"
NUMBERS = {*_ONE, _LIST, f"{_SI}hybrid", f"{_SI}list"}
_NUMBER = re.compile(r"[-+]?(?:[0-9]*\.[0-9]+|[0-9]+\.?)(?:[Ee][-+]?[0-9]+)?|NaN")
# of an element with uncertainty: its kind, and the names of U or u, k, p, distribution, lower and upper end in it
_SPREADS: dict[str, tuple[Spread, str]] = {
    "expandedMU": ("expanded", "valueExpandedMU"),
    "standardMU": ("standard", "valueStandardMU"),
    "coverageIntervalMU": ("interval", "valueStandardMU"),
    "expandedUnc": ("expanded", "uncertainty"),
    "coverageInterval": ("interval", "standardUnc"),
}
_WRAPPER = "measurementUncertaintyUnivariate"


def numbers_of(element: etree._Element, file: str) -> tuple[Numbers, ...]:
    """Read the numbers of an element; several of a hybrid.

    Raises:
        InvalidFile: A number that is none (D007), lists of different lengths (D008), or no unit (D009).
    """
    if element.tag in _ONE:
        return (_one(element, file),)
    if element.tag == _LIST:
        return (_list(element, file),)
    if element.tag == f"{_SI}hybrid":
        return tuple(each for inner in element if inner.tag in NUMBERS for each in numbers_of(inner, file))
    return tuple(_real_list(each, file) if each.tag == f"{_SI}realList" else _list(each, file)
                 for each in element if each.tag in (_LIST, f"{_SI}realList"))  # fmt: skip


def _one(element: etree._Element, file: str, unit: str = "") -> Numbers:
    values = _words(element, "value")
    units = _words(element, "unit") or ((unit,) if unit else ())
    numbers = Numbers(values[:1] if len(values) == 1 else values, units, _uncertainty(element, ""))
    return _checked(numbers, element, file)


def _list(element: etree._Element, file: str) -> Numbers:
    values, units = _words(element, "valueXMLList"), _words(element, "unitXMLList")
    return _checked(Numbers(values, units, _uncertainty(element, "XMLList"), listed=True), element, file)


def _real_list(element: etree._Element, file: str) -> Numbers:
    """Read the older list of single values, whose unit may be given once for all."""
    unit = " ".join(_words(element, "listUnit"))
    each = [_one(one, file, unit) for one in element.iterchildren(f"{_SI}real")]
    values = tuple(one.values[0] for one in each)
    units = tuple(one.units[0] for one in each)
    spreads = [one.uncertainty for one in each if one.uncertainty is not None]
    shared = _uncertainty(element, "", outer=("listUnivariateUnc", "listMeasurementUncertaintyUnivariate"))
    own = _joined(spreads) if spreads and len(spreads) == len(each) else shared
    return _checked(Numbers(values, units, own, listed=True), element, file)


def _joined(each: list[Uncertainty]) -> Uncertainty:
    def all_of(name: str) -> tuple[str, ...]:
        return tuple(value for one in each for value in getattr(one, name))

    first = each[0].kind
    return Uncertainty(
        first, *(all_of(name) for name in ("values", "k", "p", "distribution", "lower", "upper"))
    )


def _uncertainty(element: etree._Element, suffix: str, outer: tuple[str, ...] = ()) -> Uncertainty | None:
    places = [element]
    for name in outer or (
        f"{_WRAPPER}{suffix}",
        "measurementUncertaintyUnivaraite",
    ):  # as D-SI 2.2.1 spells it
        places += element.findall(f"{_SI}{name}")
    for place in places:
        for name, (kind, value) in _SPREADS.items():
            found = place.find(f"{_SI}{name}{suffix}")
            if found is not None:
                return Uncertainty(
                    kind,
                    _words(found, f"{value}{suffix}"),
                    _words(found, f"coverageFactor{suffix}"),
                    _words(found, f"coverageProbability{suffix}"),
                    _words(found, f"distribution{suffix}"),
                    _words(found, f"intervalMin{suffix}"),
                    _words(found, f"intervalMax{suffix}"),
                )
    return None


def _words(element: etree._Element, name: str) -> tuple[str, ...]:
    found = element.find(f"{_SI}{name}")
    return () if found is None else tuple((found.text or "").split())


def _checked(numbers: Numbers, element: etree._Element, file: str) -> Numbers:
    count = len(numbers.values)
    own = numbers.uncertainty
    if not count or (count != 1 and not numbers.listed):
        raise problem_at(element, file, "D007", "there is no value" if not count else "one value is needed")
    if not numbers.units:
        raise problem_at(element, file, "D009", "there is no unit", r"a plain number has the unit \one")
    spread = (own.values, own.k, own.p, own.lower, own.upper) if own else ()
    for text in (each for group in (numbers.values, *spread) for each in group):
        if not _NUMBER.fullmatch(text):
            message = f"{text[:40]!r} is no number"
            raise problem_at(element, file, "D007", message, "write digits, a point and an exponent")
    for group in (numbers.units, *spread, *((own.distribution,) if own else ())):
        if len(group) not in (0, 1, count):
            message = f"{len(group)} of something stand beside {count} values"
            raise problem_at(element, file, "D008", message, "write one for all, or one for each")
    if own is not None and not own.values:
        raise problem_at(element, file, "D007", "an uncertainty has no value")
    return numbers
