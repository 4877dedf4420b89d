"""`calbench trace`: on which certificates the results of a run rest, up to where the documents end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from calbench.cli import text
from calbench.errors import UsageError

if TYPE_CHECKING:
    from calbench.documents.record import Record, Result
    from calbench.workflow.tracing import Certified, Chains

_PARTS = {"applied": "applied", "placed": "on the pan", "read": "read"}


@click.command("trace")
@click.argument("run", type=click.Path(path_type=Path, exists=True))
@click.argument("result", required=False)
@click.option(
    "--documents",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with more certificates (DCC), found by their hash.",
)
@click.option(
    "--covariance", nargs=2, metavar="A B", help="Covariance and correlation of two results instead."
)
@click.option("--json", "for_machines", is_flag=True, help="Write it as JSON.")
def command(
    run: Path,
    result: str | None,
    documents: Path | None,
    covariance: tuple[str, str] | None,
    for_machines: bool,  # noqa: FBT001 - click hands it over so
) -> None:
    """Show the standards behind RUN (a folder or a record), or behind its result RESULT, with their certificates."""
    from calbench.workflow.tracing import trace  # noqa: PLC0415 - loaded where it is used

    chains = trace(run, documents)
    if covariance is not None:
        _covariance(chains.record, *covariance, for_machines=for_machines)
        return
    results = chains.record.results if result is None else [_find(chains.record, result)]
    rows = {one.id: _uses(chains.record, one) for one in results}
    used = dict.fromkeys(use["asset"] for uses in rows.values() for use in uses)
    if for_machines:
        text.dump(
            {
                "run": chains.record.run.id,
                "results": rows,
                "chains": {name: asdict(chains.chains[name]) for name in used},
            }
        )
        return
    for line in _shown(chains, rows, list(used)):
        click.echo(line)


def _uses(record: Record, result: Result) -> list[dict[str, Any]]:
    from calbench.traceability.usage import uses_of  # noqa: PLC0415 - loaded where it is used

    return [asdict(use) for use in uses_of(record, result)]


def _shown(chains: Chains, rows: dict[str, list[dict[str, Any]]], used: list[str]) -> Iterator[str]:
    record = chains.record
    mark = "  SIMULATED: not traceable" if record.plan.simulated else ""
    yield f"Run {record.run.id}, {record.run.started[:10]}{mark}\n"
    table = [
        (result, use["asset"], _PARTS[use["part"]], " + ".join(use["weights"]), _percent(use["share"]))
        for result, uses in rows.items()
        for use in uses
        if use["part"] != "condition"
    ]
    none = [result for result, uses in rows.items() if all(use["part"] == "condition" for use in uses)]
    watched = dict.fromkeys(
        use["asset"] for uses in rows.values() for use in uses if use["part"] == "condition"
    )
    if table:
        yield (
            text.table(("result", "standard", "how", "weights", "of variance"), table, right=frozenset({4}))
            + "\n"
        )
    if watched:
        yield f"The room was watched by {', '.join(watched)}.\n"
    if none:
        yield f"No standard behind: {', '.join(none)}\n"
    for name in used:
        yield from _tree(chains.chains[name], 0)
        yield ""


def _tree(one: Certified, depth: int) -> Iterator[str]:
    indent = "   " * depth
    mark = "└─ " if depth else ""
    yield f"{indent[3:]}{mark}{one.of}"
    issued = ", ".join(part for part in (one.issuer, one.accreditation, one.date) if part)
    yield f"{indent}   certificate {one.number or '(none named)'}{f', {issued}' if issued else ''}"
    if one.sha256:
        yield f"{indent}   SHA-256 {one.sha256}{f', {one.file}' if one.file else ''}"
    if one.ends:
        yield f"{indent}   The chain ends here: {one.ends}."
    for above in one.above:
        yield from _tree(above, depth + 1)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1f} %"


def _find(record: Record, name: str) -> Result:
    found = next((one for one in record.results if one.id == name), None)
    if found is None:
        known = [one.id for one in record.results]
        raise UsageError(f"The run has no result '{name}'. It has: {', '.join(known)}.")
    return found


def _covariance(record: Record, first: str, second: str, *, for_machines: bool) -> None:
    from calbench.traceability import correlating  # noqa: PLC0415 - loaded where it is used

    a, b = _find(record, first), _find(record, second)
    try:
        found = correlating.covariance(a, b)
        r = correlating.correlation(a, b)
    except ValueError as error:
        raise UsageError(str(error)) from error
    common = correlating.shared(a, b)
    if for_machines:
        text.dump({"results": [a.id, b.id], "covariance": found, "correlation": r, "shared": common})
        return
    click.echo(f"Correlation of {a.id} and {b.id}: {r:.4f}; covariance {found:.6g} in coherent units.")
    click.echo(f"Shared: {', '.join(common) or 'nothing'}")
