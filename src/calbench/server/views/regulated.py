"""What the preview of a run says of its regulation: edition, kind of control, validity, tables not confirmed."""

from __future__ import annotations

from calbench.documents.plan import Plan
from calbench.server.wording import Speaker


def asked(plan: Plan, say: Speaker) -> list[str]:
    """Say what the regulation asks of the run, a line each; none where there is no regulation."""
    stated = plan.regulated
    if stated is None:
        return []
    lines = []
    if stated.id:
        key = "preview.regulation.pinned" if stated.pinned else "preview.regulation"
        lines.append(say(key, name=plan.procedure.regulation))
    if stated.control:
        lines.append(say("preview.control", kind=say(f"control.{stated.control}")))
    if stated.left_out:
        lines.append(
            say("preview.left.out", tests="; ".join(say.local(one.title) for one in stated.left_out))
        )
    if stated.interval is not None:
        source = say(f"source.{stated.interval.source}")
        lines.append(say("preview.interval", months=stated.interval.months, source=source))
    return lines


def unsure(plan: Plan, say: Speaker) -> list[str]:
    """Name the tables whose source is not confirmed: at the tests that rest on them, the others of the whole."""
    cited = {name for test in plan.tests for name in test.sources}
    whole = {name: status for name, status in plan.procedure.sources.items() if name not in cited}
    parts = [(say.local(test.title) or test.id, test.sources) for test in plan.tests]
    found = []
    for where, sources in (*parts, (say("preview.whole"), whole)):
        tables = [
            f"{name} ({say(f'source.{status}')})"
            for name, status in sorted(sources.items())
            if status != "confirmed"
        ]
        if tables:
            found.append(f"{where}: {', '.join(tables)}")
    return found
