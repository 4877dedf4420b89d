"""`calbench budget`: an uncertainty budget by itself."""

from __future__ import annotations

import math
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from calbench.authoring import load_budget
from calbench.budgeting import Contribution, Drawn, Outcome, Output, Propagated, evaluate
from calbench.cli import text
from calbench.errors import UsageError

METHODS = ("gum", "mc")
_TITLES = {"gum": "Law of propagation (JCGM 100)", "mc": "Monte Carlo (JCGM 101)"}


@click.command("budget")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--method", "methods", help="gum, mc or gum,mc; else what the file says.")
@click.option("--json", "for_machines", is_flag=True, help="Write the outcome as JSON.")
def command(file: Path, methods: str | None, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Evaluate the uncertainty budget of FILE."""
    loaded = load_budget(file)
    try:
        outcome = evaluate(loaded.model, None if methods is None else _chosen(methods))
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from error
    if for_machines:
        text.dump(_plain(outcome, loaded.sha256))
    else:
        click.echo(_shown(outcome))


def _chosen(methods: str) -> list[str]:
    found = [one.strip() for one in methods.split(",")]
    wrong = [one for one in found if one not in METHODS]
    if wrong:
        raise UsageError(f"--method: there is no method '{wrong[0]}'; write gum, mc or gum,mc")
    return found


# --- for people ---


def _shown(outcome: Outcome) -> str:
    parts = [outcome.title]
    for one in outcome.outputs:
        parts.append(f"{one.name} = {one.expression}")
        parts += [_propagated(one, one.gum)] if one.gum is not None else []
        parts += [_drawn(one, one.mc)] if one.mc is not None else []
    parts += [_matrix(outcome, method, rows) for method, rows in outcome.correlation.items()]
    parts += ["\n".join(f"Note: {note}" for note in outcome.notes)] if outcome.notes else []
    return "\n\n".join(parts)


def _propagated(output: Output, found: Propagated) -> str:
    stated = found.stated
    head = (
        f"{_TITLES['gum']}: {output.name} = ({stated.value:f} ± {stated.U:f}) {output.u_unit}".rstrip()
        if output.unit == output.u_unit
        else f"{_TITLES['gum']}: {output.name} = {stated.value:f} {output.unit} ± {stated.U:f} {output.u_unit}"
    )
    facts = (
        f"u = {_number(found.u)}, ν = {_dof(found.dof)}, k = {found.k:.4g} ({found.rule}), U = {_number(found.U)}, "
        f"p = {found.p:.4g}, from {float(found.low):.9g} to {float(found.high):.9g} {output.unit}"
    )
    header = ("input", "value", "u", "distribution", "ν", "sensitivity", "contribution", "share")
    rows = [_row(line, output) for line in found.contributions]
    return "\n".join([head, facts.rstrip(), "", text.table(header, rows, right=frozenset((4, 7)))])


def _row(line: Contribution, output: Output) -> tuple[str, ...]:
    return (
        line.input if line.name in (line.input, line.id) else f"{line.input} ({line.name})",
        f"{line.value:.9g} {line.unit}".rstrip(),
        f"{_number(line.u)} {line.u_unit}".rstrip(),
        line.distribution.replace("_", " "),
        _dof(line.dof),
        f"{_number(line.sensitivity)} {line.sensitivity_unit}".rstrip(),
        f"{_number(line.contribution)} {output.u_unit}".rstrip(),
        f"{line.share:.1f} %",
    )


def _drawn(output: Output, found: Drawn) -> str:
    how = "adaptive, " if found.adaptive else ""
    said = (
        ""
        if output.validated is None
        else f"\nLaw of propagation validated: {'yes' if output.validated else 'NO'}"
    )
    return (
        f"{_TITLES['mc']}: {found.draws:,} draws ({how}{found.generator}, seed {found.seed})\n"
        f"mean = {_number(found.value, 9)}, u = {_number(found.u)}, p = {found.p:.4g} {found.interval}, "
        f"from {found.low:.9g} to {found.high:.9g} {output.unit}".rstrip()
        + said
    )


def _matrix(outcome: Outcome, method: str, rows: tuple[tuple[float, ...], ...]) -> str:
    names = [one.name for one in outcome.outputs]
    cells = [(name, *(_number(r, 6) for r in row)) for name, row in zip(names, rows, strict=True)]
    head = f"Correlation of the outputs, {_TITLES[method]}"
    return f"{head}\n" + text.table(("", *names), cells, right=frozenset(range(1, len(names) + 1)))


def _number(value: float, digits: int = 4) -> str:
    return "none" if math.isnan(value) else f"{value:.{digits}g}"


def _dof(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.4g}"


# --- for machines ---


def _plain(outcome: Outcome, sha256: str) -> dict[str, object]:
    names = [one.name for one in outcome.outputs]
    return {
        "budget": outcome.title,
        "sha256": sha256,
        "outputs": {one.name: _cleaned(asdict(one)) for one in outcome.outputs},
        "correlation": {
            method: {"outputs": names, "matrix": _cleaned(rows)}
            for method, rows in outcome.correlation.items()
        },
        "notes": list(outcome.notes),
    }


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Give what JSON can hold: decimals as text, null for what is infinite (dof) or has no number (u)."""
    if isinstance(value, dict):
        return {key: _cleaned(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return None if isinstance(value, float) and not math.isfinite(value) else value
