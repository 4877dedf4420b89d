"""All that the views and the interface for programs work with, made once for a server."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.server.accounts.audit import Audit
from calbench.server.accounts.database import Database
from calbench.server.accounts.register import Register
from calbench.server.accounts.sessions import Sessions
from calbench.server.accounts.signing_in import SigningIn
from calbench.server.releasing.deciding import Deciding
from calbench.server.releasing.sight import Looking
from calbench.server.releasing.states import States
from calbench.server.releasing.zipping import Zipping
from calbench.server.runs.catalogue import Catalogue
from calbench.server.runs.launching import Launcher
from calbench.server.runs.watching import Watches
from calbench.server.settings import Settings


@dataclass(frozen=True)
class Services:
    """What a server has."""

    settings: Settings
    database: Database
    audit: Audit
    register: Register
    sessions: Sessions
    signing_in: SigningIn
    catalogue: Catalogue
    watches: Watches
    launcher: Launcher
    states: States
    looking: Looking
    deciding: Deciding
    zipping: Zipping


def services_of(settings: Settings) -> Services:
    """Open what a server needs.

    Raises:
        UsageError: The file of accounts cannot be used.
    """
    clock = settings.clock
    database = Database(settings.state)
    audit = Audit(database, clock)
    register = Register(database, audit, clock, settings.work)
    catalogue = Catalogue(settings.runs, clock)
    return Services(
        settings=settings,
        database=database,
        audit=audit,
        register=register,
        sessions=Sessions(database, register, audit, clock, idle=settings.idle, longest=settings.longest),
        signing_in=SigningIn(database, register, audit, clock, settings.work),
        catalogue=catalogue,
        watches=Watches(clock),
        launcher=Launcher(settings.runs, settings.state),
        states=States(catalogue),
        looking=Looking(),
        deciding=Deciding(audit, clock),
        zipping=Zipping(),
    )
