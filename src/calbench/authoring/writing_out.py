"""Writing formulas out in a procedure: what is planned and evaluated has none, and the plan keeps what was written.

A formula holds in the range that it states. In texts that are `UNGUARDED`, as they are computed at a point and around
it for its uncertainty, this becomes a condition of the test; elsewhere what is written out has no value outside.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Union, cast

from pydantic.fields import FieldInfo

from calbench.authoring.located import Path
from calbench.documents.fields import EXPRESSION
from calbench.documents.formulas import FormulaStated
from calbench.documents.model import Authored
from calbench.documents.operating import OperatingCondition, Validity
from calbench.documents.procedure import Evaluate, Procedure, Test
from calbench.documents.scalars import PlainScalar
from calbench.documents.tables import NamedLimit
from calbench.quantities import (
    CELSIUS,
    Celsius,
    Dimension,
    Formula,
    Held,
    QuantityError,
    Shape,
    called,
    dimension_of,
    find_unit,
    names,
    parse,
    written_out,
)

MODEL = ("indication", "reference", "model")
UNGUARDED = (*MODEL, "mpe", "limit")
"""Keys that say what points come to and how they are judged; `limit` also in the bands of a named limit."""


def made(name: str, one: FormulaStated, known: Mapping[str, Shape]) -> Formula:
    """Give a formula that was found good; `known` has the formulas that it uses.

    Raises:
        QuantityError: It is not good.
    """
    units = {argument: find_unit(unit) for argument, unit in one.of.items()}
    shapes = {name: CELSIUS if unit.offset else unit.dimension for name, unit in units.items()}
    body = parse(one.is_)
    result = cast("Dimension | Celsius", dimension_of(body, {**known, **shapes}))
    valid = {argument: (ends[0], ends[1]) for argument, ends in one.valid.items()}
    return Formula(name, tuple(shapes.items()), body, result, frozenset(names(body) - shapes.keys()), valid)


def all_made(stated: Mapping[str, FormulaStated]) -> dict[str, Formula]:
    """Give all formulas of a procedure, by name and in their order."""
    found: dict[str, Formula] = {}
    for name, one in stated.items():
        found[name] = made(name, one, found)
    return found


def is_guarded(path: Path) -> bool:
    """Tell whether what is written out at a path may have its ranges in it, and has to be short enough for that."""
    return not (path[:1] == ("tests",) and path[2:] in [(key,) for key in MODEL])


def without_formulas(procedure: Procedure) -> tuple[Procedure, frozenset[str]]:
    """Give a procedure with all formulas written out, and the names of those that it uses."""
    formulas = all_made(procedure.formulas)
    writer = _Writer(formulas, procedure.formulas)
    limits = {name: writer.limit(name, one) for name, one in procedure.limits.items()}
    tests = [writer.test(one) for one in procedure.tests]
    rest = {
        name: writer.value(getattr(procedure, name), _hint(info))
        for name, info in type(procedure).model_fields.items()
        if name not in ("limits", "tests", "formulas")
    }
    whole = procedure.model_copy(update={**rest, "limits": limits, "tests": tests})
    return whole, frozenset(_with_below(writer.used, formulas))


def _with_below(used: Iterable[str], formulas: Mapping[str, Formula]) -> set[str]:
    """Give formulas with those that they use."""
    found: set[str] = set()
    waiting = list(used)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += called(formulas[name].body) & formulas.keys()
    return found


class _Writer:
    """Goes through a procedure; `held` gathers what has to hold at the points of what is written out without guard."""

    def __init__(self, formulas: Mapping[str, Formula], stated: Mapping[str, FormulaStated]) -> None:
        self.formulas = formulas
        self.stated = stated
        self.used: set[str] = set()
        self.held: list[Held] = []
        self.of_limits: dict[str, list[Held]] = {}
        self.derived = False

    def limit(self, name: str, limit: NamedLimit) -> NamedLimit:
        """Write a named limit out; what it holds is held by the tests that name it."""
        self.held = []
        found = cast("NamedLimit", self.value(limit, NamedLimit))
        self.of_limits[name] = self.held
        return found

    def test(self, test: Test) -> Test:
        """Write a test out; what its formulas hold is among its conditions then."""
        self.held, self.derived = [], test.of is not None
        changed = self._changed(test, guarded=True)
        self.derived = False
        if test.apply is not None and (told := self._told(test)) != test.with_:
            changed["with_"] = told
        stated = {name: str(getattr(test, name)) for name in MODEL if name in changed}
        judged = changed.get("evaluate")
        if isinstance(judged, Evaluate) and test.evaluate is not None and judged.value != test.evaluate.value:
            stated["value"] = test.evaluate.value
        held = [*self.held, *(each for one in limits_named(test) for each in self.of_limits.get(one, []))]
        if held and test.of is None:
            own = cast("list[OperatingCondition]", changed.get("conditions", test.conditions) or [])
            changed["conditions"] = [*own, *map(self._validity, dict.fromkeys(held))]
        return test.written_out(changed, stated) if changed else test

    def value(self, value: Any, hint: Any, *, guarded: bool = True) -> Any:  # noqa: ANN401 - any value of a file
        """Write out what stands where `hint` is wanted; the same object if there is nothing to write."""
        if isinstance(value, Authored):
            changed = self._changed(value, guarded=guarded)
            return value.model_copy(update=changed) if changed else value
        if isinstance(value, str):
            return self._text(value, guarded=guarded) if _is_expression(hint) else value
        if isinstance(value, list):
            new = [self.value(one, _inside(hint, list), guarded=guarded) for one in value]
            return value if _same(new, value) else new
        if isinstance(value, dict):
            found = {key: self.value(one, _inside(hint, dict), guarded=guarded) for key, one in value.items()}
            return value if _same(list(found.values()), list(value.values())) else found
        return value

    def _changed(self, model: Authored, *, guarded: bool) -> dict[str, object]:
        """Give the fields of a model in which something was written out."""
        found: dict[str, object] = {}
        for name, info in type(model).model_fields.items():
            old = getattr(model, name)
            judged = name in UNGUARDED or (name == "choices" and isinstance(model, NamedLimit))
            new = self.value(old, _hint(info), guarded=guarded and (self.derived or not judged))
            if new is not old:
                found[name] = new
        return found

    def _told(self, test: Test) -> dict[str, str | list[str]]:
        """Write out what a source is told beside `apply`."""
        return {key: self._text(one) if isinstance(one, str) else one for key, one in test.with_.items()}

    def _text(self, text: str, *, guarded: bool = True) -> str:
        try:
            expression = parse(text)
        except QuantityError:
            return text  # a word in quotes, or what a source is told in words
        used = called(expression) & self.formulas.keys()
        if not used:
            return text
        self.used |= used
        whole, held = written_out(expression, self.formulas, guarded=guarded)
        self.held += held
        return PlainScalar(whole.text) if isinstance(text, PlainScalar) else whole.text

    def _validity(self, one: Held) -> Validity:
        """Make a condition of it that the formula holds."""
        title = self.stated[one.formula.name].title or {"en": one.formula.name}
        said = f"{one.argument} = {one.value}"
        name = {
            language: f"{text}{'，' if language == 'zh' else ', '}{said}" for language, text in title.items()
        }
        return Validity(name=name, value=one.value, **{"from": one.low, "to": one.high})


def limits_named(test: Test) -> list[str]:
    """Give what a test may name of the limits: where it is judged, and where its points must be measured."""
    texts: list[object] = [test.evaluate.limit if test.evaluate else None]
    texts += [text for one in test.conditions or [] for text in (one.from_, one.to)]
    return list(dict.fromkeys(text for text in texts if isinstance(text, str)))


def _same(new: Sequence[object], old: Sequence[object]) -> bool:
    return all(one is other for one, other in zip(new, old, strict=True))


def _hint(info: FieldInfo) -> Any:  # noqa: ANN401 - any annotation of a field
    return typing.Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _is_expression(hint: Any) -> bool:  # noqa: ANN401 - as above
    return any(EXPRESSION in typing.get_args(one) for one in _choices(hint))


def _inside(hint: Any, wanted: type) -> Any:  # noqa: ANN401 - as above
    """Give the annotation of what stands in a list, or at the keys of a map."""
    for one in _choices(hint):
        plain = typing.get_args(one)[0] if typing.get_origin(one) is typing.Annotated else one
        if typing.get_origin(plain) is wanted:
            return typing.get_args(plain)[-1]
    return None


def _choices(hint: Any) -> list[Any]:  # noqa: ANN401 - as above
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        return [one for part in typing.get_args(hint) for one in _choices(part)]
    if origin is typing.Annotated and EXPRESSION not in typing.get_args(hint):
        return [hint, *_choices(typing.get_args(hint)[0])]
    return [hint]
