"""Which runs somebody looks for: the fields of the list's form, and what they ask of the index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args
from urllib.parse import urlencode

from calbench.archive import Wanted
from calbench.documents.record import Verdict

ListStatus = Literal["RUNNING", "COMPLETED", "STOPPED", "ABORTED", "UNSAFE", "CRASHED"]
STATUSES: tuple[ListStatus, ...] = get_args(ListStatus)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
LONGEST = 100
"""Characters of a text; what is longer is cut, as no name is."""


@dataclass(frozen=True)
class Sought:
    """The fields as they were filled in; what is empty, or not one of those that there are, asks for nothing."""

    text: str = ""
    status: str = ""
    station: str = ""
    procedure: str = ""
    serial: str = ""
    customer: str = ""
    verdict: str = ""
    since: str = ""
    until: str = ""
    damaged: str = ""

    @property
    def wanted(self) -> Wanted:
        """What is asked of the index."""
        return Wanted(
            status=(self.status,) if self.status in STATUSES else (),
            station=self.station[:LONGEST],
            procedure=self.procedure[:LONGEST],
            serial=self.serial.strip()[:LONGEST],
            customer=self.customer.strip()[:LONGEST],
            verdict=self.verdict if self.verdict in VERDICTS else "",
            since=_day(self.since),
            until=_day(self.until),
            text=self.text.strip()[:LONGEST],
            damaged=bool(self.damaged),
        )

    @property
    def anything(self) -> bool:
        """Whether anything is asked for."""
        return self.wanted != Wanted()

    def at(self, first: int) -> str:
        """Give the address of the list from number `first` on, with the same fields."""
        given = {name: text[:LONGEST] for name, text in vars(self).items() if text}
        return f"/runs?{urlencode({**given, 'first': first})}"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return ""
