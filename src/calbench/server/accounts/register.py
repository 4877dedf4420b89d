"""The register of accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast, get_args

from calbench.clock import Clock
from calbench.errors import UsageError
from calbench.server.accounts.audit import Audit
from calbench.server.accounts.database import Database
from calbench.server.accounts.passwords import OF_A_SERVER, Work, hashed

Role = Literal["operator", "reviewer", "head"]
ROLES: tuple[Role, ...] = get_args(Role)
LONGEST = 64  # characters of a name


@dataclass(frozen=True)
class Account:
    """A person who may use the page; the name is what journals and certificates say."""

    name: str
    roles: tuple[Role, ...]
    created: str
    disabled: bool = False
    language: str = ""

    def may(self, *roles: Role) -> bool:
        """Tell whether the account has one of these roles."""
        return bool(set(roles) & set(self.roles))


class Register:
    """Adds accounts, changes them, and gives them; each change stands in the audit log, with who made it."""

    def __init__(self, database: Database, audit: Audit, clock: Clock, work: Work = OF_A_SERVER) -> None:
        self._database, self._audit, self._clock, self._work = database, audit, clock, work

    def add(self, name: str, roles: Iterable[str], password: str, by: str) -> Account:
        """Add an account.

        Raises:
            UsageError: There is one of this name, or name, roles or password are not allowed.
        """
        wanted, chosen, stored = name_of(name), roles_of(roles), hashed(password, self._work)
        if self.find(wanted) is not None:
            raise UsageError(f"There is an account '{wanted}' already.")
        created = self._clock.utc().date().isoformat()
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO accounts (name, roles, password, created) VALUES (?, ?, ?, ?)",
                (wanted, ",".join(chosen), stored, created),
            )
            self._audit.note_in(connection, "account added", by, account=wanted, roles=", ".join(chosen))
        return Account(wanted, chosen, created)

    def set_password(self, name: str, password: str, by: str) -> None:
        """Give an account another password; its sessions end, and a lock of it is lifted."""
        stored = hashed(password, self._work)
        self._change(
            name, "password set", by, "password = ?, failed = 0, locked_until = 0", stored, leave=True
        )

    def set_roles(self, name: str, roles: Iterable[str], by: str) -> None:
        """Give an account other roles; they hold from its next request."""
        chosen = roles_of(roles)
        self._change(name, "roles set", by, "roles = ?", ",".join(chosen), roles=", ".join(chosen))

    def disable(self, name: str, by: str, *, disabled: bool = True) -> None:
        """Close an account, with its sessions and tokens, or open it again; nothing is ever deleted."""
        what = "account disabled" if disabled else "account enabled"
        self._change(name, what, by, "disabled = ?", int(disabled), leave=disabled)

    def set_language(self, name: str, language: str) -> None:
        """Remember in which language somebody reads the page."""
        with self._database.writing() as connection:
            connection.execute("UPDATE accounts SET language = ? WHERE name = ?", (language, name))

    def find(self, name: str) -> Account | None:
        """Give an account by its name; None if there is none."""
        found = self._database.rows(f"{_SELECT} WHERE name = ?", name)
        return _account(found[0]) if found else None

    def all(self) -> list[Account]:
        """Give every account, also the disabled ones, by name."""
        return [_account(row) for row in self._database.rows(f"{_SELECT} ORDER BY name")]

    def _change(
        self,
        name: str,
        what: str,
        by: str,
        assignment: str,
        value: object,
        *,
        leave: bool = False,
        **about: str,
    ) -> None:
        wanted = name_of(name)
        with self._database.writing() as connection:
            done = connection.execute(f"UPDATE accounts SET {assignment} WHERE name = ?", (value, wanted))  # noqa: S608 - constants of this module
            if done.rowcount == 0:
                raise UsageError(f"There is no account '{wanted}'. calbench accounts list shows all.")
            if leave:
                connection.execute("DELETE FROM sessions WHERE account = ?", (wanted,))
            self._audit.note_in(connection, what, by, account=wanted, **about)


def name_of(text: str) -> str:
    """Give a name as it is stored.

    Raises:
        UsageError: It is empty, too long, or has characters that are no letters, digits, spaces or one of `.-_@'`.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > LONGEST or not all(one.isalnum() or one in " .-_@'" for one in name):
        raise UsageError(f"A name has 1 to {LONGEST} letters, digits, spaces and . - _ @ '")
    return name


def roles_of(texts: Iterable[str]) -> tuple[Role, ...]:
    """Give roles in their order.

    Raises:
        UsageError: One is not known, or there is none.
    """
    chosen = set(texts)
    if not chosen or not chosen <= set(ROLES):
        raise UsageError(f"Roles are {', '.join(ROLES)}; an account has one or several.")
    return tuple(one for one in ROLES if one in chosen)


_SELECT = "SELECT name, roles, created, disabled, language FROM accounts"


def _account(row: tuple[object, ...]) -> Account:
    name, roles, created, disabled, language = row
    return Account(
        str(name),
        cast("tuple[Role, ...]", tuple(str(roles).split(","))),
        str(created),
        bool(disabled),
        str(language),
    )
