"""Who a program acts for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from calbench.server.accounts.register import Account, Role
from calbench.server.api.problems import ApiProblem
from calbench.server.services import Services
from calbench.server.views.visiting import Has

_bearer = HTTPBearer(auto_error=False, description="A token of `calbench accounts token NAME`.")


class Acting:
    """A request of a program."""

    def __init__(self, services: Services, account: Account) -> None:
        self.services, self.account = services, account

    @property
    def name(self) -> str:
        """For whom it acts, as journals say it."""
        return self.account.name

    def require(self, *roles: Role) -> None:
        """Go on only for an account with one of these roles.

        Raises:
            ApiProblem: It has none of them.
        """
        if not self.account.may(*roles):
            raise ApiProblem("forbidden", f"This needs one of the roles: {', '.join(roles)}.")


def acting(has: Has, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Acting:
    """Give who a program acts for; cookies do not count here, so that no page of another site can act.

    Raises:
        ApiProblem: It has no token that is known.
    """
    session = None if given is None else has.sessions.bearer(given.credentials)
    if session is None:
        raise ApiProblem("not-signed-in", "There is no such token, or its account is disabled.")
    return Acting(has, session.account)


Actor = Annotated[Acting, Depends(acting)]
