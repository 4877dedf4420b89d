"""One test as it holds: with the procedure's defaults, where each key stands, and what it measures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calbench.authoring.findings import difference
from calbench.authoring.located import Path
from calbench.authoring.naming import MEASURED, Names
from calbench.documents.measurands import MEASURANDS, capability, split
from calbench.documents.procedure import Procedure, Test, TestDefaults
from calbench.quantities import CELSIUS, NUMBER, Shape, Vector, find_unit

_WORD = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


@dataclass(frozen=True)
class View:
    """A test with the defaults filled in; one that asks questions, or follows from another, takes no defaults.

    Attributes:
        index: Which test of the file.
        test: With defaults.
        own: Without.
        quantity: What it reads, as in `voltage.dc`; "" for none, or one that its role does not read.
        shape: Of what it reads; None if that is not clear.
    """

    index: int
    test: Test
    own: Test
    quantity: str = ""
    shape: Shape | None = None

    def path(self, *steps: str | int) -> Path:
        """Give the path of a key: of the test, or of the defaults if it stands there."""
        base: Path = ("tests", self.index)
        if steps and isinstance(steps[0], str):
            name = {"with": "with_"}.get(steps[0], steps[0])
            if (
                name in TestDefaults.model_fields
                and getattr(self.own, name) is None
                and getattr(self.test, name) is not None
            ):
                base = ("defaults",)
        return (*base, *steps)

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return f"test {self.own.test}" if self.own.test else f"test {self.index + 1}"

    @property
    def spread(self) -> Shape | None:
        """Shape of its error, limits and uncertainty."""
        return None if self.shape is None else difference(self.shape)

    @property
    def has_nominal(self) -> bool:
        """Tell whether its points have a nominal value."""
        given = (self.test.ranges, self.test.points, self.test.load)
        return self.is_load or any(one is not None for one in given)

    @property
    def is_load(self) -> bool:
        """Tell whether it applies several quantities together, and says them: their power is the nominal value."""
        applied = None if self.test.apply is None else MEASURANDS.get(split(self.test.apply)[1])
        return applied is not None and applied.is_load and "with_" in self.own.model_fields_set


def views(procedure: Procedure) -> list[View]:
    """Give every test that is not a `use`."""
    return [_view(index, test, procedure) for index, test in enumerate(procedure.tests) if test.use is None]


def shape_of(quantity: str) -> Shape | None:
    """Give the shape of readings of a quantity of the language; None if there is no such quantity."""
    if quantity not in MEASURANDS:
        return None
    unit = find_unit(MEASURANDS[quantity].unit)
    return CELSIUS if unit.offset else unit.dimension


def _view(index: int, test: Test, procedure: Procedure) -> View:
    whole = test
    if not test.ask and test.of is None:
        missing: dict[str, Any] = {
            name: value
            for name in TestDefaults.model_fields
            if (value := getattr(procedure.defaults, name)) is not None and getattr(test, name) is None
        }
        whole = test.model_copy(update=missing)
    role, quantity = split(whole.read) if whole.read else ("", "")
    needs = procedure.roles[role].needs if role in procedure.roles else []
    shape = shape_of(quantity) if capability("measure", quantity) in needs else None
    return View(index, whole, test, quantity if shape is not None else "", shape)


def before(view: View, parameters: Names, *, resolution: bool = True) -> Names:
    """Give the names that have a value before the point is measured."""
    shapes: dict[str, Shape] = {"n": NUMBER}
    unclear: set[str] = set()
    if not view.has_nominal:
        unclear |= {"nominal", "reference", "rdg", "load"}  # that there are no points is told elsewhere
    else:
        _share(shapes, unclear, view.shape, ("nominal", "reference"))
        _share(shapes, unclear, view.spread, ("rdg",))
        if view.quantity == "mass":
            _share(shapes, unclear, view.shape, ("load",))
    if view.test.ranges is not None:
        _share(shapes, unclear, view.spread, ("range", "rng"))
    if resolution and (view.test.ranges is not None or view.test.resolution is not None):
        _share(shapes, unclear, view.spread, ("resolution",))
    if view.shape is None:
        unclear |= set(MEASURED)
    return parameters.with_(shapes, frozenset(MEASURED), frozenset(unclear))


def after(view: View, parameters: Names, across: Names) -> Names:
    """Give the names that have a value when the point was measured."""
    known = before(view, parameters)
    if view.shape is None or view.spread is None:
        return known.with_(across.shapes, frozenset(), across.unclear)
    shapes: dict[str, Shape] = {
        "indication": view.shape,
        "reference": view.shape,
        "error": view.spread,
        "readings": Vector(_scalar(view.shape)),
        "stdev": view.spread,
    }
    return known.with_({**across.shapes, **shapes}, frozenset(), across.unclear)


def said(view: View) -> dict[str, Any]:
    """Give what one point has to say when it was measured, by name; inputs with names of their own belong here."""
    if view.shape is None or view.spread is None:
        return {}
    return {
        "indication": _scalar(view.shape),
        "reference": _scalar(view.shape),
        "error": _scalar(view.spread),
    }


def together(view: View, parameters: Names) -> Names:
    """Give the names of `evaluate.value`, each with the values of all points of the test."""
    if view.shape is None or view.spread is None:
        return parameters.with_({}, frozenset(), frozenset({*MEASURED, "reference", "load", "nominal"}))
    many: dict[str, Shape] = dict.fromkeys(
        ("indication", "reference", "nominal", "load"), Vector(_scalar(view.shape))
    )
    many["error"] = Vector(_scalar(view.spread))
    return parameters.with_(many)


def across(each: Mapping[str, Shape | None]) -> Names:
    """Give the names that look at other tests, `repeatability.stdev`, by what these tests read."""
    shapes: dict[str, Shape] = {}
    unclear: set[str] = set()
    for test, shape in each.items():
        if not _WORD.fullmatch(test):
            continue
        if shape is None:
            unclear |= {f"{test}.{what}" for what in ("stdev", "error", "indication")}
            continue
        spread = difference(shape)
        shapes |= {
            f"{test}.stdev": spread,
            f"{test}.error": Vector(_scalar(spread)),
            f"{test}.indication": Vector(_scalar(shape)),
        }
    return Names(shapes, frozenset(unclear))


def _share(shapes: dict[str, Shape], unclear: set[str], shape: Shape | None, names: tuple[str, ...]) -> None:
    if shape is None:
        unclear.update(names)
    else:
        shapes |= dict.fromkeys(names, shape)


def _scalar(shape: Shape) -> Any:  # noqa: ANN401 - a dimension or a temperature: shapes of readings are nothing else
    return shape
