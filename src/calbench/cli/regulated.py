"""What a plan says of the regulation: edition, kind of control, validity, and tables that are not confirmed."""

from __future__ import annotations

from calbench.cli.wording import local, word
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
        name = str(plan.procedure.regulation)
        lines.append(
            word("plan.regulation.pinned", name=name)
            if asked.pinned
            else word("plan.regulation", name=name, id=asked.id, year=str(asked.year))
        )
    if asked.control:
        names = ", ".join(f"{one.test} ({local(one.title)})" for one in asked.left_out)
        lines.append(
            word("plan.control", kind=word(f"plan.control.{asked.control}"))
            + (word("plan.left.out", names=names) if names else "")
        )
    if asked.interval is not None:
        source = word(f"plan.source.{asked.interval.source}")
        lines.append(word("plan.interval", months=str(asked.interval.months), source=source))
    return lines


def _unsure(plan: Plan) -> list[str]:
    """Name the tables whose source is not confirmed: at the tests that rest on them, the others of the whole."""
    at_tests = [(test.id, test.sources) for test in plan.tests]
    cited = {name for _, sources in at_tests for name in sources}
    whole = {name: status for name, status in plan.procedure.sources.items() if name not in cited}
    rows = [
        (
            where,
            [
                f"{name} ({word(f'plan.source.{status}')})"
                for name, status in sorted(sources.items())
                if status != "confirmed"
            ],
        )
        for where, sources in (*at_tests, (word("plan.whole"), whole))
    ]
    found = [f"  {where}: {', '.join(tables)}" for where, tables in rows if tables]
    return [word("plan.unsure"), *found] if found else []
