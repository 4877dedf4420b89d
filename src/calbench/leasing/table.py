"""The table of leases: what all processes of this machine agree on, one transaction at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from calbench.clock import Clock
from calbench.errors import InstrumentInUse, UsageError
from calbench.leasing.lease import TTL, By, Claim, Entry, Lease, Loss
from calbench.leasing.schema import reading, writing

_COLUMNS = "resource, run, station, who, pid, token, by, since, renewed, mono"
_LONGEST = 500
_KEPT = 1000  # entries of the log
_TAKEN_OVER, _BROKEN = "taken over", "released by a person"


class Table:
    """The leases of this machine.

    The clock is read within a transaction, so that nobody's sign of life lies in the future of another.

    Args:
        path: The file; see `places.lease_file`.
        clock: Its monotonic time must be that of the machine, the same in all processes.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock

    def acquire(self, claim: Claim, wanted: Mapping[str, str]) -> list[Lease]:
        """Take all of these resources or none; gives the stale leases that were taken over from others.

        Args:
            claim: Who wants them.
            wanted: Resources, and what people call them: the instrument of the station.

        Raises:
            InstrumentInUse: Another run has one; says which, and what to do.
            LeasesUnusable: Nobody can tell.
        """
        with writing(self.path) as file:
            held = [one for one in self._leases(file) if one.resource in wanted]
            others = [one for one in held if one.claim.token != claim.token]
            busy = [one for one in others if not one.stale]
            if busy:
                raise InstrumentInUse(_refusal(busy, wanted))
            for one in others:
                text = f"It was silent since {one.renewed}; it was {one.holder}."
                self._log(file, _TAKEN_OVER, one, claim.run, text)
            for resource in wanted:
                self._put(file, resource, claim, "runner")
            return others

    def renew(self, claim: Claim, resources: Iterable[str], by: By, *, again: bool) -> Loss:
        """Give a sign of life; gives what is lost, which stays with whoever has it.

        What nobody has any more is leased anew with `again`, so that it can be made safe.

        Raises:
            LeasesUnusable: Nobody can tell.
        """
        taken: dict[str, Lease] = {}
        broken: dict[str, str] = {}
        with writing(self.path) as file:
            held = {one.resource: one for one in self._leases(file)}
            for resource in sorted(resources):
                there = held.get(resource)
                if there is not None and there.claim.token != claim.token:
                    taken[resource] = there
                elif there is not None:
                    sign = (by, self._utc(), self._clock.monotonic(), resource)
                    file.execute("UPDATE lease SET by = ?, renewed = ?, mono = ? WHERE resource = ?", sign)
                else:
                    broken[resource] = self._why_broken(file, resource, claim)
                    if again:
                        self._put(file, resource, claim, by)
        return Loss(taken, broken)

    def release(self, claim: Claim) -> None:
        """Give back all that a run has; nothing happens if it has nothing.

        Raises:
            LeasesUnusable: As above.
        """
        with writing(self.path) as file:
            file.execute("DELETE FROM lease WHERE token = ?", (claim.token,))

    def break_off(self, resource: str, by: str, reason: str, *, force: bool) -> Lease:
        """Take away a lease as a person; gives the lease that there was. The file's log keeps who and why.

        Raises:
            UsageError: Nobody has it, name or reason is missing, or its holder lives and it is not forced.
            LeasesUnusable: As above.
        """
        if not by.strip() or not reason.strip():
            raise UsageError("Releasing a lease of others needs a name, and a reason.")
        with writing(self.path) as file:
            held = {one.resource: one for one in self._leases(file)}
            found = held.get(resource)
            if found is None:
                there = ", ".join(held) or "none"
                raise UsageError(f"Nobody has a lease of {resource!r}. There are: {there}.")
            if not found.stale and not force:
                raise UsageError(
                    f"{resource} is in use by {found.holder}; its last sign of life was {found.silent:.0f} s ago. If "
                    f"that run is gone, its leases go within {TTL:g} s. Stop it (calbench stop {found.claim.run}); "
                    "with --force it is released all the same, and that run stops."
                )
            file.execute("DELETE FROM lease WHERE resource = ?", (resource,))
            self._log(file, _BROKEN, found, by.strip(), reason.strip())
            return found

    def held(self) -> list[Lease]:
        """Give every lease, stale ones too, by resource.

        Raises:
            LeasesUnusable: The file is there and cannot be read.
        """
        with reading(self.path) as file:
            return [] if file is None else list(self._leases(file))

    def log(self) -> list[Entry]:
        """Give what was taken over or released by a person, the last thousand, oldest first.

        Raises:
            LeasesUnusable: As above.
        """
        with reading(self.path) as file:
            if file is None:
                return []
            found = file.execute("SELECT utc, did, resource, run, by, text FROM log ORDER BY number")
            return [Entry(*(_plain(one) for one in row)) for row in found]

    def _leases(self, file: sqlite3.Connection) -> Iterator[Lease]:
        rows = file.execute(f"SELECT {_COLUMNS} FROM lease ORDER BY resource").fetchall()  # noqa: S608 - fixed names
        now = self._clock.monotonic()
        for resource, run, station, who, pid, token, by, since, renewed, mono in rows:
            if not isinstance(pid, int) or not isinstance(mono, float):
                raise sqlite3.DatabaseError(
                    f"a lease of {_plain(resource)} holds something else than numbers"
                )
            claim = Claim(_plain(run), _plain(station), _plain(who), pid, str(token))
            said: By = "guard" if by == "guard" else "runner"
            yield Lease(_plain(resource), claim, said, _plain(since), _plain(renewed), now - mono)

    def _put(self, file: sqlite3.Connection, resource: str, claim: Claim, by: By) -> None:
        utc = self._utc()
        row = (resource, claim.run, claim.station, claim.who, claim.pid, claim.token, by, utc, utc)
        marks = ", ".join("?" * (len(row) + 1))
        file.execute(
            f"INSERT OR REPLACE INTO lease ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 - fixed names and marks
            (*row, self._clock.monotonic()),
        )

    def _log(self, file: sqlite3.Connection, did: str, lease: Lease, by: str, text: str) -> None:
        row = (self._utc(), did, lease.resource, lease.claim.run, lease.claim.token, by, text)
        file.execute(
            "INSERT INTO log (utc, did, resource, run, token, by, text) VALUES (?, ?, ?, ?, ?, ?, ?)", row
        )
        file.execute("DELETE FROM log WHERE number <= (SELECT max(number) FROM log) - ?", (_KEPT,))

    def _why_broken(self, file: sqlite3.Connection, resource: str, claim: Claim) -> str:
        row = file.execute(
            "SELECT by, text FROM log WHERE did = ? AND resource = ? AND token = ? ORDER BY number DESC",
            (_BROKEN, resource, claim.token),
        ).fetchone()
        return (
            f"released by {_plain(row[0])}: {_plain(row[1])}" if row else "the file of leases was taken away"
        )

    def _utc(self) -> str:
        return self._clock.utc().strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(text: object) -> str:
    """Give what stands in the file as one short line: who wrote it is not known."""
    return "".join(one if one.isprintable() else "?" for one in str(text)[:_LONGEST])


def _refusal(busy: list[Lease], wanted: Mapping[str, str]) -> str:
    said = []
    for token in dict.fromkeys(one.claim.token for one in busy):
        its = [one for one in busy if one.claim.token == token]
        names = ", ".join(f"{wanted[one.resource]} ({one.resource})" for one in its)
        said.append(f"In use: {names}, by {its[0].holder}.")
    stop = " and ".join(dict.fromkeys(f"calbench stop {one.claim.run}" for one in busy))
    advice = (
        f"Nothing was touched. Wait for it (--wait SECONDS), or end it ({stop}). If its process is gone, its leases go "
        f"{TTL:g} s after its last sign of life ({busy[0].renewed}); calbench leases shows them."
    )
    return "\n".join([*said, advice])
