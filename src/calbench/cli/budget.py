"""`calbench budget`: an uncertainty budget by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from calbench.authoring import line_in_budget, load_budget
from calbench.budgeting import NotEvaluated, Outcome, evaluate
from calbench.budgeting.wording import LANGUAGES, Language, local
from calbench.cli import text
from calbench.cli.budgettext import shown
from calbench.cli.wording import language as of_terminal
from calbench.cli.writing import write
from calbench.errors import UsageError

METHODS = ("gum", "mc")
BINS = 100


@click.command("budget")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--method", "methods", help="gum, mc or gum,mc; else what the file says.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of all texts; else that of the terminal.")
@click.option(
    "--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a report as one page."
)
@click.option("--json", "for_machines", is_flag=True, help="Write the outcome as JSON.")
def command(
    file: Path,
    methods: str | None,
    language: Language | None,
    page: Path | None,
    for_machines: bool,  # noqa: FBT001 - click hands it over so
) -> None:
    """Evaluate the uncertainty budget of FILE."""
    loaded = load_budget(file)
    try:
        chosen = None if methods is None else _chosen(methods)
        outcome = evaluate(loaded.model, chosen, bins=BINS if page else 0)
    except NotEvaluated as error:
        raise UsageError(f"{file}:{line_in_budget(file, error.path)}: {error}") from error
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from error
    # The language of a terminal is a matter of who sits there; what a machine reads is the same everywhere.
    spoken: Language = language or ("zh" if of_terminal() == "zh" and not for_machines else "en")
    if page is not None:
        from calbench.budgeting.page import report  # noqa: PLC0415 - only for those who want a page

        write(page, report(outcome, loaded.sha256, spoken))
    if for_machines:
        text.dump(_plain(outcome, loaded.sha256, spoken))
    else:
        click.echo(shown(outcome, spoken))


def _chosen(methods: str) -> list[str]:
    found = [one.strip() for one in methods.split(",")]
    wrong = [one for one in found if one not in METHODS]
    if wrong:
        raise UsageError(f"--method: there is no method '{wrong[0]}'; write gum, mc or gum,mc")
    return found


def _plain(outcome: Outcome, sha256: str, language: Language) -> dict[str, object]:
    names = [one.name for one in outcome.outputs]
    outputs = {one.name: _cleaned(asdict(one), language) for one in outcome.outputs}
    for one in outputs.values():
        if one["mc"] is not None:
            one["mc"].pop("histogram")
    return {
        "budget": local(outcome.title, language),
        "language": language,
        "sha256": sha256,
        "outputs": outputs,
        "correlation": {
            method: {"outputs": names, "matrix": _cleaned(rows, language)}
            for method, rows in outcome.correlation.items()
        },
        "regions": [asdict(one) for one in outcome.regions],
        "notes": [local(note, language) for note in outcome.notes],
    }


def _cleaned(value: Any, language: Language) -> Any:  # noqa: ANN401 - JSON
    """Give what JSON can hold: decimals as text, null for what is infinite (dof) or has no number (u)."""
    if isinstance(value, Mapping):
        if set(value) <= set(LANGUAGES):
            return local(value, language)
        return {key: _cleaned(one, language) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one, language) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return None if isinstance(value, float) and not math.isfinite(value) else value
