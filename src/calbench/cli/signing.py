"""The options that say who signs a certificate, when, and what it replaces."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from calbench.cli.wording import word
from calbench.clock import RealClock
from calbench.errors import UsageError
from calbench.workflow import Signing
from calbench.workflow.issuing import SIGNED

OPTION = {"elsewhere": "issued-elsewhere"}
F = TypeVar("F", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--sign", "signer", help="Sign PDF and DCC with this key (calbench keys new signatory)."),
    click.option("--issued", default="", help="Date of issue, 2026-03-01; without, today (UTC)."),
    click.option("--number", default="", help="Number of the certificate; without, the id of the run."),
    click.option("--replaces", default="", help="Number of the certificate that this one replaces."),
    click.option("--reason", default="", help="Why it replaces that one."),
    click.option("--substitute", is_flag=True, help="It is a complete new one, not an amended one."),
    click.option(
        "--issued-elsewhere", "elsewhere", is_flag=True, help="What it replaces was not issued from this run."
    ),
    click.option(
        "--signature",
        "form",
        type=click.Choice(["xades", "xmldsig"]),
        default="xades",
        help="How the DCC is signed.",
    ),
    click.option("--timestamp", help="Address of a time stamp authority (RFC 3161)."),
)


def signing_options(function: F) -> F:
    """Add the options."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def signing_of(signer: str | None, substitute: bool, **chosen: Any) -> Signing | None:  # noqa: ANN401, FBT001 - click hands it over so
    """Give what was chosen; None if nobody signs.

    Raises:
        UsageError: There is no such key, or options are given that only a signed certificate has.
    """
    if signer is None:
        given = [OPTION.get(name, name) for name, value in chosen.items() if value and name != "form"]
        if given or substitute:
            raise UsageError(
                f"--{(given or ['substitute'])[0]} is for certificates that are signed: say by whom with --sign NAME."
            )
        return None
    from calbench.trust.keyfiles import key_folder  # noqa: PLC0415 - only those who sign need it
    from calbench.trust.signatories import load  # noqa: PLC0415 - as above

    signatory = load(key_folder(), "signatories", signer, _passphrase(signer))
    change: Any = "substituted" if substitute else "amended"
    return Signing(signatory, RealClock().utc().replace(microsecond=0), change=change, **chosen)


def said_of(signing: Signing | None, formats: Sequence[str], run: Path | str = "RUN") -> str:
    """Say what was signed by whom; `run` is the folder of the run."""
    if signing is None and not set(formats) & set(SIGNED):
        return word("signing.none.one" if len(formats) == 1 else "signing.none", formats=_listed(formats))
    if signing is None:
        return word("signing.not", path=str(run))
    signed = _listed([each for each in formats if each in SIGNED])
    stamped = word("signing.stamped", by=signing.timestamp) if signing.timestamp else ""
    return word("signing.by", name=signing.signatory.said("name"), formats=signed, stamped=stamped)


def _listed(formats: Sequence[str]) -> str:
    return word("and").join(each.upper() for each in formats)


def _passphrase(signer: str) -> str | None:
    """Give the passphrase of a key that has one: that of the environment, else it is asked for; it is kept nowhere."""
    from calbench.trust.keyfiles import key_folder  # noqa: PLC0415 - only those who sign need it
    from calbench.trust.ring import passphrase_given  # noqa: PLC0415 - as above
    from calbench.trust.signatories import locked, names  # noqa: PLC0415 - as above

    if signer not in names(key_folder(), "signatories") or not locked(key_folder(), "signatories", signer):
        return None
    given = passphrase_given()
    if given is not None or not sys.stdin.isatty():
        return given
    asked: str = click.prompt(word("signing.passphrase", name=signer), hide_input=True, err=True)
    return asked
