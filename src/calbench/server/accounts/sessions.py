"""Sessions and tokens: 256 random bits in the hands of who signed in, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from calbench.clock import Clock
from calbench.server.accounts.audit import Audit
from calbench.server.accounts.database import Database
from calbench.server.accounts.register import Account, Register

TOUCH = 30.0  # seconds between two notes that a session is in use


@dataclass(frozen=True)
class Session:
    """Who is signed in, and the secret that each form of this session carries; empty for a program's token."""

    account: Account
    csrf: str


class Sessions:
    """Opens, finds and closes sessions; makes tokens for programs."""

    def __init__(
        self,
        database: Database,
        register: Register,
        audit: Audit,
        clock: Clock,
        *,
        idle: float,
        longest: float,
    ) -> None:
        self._database, self._register, self._audit, self._clock = database, register, audit, clock
        self._idle, self._longest = idle, longest

    def open(self, account: Account) -> str:
        """Open a session; gives what its cookie holds. Sessions that are over are swept away."""
        secret, now = secrets.token_urlsafe(32), self._now()
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE used < ? OR opened < ?", (now - self._idle, now - self._longest)
            )
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
                (_hash(secret), account.name, secrets.token_urlsafe(32), now, now),
            )
        return secret

    def find(self, secret: str) -> Session | None:
        """Give the session of a cookie; None if there is none, it is over, or its account is disabled."""
        query = "SELECT account, csrf, opened, used FROM sessions WHERE hash = ?"
        rows, now = self._database.rows(query, _hash(secret)), self._now()
        if not rows:
            return None
        name, csrf, opened, used = rows[0]
        if now - float(str(used)) >= self._idle or now - float(str(opened)) >= self._longest:
            return None
        account = self._register.find(str(name))
        if account is None or account.disabled:
            return None
        if now - float(str(used)) > TOUCH:
            with self._database.writing() as connection:
                connection.execute("UPDATE sessions SET used = ? WHERE hash = ?", (now, _hash(secret)))
        return Session(account, str(csrf))

    def close(self, secret: str) -> None:
        """End a session."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE hash = ?", (_hash(secret),))

    def make_token(self, account: Account, label: str, by: str) -> str:
        """Make a token for a program that acts for this account; it is shown once."""
        secret, created = f"calbench_{secrets.token_urlsafe(32)}", self._clock.utc().date().isoformat()
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?)", (_hash(secret), account.name, label, created)
            )
            self._audit.note_in(connection, "token made", by, account=account.name, label=label)
        return secret

    def drop_tokens(self, account: Account, by: str) -> None:
        """Take all tokens of an account back."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM tokens WHERE account = ?", (account.name,))
            self._audit.note_in(connection, "tokens dropped", by, account=account.name)

    def bearer(self, secret: str) -> Session | None:
        """Give who a program acts for; None if there is no such token or the account is disabled."""
        rows = self._database.rows("SELECT account FROM tokens WHERE hash = ?", _hash(secret))
        account = self._register.find(str(rows[0][0])) if rows else None
        return None if account is None or account.disabled else Session(account, "")

    def _now(self) -> float:
        return self._clock.utc().timestamp()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
