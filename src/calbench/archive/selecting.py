"""From what is wanted to a query."""

from __future__ import annotations

from calbench.archive.rows import OPEN, Wanted
from calbench.errors import UsageError

LONGEST = 200
"""Characters of a pattern or a part of a name."""
_BEGUN = "substr(coalesce(nullif(r.started, ''), r.created), 1, length(?))"
_NEWEST = (
    "CASE WHEN r.simulated AND r.made <> '' THEN r.made ELSE coalesce(nullif(r.started, ''), r.created) END"
)
_UNIT = "EXISTS (SELECT 1 FROM unit u WHERE u.folder = r.folder AND {})"
_NAMES = "r.folder, r.id, r.title, r.procedure, r.version, r.station, r.operator"
_UNIT_NAMES = 'u.maker, u.model, u.serial, u.customer, u."order"'
LIVE = ("RUNNING", "CRASHED")


def query(wanted: Wanted) -> tuple[str, list[str]]:
    """Give the query for runs, newest first, and its values.

    RUNNING and CRASHED are both open runs here: only their processes can tell them apart.

    Raises:
        UsageError: A text is too long.
    """
    conditions: list[str] = []
    values: list[str] = []

    def need(condition: str, *given: str) -> None:
        if any(len(one) > LONGEST for one in given):
            raise UsageError(f"'{given[0][:20]}…' is longer than {LONGEST} characters.")
        conditions.append(condition)
        values.extend(given)

    if wanted.status:
        given = [OPEN if one in LIVE else one for one in wanted.status]
        need(f"r.status IN ({', '.join('?' * len(given))})", *given)
    for column, text in (("station", wanted.station), ("procedure", wanted.procedure)):
        if text:
            need(f"r.{column} = ?", text)
    for column, text in (("serial", wanted.serial), ("customer", wanted.customer)):
        if text:
            need(_UNIT.format(f"instr(folded(u.{column}), ?)"), text.casefold())
    if wanted.text:
        own, unit = (f"instr(folded(concat_words({names})), ?)" for names in (_NAMES, _UNIT_NAMES))
        need(f"({own} OR {_UNIT.format(unit)})", *(wanted.text.casefold(),) * 2)
    if wanted.verdict:
        need(_UNIT.format("u.verdict = ?"), wanted.verdict)
    if wanted.since:
        need(f"{_BEGUN} >= ?", wanted.since, wanted.since)
    if wanted.until:
        need(f"{_BEGUN} <= ?", wanted.until, wanted.until)
    if wanted.failed_point:
        failing = "p.verdict IN ('fail', 'indeterminate_fail') AND p.id GLOB ?"
        need(f"r.folder IN (SELECT p.folder FROM result p WHERE {failing})", wanted.failed_point)  # noqa: S608 - fixed text
    if wanted.damaged:
        need("r.wrong <> '[]'")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = f" ORDER BY {_NEWEST} DESC, r.folder DESC"
    return f"SELECT r.* FROM run r{where}{order}", values  # noqa: S608 - fixed texts; what is given goes in as values
