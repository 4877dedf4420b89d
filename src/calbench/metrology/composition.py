"""The composed model of a test with inputs: from what was read to indication, reference and error.

`indication` and `reference` are expressions of the inputs, the model is one of these two. So a deviation of an input
moves the error by the derivative of all three together (JCGM 100 5.1.3); one of `indication` or `reference`, such as
the resolution of a display or a certificate, is added to what the expression gives.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from calbench.metrology.sensitivity import sensitivities
from calbench.quantities import Expression, Quantity, Value, evaluate, names, parse, settled

if TYPE_CHECKING:
    from calbench.metrology.compiling import Compiled
    from calbench.metrology.model import Array, ArrayModel

INDICATION, REFERENCE = "indication", "reference"


class Outcome(NamedTuple):
    """What the model gives."""

    indication: Quantity
    reference: Quantity
    error: Quantity


class _Texts(NamedTuple):
    """The parsed expressions; None where one is given."""

    indication: Expression | None
    reference: Expression | None
    model: Expression


@dataclass(frozen=True)
class Composition:
    """A composed model.

    Attributes:
        model: of `indication` and `reference`: the error.
        indication: of the inputs; empty where the indication is given.
        reference: of the inputs; empty where the reference value is given.
        fixed: names that have one value at the point, such as parameters.
    """

    model: str
    indication: str = ""
    reference: str = ""
    fixed: Mapping[str, Value] = field(default_factory=dict)

    def at(self, given: Mapping[str, Quantity]) -> Outcome:
        """Give what the model says of these values: inputs, and of indication and reference what is not computed.

        Raises:
            ValueError: An expression cannot be evaluated, or gives no single quantity.
        """
        return self._moved(given, {})

    def slopes(self, given: Mapping[str, Quantity], stds: Mapping[str, float]) -> dict[str, float]:
        """Give the derivative of the error by each name of `stds`, in coherent units.

        Args:
            given: as of `at`.
            stds: the standard uncertainty of each, which is as far as the model is looked at from the estimates.

        Raises:
            ValueError: As `at`; or the model has no value beside the estimates.
        """
        wanted = list(stds)
        here = self.at(given)
        known = {**given, INDICATION: here.indication, REFERENCE: here.reference}
        start = [float(known[name].value) for name in wanted]

        texts: dict[str, _Texts] = {}

        def model(values: Sequence[float]) -> float:
            moved = zip(wanted, values, start, strict=True)
            away = {name: value - at for name, value, at in moved if value != at}
            moving = ",".join(away)
            if moving not in texts:
                texts[moving] = self._settled(given, here, away)
            return float(self._moved(given, away, texts[moving]).error.value - here.error.value)

        found = sensitivities(model, start, [stds[name] for name in wanted])
        return dict(zip(wanted, found, strict=True))

    def function(self, given: Mapping[str, Quantity], moves: Sequence[str]) -> ArrayModel:
        """Give the deviation of the error as a function of deviations, each of what `moves` names; for draws.

        Raises:
            ValueError: An expression holds what gives no single quantity, such as a comparison.
        """
        import numpy as np  # noqa: PLC0415 - heavy, and few tests ask for Monte Carlo

        fixed = {name: one for name, one in self.fixed.items() if isinstance(one, Quantity)}
        known: dict[str, Any] = {name: float(one.value) for name, one in {**fixed, **given}.items()}
        compiled = {
            name: _compiled(text, known)
            for name, text in ((INDICATION, self.indication), (REFERENCE, self.reference))
            if text
        }
        model = _compiled(self.model, {**known, INDICATION: 0.0, REFERENCE: 0.0})
        start = self.at(given).error

        def deviation(arguments: Sequence[Array]) -> Array:
            moved: dict[str, Any] = dict(known)
            away: dict[str, Any] = {}
            for name, one in zip(moves, arguments, strict=True):
                away[name] = away.get(name, 0.0) + one
            for name in away.keys() - {INDICATION, REFERENCE}:
                moved[name] = known[name] + away[name]
            both = {
                name: (compiled[name](moved) if name in compiled else known[name]) + away.get(name, 0.0)
                for name in (INDICATION, REFERENCE)
            }
            return np.asarray(model({**moved, **both}) - float(start.value))

        return deviation

    def _settled(self, given: Mapping[str, Quantity], here: Outcome, moving: Collection[str]) -> _Texts:
        """Evaluate what does not depend on the names that are moved: each is moved several times."""
        known: dict[str, Value] = {**self.fixed, **given}
        all_ = {**known, INDICATION: here.indication, REFERENCE: here.reference}
        indication, reference, model = self._parsed()
        return _Texts(
            indication and settled(indication, known, moving),
            reference and settled(reference, known, moving),
            settled(model, all_, {*moving, INDICATION, REFERENCE}),
        )

    def _moved(
        self, given: Mapping[str, Quantity], away: Mapping[str, float], texts: _Texts | None = None
    ) -> Outcome:
        texts = texts or self._parsed()
        known: dict[str, Value] = {
            **self.fixed,
            **{name: _plus(one, away.get(name)) for name, one in given.items()},
        }
        both = {}
        for name, one in ((INDICATION, texts.indication), (REFERENCE, texts.reference)):
            both[name] = known[name] if one is None else _plus(_single(one, known), away.get(name))
        error = _single(texts.model, {**known, **both})
        indication, reference = both[INDICATION], both[REFERENCE]
        if not isinstance(indication, Quantity) or not isinstance(reference, Quantity):
            raise ValueError("indication and reference are to be single quantities")  # noqa: TRY004 - a wrong text
        return Outcome(indication, reference, error)

    def _parsed(self) -> _Texts:
        return _Texts(_maybe(self.indication), _maybe(self.reference), parse(self.model))


def looked_at(*texts: str) -> set[str]:
    """Name what stands before the dot in expressions: other tests, and inputs."""
    used = {name for text in texts if text for name in names(parse(text))}
    return {name.removeprefix("$").rpartition(".")[0] for name in used if "." in name}


def _plus(one: Quantity, away: float | None) -> Quantity:
    return one if not away else Quantity(one.value + Decimal(repr(away)), one.unit)


def _maybe(text: str) -> Expression | None:
    return parse(text) if text else None


def _single(text: Expression, known: Mapping[str, Value]) -> Quantity:
    value = evaluate(text, known)
    if not isinstance(value, Quantity):
        raise ValueError(f"'{text}' does not give one quantity")  # noqa: TRY004 - a wrong text, not a wrong type
    return value


def _compiled(text: str, known: Mapping[str, Any]) -> Compiled:
    from calbench.metrology.compiling import compile_expression  # noqa: PLC0415 - numpy

    expression: Expression = parse(text)
    return compile_expression(expression, frozenset(set(known) & names(expression)))
