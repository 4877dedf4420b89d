"""An evaluated budget as the terminal shows it."""

from __future__ import annotations

import math

from calbench.budgeting import Contribution, Drawn, Outcome, Output, Propagated
from calbench.budgeting.wording import Language, local, say
from calbench.cli import text
from calbench.metrology.coverage import MANY_DEGREES


def shown(outcome: Outcome, language: Language) -> str:
    """Give the outcome as tables and lines, in a language."""
    parts = [local(outcome.title, language)]
    for one in outcome.outputs:
        parts.append(f"{one.name} = {one.expression}")
        parts += [_propagated(one, one.gum, language)] if one.gum is not None else []
        parts += [_drawn(one, one.mc, language)] if one.mc is not None else []
    parts += [_matrix(outcome, method, rows, language) for method, rows in outcome.correlation.items()]
    parts += [_regions(outcome, language)] if outcome.regions else []
    told = [say("note", language, note=local(note, language)) for note in outcome.notes]
    return "\n\n".join([*parts, *(["\n".join(told)] if told else [])])


def stated(output: Output, found: Propagated) -> str:
    """Give the result as it is stated: `R = (2000.00 ± 0.36) Ω`."""
    value, U = found.stated.value, found.stated.U  # noqa: N806 - the symbol of the GUM
    if output.unit == output.u_unit:
        return f"{output.name} = ({value:f} ± {U:f}) {output.u_unit}".rstrip()
    return f"{output.name} = {value:f} {output.unit} ± {U:f} {output.u_unit}"


def _propagated(output: Output, found: Propagated, language: Language) -> str:
    head = say("headed", language, head=say("gum", language), rest=stated(output, found))
    facts = say(
        "gum.facts",
        language,
        u=number(found.u, language),
        dof=dof(found.dof),
        k=f"{found.k:.4g}",
        rule=say(f"rule.{found.rule}", language),
        U=number(found.U, language),
        p=f"{found.p:.4g}",
        low=f"{found.low:.9g}",
        high=f"{found.high:.9g}",
        unit=output.unit,
    )
    keys = ("input", "value", "u", "distribution", "dof", "sensitivity", "contribution", "share")
    rows = [_row(line, output, language) for line in found.contributions]
    table = text.table([say(key, language) for key in keys], rows, right=frozenset((4, 7)))
    return "\n".join([head, facts.rstrip(), "", table])


def _row(line: Contribution, output: Output, language: Language) -> tuple[str, ...]:
    name = local(line.name, language)
    return (
        line.input if name in (line.input, line.id) else f"{line.input} ({name})",
        f"{line.value:.9g} {line.unit}".rstrip(),
        f"{number(line.u, language)} {line.u_unit}".rstrip(),
        say(f"shape.{line.distribution}", language),
        dof(line.dof),
        f"{number(line.sensitivity, language)} {line.sensitivity_unit}".rstrip(),
        f"{number(line.contribution, language)} {output.u_unit}".rstrip(),
        f"{line.share:.1f} %",
    )


def _drawn(output: Output, found: Drawn, language: Language) -> str:
    how = say(
        "mc.adaptive" if found.adaptive else "mc.draws",
        language,
        draws=f"{found.draws:,}",
        generator=found.generator,
        seed=str(found.seed),
    )
    facts = say(
        "mc.facts",
        language,
        value=number(found.value, language, 9),
        u=number(found.u, language),
        p=f"{found.p:.4g}",
        interval=say(f"interval.{found.interval}", language),
        low=f"{found.low:.9g}",
        high=f"{found.high:.9g}",
        unit=output.unit,
    ).rstrip()
    lines = [say("headed", language, head=say("mc", language), rest=how), facts]
    if output.validated is not None:
        lines.append(say("valid.yes" if output.validated else "valid.no", language))
    return "\n".join(lines)


def _matrix(outcome: Outcome, method: str, rows: tuple[tuple[float, ...], ...], language: Language) -> str:
    names = [one.name for one in outcome.outputs]
    cells = [(name, *(number(r, language, 6) for r in row)) for name, row in zip(names, rows, strict=True)]
    head = say("correlation", language, method=say(method, language))
    return f"{head}\n" + text.table(("", *names), cells, right=frozenset(range(1, len(names) + 1)))


def _regions(outcome: Outcome, language: Language) -> str:
    lines = [
        say(
            f"region.{one.kind}",
            language,
            method=say(one.method, language),
            p=f"{one.p:.4g}",
            k=f"{one.k:.4g}",
        )
        for one in outcome.regions
    ]
    return "\n".join([say("regions", language), *lines])


def number(value: float, language: Language, digits: int = 4) -> str:
    """Give a number with so many digits; a word where there is none."""
    return say("none", language) if math.isnan(value) else f"{value:.{digits}g}"


def dof(value: float) -> str:
    """Give degrees of freedom with four digits; from so many on that they do not matter, ∞."""
    return "∞" if value >= MANY_DEGREES else f"{value:.4g}"
