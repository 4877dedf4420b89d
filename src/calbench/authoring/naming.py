"""Names that expressions of a procedure may use, and the check of one expression."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from calbench.authoring.findings import Findings, M, fitting, shape_name
from calbench.authoring.located import Path
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.writing_out import is_guarded
from calbench.documents.procedure import Procedure
from calbench.quantities import (
    FUNCTIONS,
    NUMBER,
    Expression,
    ExpressionError,
    Quantity,
    QuantityError,
    Shape,
    TooLong,
    Truth,
    Vector,
    called,
    dimension_of,
    evaluate,
    formulas_of,
    names,
    parse,
    parse_quantity,
    written_out,
)

MEASURED = ("indication", "error", "readings", "stdev")
HIGHEST_COUNT = 10_000
ANY_FORMULA = "("
"""Among the names that are unclear: every formula that is not known, as one or a whole formulary could not be read."""


@dataclass(frozen=True)
class Names:
    """What is in scope.

    Attributes:
        shapes: Shape by name; a parameter stands under `name` and `$name`.
        unclear: Names whose declaration is wrong: expressions that use them are not judged. A formula has its `(`.
        lists: Parameters that are lists, as `$name`: they stand in `for_each` and in `with` only.
        later: Names that have a value only when something was measured.
        clashing: Parameters that are called like something measured: only `$name` is clear.
        values: Defaults of the parameters, for what can be computed from them.
        of_load: Shapes of the values that look at the load: in scope where there is one.
    """

    shapes: Mapping[str, Shape] = field(default_factory=dict)
    unclear: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    clashing: frozenset[str] = frozenset()
    values: Mapping[str, Quantity | str] = field(default_factory=dict)
    of_load: Mapping[str, Shape] = field(default_factory=dict)

    def with_(
        self,
        shapes: Mapping[str, Shape],
        later: frozenset[str] = frozenset(),
        unclear: frozenset[str] = frozenset(),
    ) -> Names:
        """Give these names and more of them; what is in scope now is no longer known only later."""
        every = {**self.shapes, **shapes}
        return Names(
            every,
            (self.unclear | unclear) - set(shapes),
            self.lists,
            (self.later | later) - set(shapes),
            self.clashing,
            self.values,
            self.of_load,
        )

    def valued(self, values: Mapping[str, Quantity | str]) -> Names:
        """Give these names with more values."""
        return replace(self, values={**self.values, **values})


class Rules(NamedTuple):
    """The numbers under which an expression is refused."""

    mixed: str = "P020"
    parameter: str = "P021"
    result: str = "P022"
    early: str = "P023"


OF_PROCEDURES = Rules()


def check(
    findings: Findings[M],
    path: Path,
    text: str | None,
    known: Names,
    wanted: Shape | None = None,
    rules: Rules = OF_PROCEDURES,
) -> Shape | None:
    """Check an expression, and that it gives one value of the wanted shape; gives its shape, None if unclear."""
    if text is None:
        return None
    try:
        expression = parse(text)
        used = names(expression)
        unclear = used & known.unclear or _lost(expression, known)
        if unclear or _misused(findings, path, text, used, known, rules):
            return None
        shape = dimension_of(expression, known.shapes)
        written_out(expression, formulas_of(known.shapes), guarded=is_guarded(path))
    except ExpressionError as error:
        rule = rules.parameter if text[error.offset : error.offset + 1] == "$" else rules.mixed
        findings.error(path, error, "P154" if isinstance(error, TooLong) else rule)
        return None
    except (QuantityError, ArithmeticError, RecursionError) as error:
        findings.error(path, error, rules.mixed)
        return None
    if wanted is not None and shape != wanted:
        findings.add(path, rules.result, *_wrong(text, shape, wanted), offset=0, length=len(text))
        return None
    return shape


def count(findings: Findings[Procedure], path: Path, text: str | None, known: Names) -> None:
    """Check an expression that gives a number of times, 1 to 10,000, as far as the defaults tell."""
    if check(findings, path, text, known, NUMBER) is None or text is None:
        return
    value = computed(text, known)
    if value is not None and not (
        value.value == value.value.to_integral_value() and 1 <= value.value <= HIGHEST_COUNT
    ):
        findings.add(
            path,
            "P025",
            f"{shown(text)} is {value.text()}: not a whole number from 1 to 10,000",
            "write a count, as in 10",
        )


def computed(text: str, known: Names) -> Quantity | None:
    """Give the value of an expression with the parameters at their defaults; None if that is not enough."""
    try:
        expression, _ = written_out(parse(text), formulas_of(known.shapes), guarded=True)
        value = evaluate(expression, known.values)
    except (QuantityError, ArithmeticError, RecursionError):
        return None
    return value if isinstance(value, Quantity) else None


def is_quantity(text: str) -> bool:
    """Tell whether a text is a number with its unit, and no formula."""
    try:
        parse_quantity(text)
    except QuantityError:
        return False
    return True


def _lost(expression: Expression, known: Names) -> bool:
    """Tell whether an expression uses a formula whose declaration is wrong, or may be."""
    used = called(expression) - known.shapes.keys() - set(FUNCTIONS)
    return bool(used) and (ANY_FORMULA in known.unclear or any(f"{one}(" in known.unclear for one in used))


def _misused(
    findings: Findings[M], path: Path, text: str, used: frozenset[str], known: Names, rules: Rules
) -> bool:
    for name in sorted(used):
        at, length = _position(text, name), len(name)
        if name in known.lists:
            findings.add(
                path,
                rules.parameter,
                f"{shown(name)} is a list, not a value",
                "a list stands in for_each and in with",
                offset=at,
                length=length,
            )
        elif name in known.clashing and not name.startswith("$"):
            message = f"{shown(name)} is a parameter, and also what the readings of a point are called"
            findings.add(
                path, rules.early, message, f"write ${name} for the parameter", offset=at, length=length
            )
        elif name in known.later and name not in known.shapes:
            allowed = [one for one in known.shapes if not one.startswith("$")]
            message = f"{shown(name)} is known only after measuring; this is needed before"
            if name in known.of_load:
                message = f"{shown(name)} looks at the load, and there is none here"
            findings.add(path, rules.early, message, mend("", allowed), offset=at, length=length)
        else:
            continue
        return True
    return False


def _position(text: str, name: str) -> int:
    found = re.search(rf"(?<![\w.$]){re.escape(name)}(?![\w.])", text)
    return found.start() if found else 0


def _wrong(text: str, got: Shape, wanted: Shape) -> tuple[str, str]:
    if isinstance(wanted, Truth):
        return f"{shown(text)} is {shape_name(got)}; a condition is needed", "compare it, as in nominal > 1 V"
    if isinstance(got, Vector) and got.of == wanted:
        return f"{shown(text)} gives several values; one is needed", "use max, min, mean or stdev of it"
    return f"{shown(text)} gives {shape_name(got)}; {shape_name(wanted)} is needed", fitting(wanted, got)
