"""Signing in: a password is checked, and who tries too many is made to wait."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.clock import Clock
from calbench.errors import UsageError
from calbench.server.accounts.audit import Audit
from calbench.server.accounts.database import Database
from calbench.server.accounts.passwords import OF_A_SERVER, Work, matches
from calbench.server.accounts.register import Account, Register, name_of
from calbench.server.accounts.tries import Tries

FREE = 5
"""Wrong passwords of an account before it is locked: for 30 s, then for twice as long each time, up to 15 min."""
LOCK, LONGEST_LOCK = 30.0, 900.0


@dataclass(frozen=True)
class SignedIn:
    """Who signed in; or None, with the key of the sentence that says why not, and the seconds to wait."""

    account: Account | None
    refused: str = ""
    wait: int = 0


class SigningIn:
    """Checks names and passwords."""

    def __init__(
        self, database: Database, register: Register, audit: Audit, clock: Clock, work: Work = OF_A_SERVER
    ) -> None:
        self._database, self._register, self._audit, self._clock = database, register, audit, clock
        self._nobody = work.nobody
        self._tries = Tries(clock)

    def sign_in(self, name: str, password: str, address: str) -> SignedIn:
        """Check name and password; takes as long where there is no such account."""
        wait = self._tries.wait_of(address)
        if wait:
            return SignedIn(None, "signin.slow", wait)
        account, stored, failed, locked = self._stored(name)
        now = self._clock.utc().timestamp()
        if locked > now:
            self._audit.note("sign-in refused", name[:64], why="locked", address=address)
            return SignedIn(None, "signin.locked", int(locked - now) + 1)
        right = matches(password, stored)
        if account is None or account.disabled or not right:
            self._failed(account, name, failed + 1, now, address)
            return SignedIn(None, "signin.wrong")
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE accounts SET failed = 0, locked_until = 0 WHERE name = ?", (account.name,)
            )
            self._audit.note_in(connection, "signed in", account.name, address=address)
        return SignedIn(account)

    def _stored(self, name: str) -> tuple[Account | None, str, int, float]:
        try:
            account = self._register.find(name_of(name))
        except UsageError:
            account = None
        if account is None:
            return None, self._nobody, 0, 0.0
        query = "SELECT password, failed, locked_until FROM accounts WHERE name = ?"
        password, failed, locked = self._database.rows(query, account.name)[0]
        return account, str(password), int(str(failed)), float(str(locked))

    def _failed(self, account: Account | None, name: str, failed: int, now: float, address: str) -> None:
        with self._database.writing() as connection:
            if account is not None:
                over = failed - FREE
                until = now + min(LONGEST_LOCK, LOCK * 2.0 ** min(over, 10)) if over >= 0 else 0.0
                connection.execute(
                    "UPDATE accounts SET failed = ?, locked_until = ? WHERE name = ?",
                    (failed, until, account.name),
                )
            self._audit.note_in(
                connection, "sign-in refused", name[:64], why="wrong name or password", address=address
            )
