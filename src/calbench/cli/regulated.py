"""What a plan says of the regulation: edition, kind of control, validity, and tables that are not confirmed."""

from __future__ import annotations

from calbench.cli.wording import local
from calbench.documents.plan import Plan


def regulation(plan: Plan) -> str:
    """Say what the regulation asks of a run; empty where there is none, and no source is in doubt."""
    return "\n".join([*_asked(plan), *_unsure(plan)])


def _asked(plan: Plan) -> list[str]:
    asked = plan.regulated
    if asked is None:
        return []
    lines = []
    if asked.id:
        pinned = (
            "an edition that the station works to"
            if asked.pinned
            else f"the station pins no edition of it (regulations: {{{asked.id}: {asked.year}}})"
        )
        lines.append(f"Regulation: {plan.procedure.regulation}; {pinned}.")
    if asked.control:
        names = ", ".join(f"{one.test} ({local(one.title)})" for one in asked.left_out)
        lines.append(
            f"Kind of control: {asked.control}." + (f" Not required for it: {names}." if names else "")
        )
    if asked.interval is not None:
        months, source = asked.interval.months, asked.interval.source
        lines.append(f"Valid for {months} months if it passes (source: {source}).")
    return lines


def _unsure(plan: Plan) -> list[str]:
    """Name the tables whose source is not confirmed: at the tests that rest on them, the others of the whole."""
    at_tests = [(test.id, test.sources) for test in plan.tests]
    cited = {name for _, sources in at_tests for name in sources}
    whole = {name: status for name, status in plan.procedure.sources.items() if name not in cited}
    rows = [
        (where, [f"{name} ({status})" for name, status in sorted(sources.items()) if status != "confirmed"])
        for where, sources in (*at_tests, ("whole procedure", whole))
    ]
    found = [f"  {where}: {', '.join(tables)}" for where, tables in rows if tables]
    return ["Sources that are not confirmed:", *found] if found else []
