"""What the preview of a run says of its regulation: edition, kind of control, validity, tables not confirmed.

Kinds of control, sources and tables are called what the certificate will call them.
"""

from __future__ import annotations

from calbench.certificates.regulated import table_name
from calbench.certificates.wording import require_language, term
from calbench.documents.plan import Plan
from calbench.server.wording import Speaker


def asked(plan: Plan, say: Speaker) -> list[str]:
    """Say what the regulation asks of the run, a line each; none where there is no regulation."""
    stated, language = plan.regulated, require_language(say.language)
    if stated is None:
        return []
    lines = []
    if stated.id:
        key = "preview.regulation.pinned" if stated.pinned else "preview.regulation"
        lines.append(say(key, name=plan.procedure.regulation))
    if stated.control:
        lines.append(say("preview.control", kind=term("control", stated.control, language)))
    if stated.left_out:
        lines.append(
            say("preview.left.out", tests="; ".join(say.local(one.title) for one in stated.left_out))
        )
    if stated.interval is not None:
        source = term("source", stated.interval.source, language)
        lines.append(say("preview.interval", months=stated.interval.months, source=source))
    return lines


def unsure(plan: Plan, say: Speaker) -> list[str]:
    """Name the tables whose source is not confirmed: at the tests that rest on them, the others of the whole."""
    cited = {name for test in plan.tests for name in test.sources}
    whole = {name: status for name, status in plan.procedure.sources.items() if name not in cited}
    parts = [(say.local(test.title) or test.id, test.sources) for test in plan.tests]
    found = [
        (where, _named(plan, sources, say)) for where, sources in (*parts, (say("preview.whole"), whole))
    ]
    return [
        say("preview.unsure.line", where=where, tables=("、" if say.language == "zh" else ", ").join(tables))
        for where, tables in found
        if tables
    ]


def _named(plan: Plan, sources: dict[str, str], say: Speaker) -> list[str]:
    language = require_language(say.language)
    return [
        say(
            "preview.unsure.table",
            table=table_name(plan.procedure, name, language),
            source=term("source", status, language),
        )
        for name, status in sorted(sources.items())
        if status != "confirmed"
    ]
