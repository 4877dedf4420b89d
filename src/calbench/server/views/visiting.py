"""Who visits a page: the session of its cookie, the language, and the form that was sent with it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from calbench.server.accounts.register import Account, Role
from calbench.server.accounts.sessions import Session
from calbench.server.services import Services
from calbench.server.wording import Speaker, language_of

FIELDS = 4000
"""Fields of a form: 48 units with all that a work order says are 600."""
LANGUAGE = "calbench_language"
ITEM = "item"
"""Name of the boxes of a checklist."""


class SignInNeeded(Exception):  # noqa: N818 - an event
    """Nobody is signed in, or no longer."""


class Forbidden(Exception):  # noqa: N818 - as above
    """The account has none of the roles that this needs."""

    def __init__(self, roles: tuple[Role, ...]) -> None:
        super().__init__(", ".join(roles))
        self.roles = roles


class StaleForm(Exception):  # noqa: N818 - as above
    """The form does not carry the secret of this session."""


class Visit:
    """A request of somebody who is signed in."""

    def __init__(self, request: Request, services: Services, session: Session) -> None:
        self.request, self.services, self.session = request, services, session
        self.say = Speaker(spoken_by(request, session.account))

    @property
    def name(self) -> str:
        """Who it is, as journals say it."""
        return self.session.account.name

    @property
    def partly(self) -> bool:
        """Whether the script asks for a part of a page."""
        return "hx-request" in self.request.headers

    def require(self, *roles: Role) -> None:
        """Go on only for an account with one of these roles.

        Raises:
            Forbidden: It has none of them.
        """
        if not self.session.account.may(*roles):
            raise Forbidden(roles)

    async def form(self) -> dict[str, str]:
        """Read the form, as `fields_of` gives it.

        Raises:
            StaleForm: It does not carry the secret of this session.
        """
        fields = await form_of(self.request)
        given = fields.pop("csrf", "")
        if not self.session.csrf or not hmac.compare_digest(given.encode(), self.session.csrf.encode()):
            raise StaleForm
        return fields


async def form_of(request: Request) -> dict[str, str]:
    """Read an url-encoded form; empty where it has too many fields."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return fields_of(parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS))
    except ValueError:
        return {}


def fields_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give the fields of a form; of several of one name the last counts, but the ticked items of a list are lines."""
    found: dict[str, str] = {}
    for name, text in pairs:
        found[name] = f"{found[name]}\n{text}" if name == ITEM and name in found else text
    return found


def services(request: Request) -> Services:
    """Give what the server has."""
    found: Services = request.app.state.services
    return found


def spoken_by(request: Request, account: Account | None = None) -> str:
    """Give the language of a page: by cookie, by account, by what the browser accepts."""
    chosen = request.cookies.get(LANGUAGE, "") or ("" if account is None else account.language)
    return language_of(chosen, request.headers.get("accept-language", ""))


def visiting(request: Request, has: Annotated[Services, Depends(services)]) -> Visit:
    """Give the visit of who is signed in.

    Raises:
        SignInNeeded: Nobody is.
    """
    session = has.sessions.find(request.cookies.get(has.settings.cookie, ""))
    if session is None:
        raise SignInNeeded
    return Visit(request, has, session)


Visiting = Annotated[Visit, Depends(visiting)]
Has = Annotated[Services, Depends(services)]
