"""One test as it holds: with the procedure's defaults, where each key stands, and what it measures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calbench.authoring.findings import difference
from calbench.authoring.located import Path
from calbench.authoring.naming import MEASURED, Names
from calbench.documents.inputs import NOT_BY_DEFAULT
from calbench.documents.measurands import MEASURANDS, capability, split
from calbench.documents.procedure import Procedure, Test, TestDefaults
from calbench.quantities import CELSIUS, NUMBER, QuantityError, Shape, Vector, find_unit

_WORD = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


@dataclass(frozen=True)
class View:
    """A test with the defaults filled in; one that asks questions, or follows from another, takes no defaults.

    Attributes:
        index: Which test of the file.
        test: With defaults.
        own: Without.
        quantity: What it reads, as in `voltage.dc`; "" for none, or one that its role does not read.
        shape: Of its indication; None if that is not clear.
        inputs: Shapes of its inputs, by name; None for one that is not clear.
        nominal: Shape of the nominal values of a test with inputs; None if that is not clear.
        values: Shapes of what it computes at each point, by name; None for one that is not clear.
        substitutes: Whether ballast may take the place of its weights.
    """

    index: int
    test: Test
    own: Test
    quantity: str = ""
    shape: Shape | None = None
    inputs: Mapping[str, Shape | None] = field(default_factory=dict)
    nominal: Shape | None = None
    values: Mapping[str, Shape | None] = field(default_factory=dict)
    substitutes: bool = False

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
    def measures(self) -> bool:
        """Tell whether it reads something."""
        return self.test.read is not None or self.test.inputs is not None

    @property
    def spread(self) -> Shape | None:
        """Shape of differences of its indications: of its error, limits and uncertainty, if they have no other."""
        return None if self.shape is None else difference(self.shape)

    @property
    def result(self) -> Shape | None:
        """Shape of its error and limits: of the unit that it gives its result, else that of differences."""
        if self.test.unit is None:
            return self.spread
        try:
            unit = find_unit(self.test.unit)
        except QuantityError:
            return None
        return None if unit.offset else unit.dimension

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


def repeated(view: View, parameters: Names) -> Names:
    """Give the names that nominal values may use: with `times` also the number of the repeat, from 1."""
    if view.test.times is None or "repeat" in parameters.shapes:
        return parameters
    return parameters.with_({"repeat": NUMBER})


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
            if (value := getattr(procedure.defaults, name)) is not None
            and getattr(test, name) is None
            and not (test.inputs is not None and name in NOT_BY_DEFAULT)
        }
        whole = test.model_copy(update=missing)
    role, quantity = split(whole.read) if whole.read else ("", "")
    needs = procedure.roles[role].needs if role in procedure.roles else []
    shape = shape_of(quantity) if capability("measure", quantity) in needs else None
    inputs = {name: shape_of(split(one.used)[1]) for name, one in (test.inputs or {}).items()}
    placing = [whole.place, *(one.place for one in (test.inputs or {}).values())]
    ballast = any(name in procedure.roles and procedure.roles[name].substitution for name in placing if name)
    return View(index, whole, test, quantity if shape is not None else "", shape, inputs, substitutes=ballast)


def before(view: View, parameters: Names, *, resolution: bool = True) -> Names:
    """Give the names that have a value before the point is measured."""
    shapes: dict[str, Shape] = {"n": NUMBER, **({"substitutions": NUMBER} if view.substitutes else {})}
    unclear: set[str] = set()
    if not view.has_nominal:
        unclear |= {"nominal", "reference", "rdg", "load"}  # that there are no points is told elsewhere
    else:
        _share(shapes, unclear, view.nominal if view.inputs else view.shape, ("nominal",))
        _share(shapes, unclear, view.shape, ("reference",))
        _share(shapes, unclear, view.spread, ("rdg",))
        if view.quantity == "mass":
            _share(shapes, unclear, view.nominal if view.inputs else view.shape, ("load",))
            shapes |= parameters.of_load
            if view.test.place is not None:
                shapes[f"{view.test.place}.mpe"] = find_unit("kg").dimension
    if view.test.ranges is not None:
        _share(shapes, unclear, view.spread, ("range", "rng"))
    if resolution and (view.test.ranges is not None or view.test.resolution is not None):
        _share(shapes, unclear, view.spread, ("resolution",))
    if view.shape is None:
        unclear |= set(MEASURED)
    for name, shape in view.values.items():
        _share(shapes, unclear, shape, (name, f"${name}"))
    of_inputs, later = counted(view), frozenset(view.inputs)
    return parameters.with_({**shapes, **of_inputs}, frozenset(MEASURED) | later, frozenset(unclear))


def counted(view: View) -> dict[str, Shape]:
    """Give what is known of inputs before they are read: how often they are, and their steps."""
    shapes: dict[str, Shape] = {}
    for name, shape in view.inputs.items():
        shapes[f"{name}.n"] = NUMBER
        if shape is not None and (view.test.inputs or {})[name].resolution is not None:
            shapes[f"{name}.resolution"] = difference(shape)
    return shapes


def read(view: View) -> tuple[dict[str, Shape], frozenset[str]]:
    """Give the shapes of the inputs, and of the weights that lie on a pan; and the names that are not clear."""
    kilogram = find_unit("kg").dimension
    unclear = frozenset(name for name, shape in view.inputs.items() if shape is None)
    shapes: dict[str, Shape] = {name: shape for name, shape in view.inputs.items() if shape is not None}
    inputs = (view.test.inputs or {}).items()
    placed = [name for name, one in inputs if one.place is not None and not one.substituted]
    return {**shapes, **{f"{name}.load": kilogram for name in placed}}, unclear


def after(view: View, parameters: Names, across: Names) -> Names:
    """Give the names that have a value when the point was measured."""
    known = before(view, parameters)
    own, unclear = read(view)
    for name, shape in view.inputs.items():
        if shape is not None:
            own |= {f"{name}.stdev": difference(shape), f"{name}.readings": Vector(_scalar(shape))}
    if view.shape is None or view.result is None or view.spread is None:
        return known.with_({**across.shapes, **own}, frozenset(), across.unclear | unclear)
    shapes: dict[str, Shape] = {"indication": view.shape, "reference": view.shape, "error": view.result}
    if not view.inputs:
        shapes |= {"readings": Vector(_scalar(view.shape)), "stdev": view.spread}
    return known.with_({**across.shapes, **own, **shapes}, frozenset(), across.unclear | unclear)


def said(view: View) -> dict[str, Any]:
    """Give what one point has to say when it was measured, by name; inputs with names of their own belong here."""
    if view.shape is None or view.result is None:
        return {}
    return {
        "indication": _scalar(view.shape),
        "reference": _scalar(view.shape),
        "error": _scalar(view.result),
        **{name: _scalar(shape) for name, shape in view.inputs.items() if shape is not None},
    }


def together(view: View, parameters: Names) -> Names:
    """Give the names of `evaluate.value`, each with the values of all points of the test."""
    if view.shape is None or view.result is None:
        return parameters.with_({}, frozenset(), frozenset({*MEASURED, "reference", "load", "nominal"}))
    many: dict[str, Shape] = dict.fromkeys(
        ("indication", "reference", "nominal", "load"), Vector(_scalar(view.shape))
    )
    many["error"] = Vector(_scalar(view.result))
    return parameters.with_(many)


def across(each: Mapping[str, tuple[Shape | None, Shape | None]]) -> Names:
    """Give the names that look at other tests, `repeatability.stdev`, by the shapes of their indications and errors."""
    shapes: dict[str, Shape] = {}
    unclear: set[str] = set()
    for test, (shape, error) in each.items():
        if not _WORD.fullmatch(test):
            continue
        if shape is None or error is None:
            unclear |= {f"{test}.{what}" for what in ("stdev", "error", "indication")}
            continue
        shapes |= {
            f"{test}.stdev": difference(shape),
            f"{test}.error": Vector(_scalar(error)),
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
