"""`calbench keys …` for signatories: make, import and certify their keys, and trust certificates of others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from calbench.cli.wording import word
from calbench.clock import RealClock
from calbench.errors import UsageError
from calbench.trust.keyfiles import key_folder

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from calbench.trust.signatories import Place, Signatory

F = TypeVar("F", bound=Callable[..., Any])
_MOST_DAYS = 36_500


def _about(role: str, days: int = 1095) -> Callable[[F], F]:
    """Add the options that say who a certificate is made for, and for how long."""
    options = [
        click.option("--name", required=True, help="Name of the holder, as it stands on certificates."),
        click.option("--role", default=role, help="Role of the holder: 'Technical manager'."),
        click.option("--organisation", default="", help="Laboratory of the holder."),
        click.option("--country", default="", help="Its country: CN, DE, …"),
        click.option(
            "--algorithm",
            type=click.Choice(["ecdsa", "rsa"]),
            default="ecdsa",
            help="ECDSA P-256, or RSA 3072.",
        ),
        click.option(
            "--days",
            type=click.IntRange(1, _MOST_DAYS),
            default=days,
            show_default=True,
            help="How long it is valid.",
        ),
    ]

    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


@click.command("signatory")
@click.argument("key")
@_about("")
@click.option(
    "--authority", "by", help="The authority here that issues its certificate; self-signed without one."
)
@click.option(
    "--passphrase", "protected", is_flag=True, help="Ask for a passphrase, which is typed at each signature."
)
def signatory(key: str, by: str | None, days: int, algorithm: str, protected: bool, **said: str) -> None:  # noqa: FBT001 - click hands it over so
    """Make the signing key KEY of a person who answers for certificates."""
    from calbench.trust import issuing, signatories  # noqa: PLC0415 - loaded where it is used

    folder = key_folder()
    above = signatories.load(folder, "authorities", by) if by else None
    start = RealClock().utc().replace(microsecond=0)
    made = issuing.new_signatory(issuing.Holder(**said), start, start + timedelta(days), algorithm, above)  # type: ignore[arg-type] # one of its kinds
    _stored("signatories", key, made, _asked(key) if protected else None)


@click.command("authority")
@click.argument("key")
@_about("", days=3650)  # longer than those whom it certifies, whose certificates must end before its own
def authority(key: str, days: int, algorithm: str, **said: str) -> None:
    """Make the key KEY of the laboratory's own authority, which issues certificates for its signatories."""
    from calbench.trust import issuing  # noqa: PLC0415 - loaded where it is used

    start = RealClock().utc().replace(microsecond=0)
    made = issuing.new_authority(issuing.Holder(**said), start, start + timedelta(days), algorithm)  # type: ignore[arg-type] # one of its kinds
    _stored("authorities", key, made)


@click.command("import")
@click.argument("key")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Its certificate, if FILE is a PEM key.",
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="First line: its password.",
)
def imported(key: str, file: Path, certificate: Path | None, password_file: Path | None) -> None:
    """Import the signing key KEY from FILE: PKCS#12 (.p12, .pfx), or PEM with its certificate."""
    from calbench.trust import anchors, signatories  # noqa: PLC0415 - loaded where it is used

    data = file.read_bytes()
    password = password_file.read_bytes().splitlines()[0] if password_file is not None else None
    if b"-----BEGIN" not in data:
        made = signatories.read_pkcs12(data, password, str(file))
    else:
        own, *above = anchors.read_certificates(certificate or file)
        made = signatories.paired(signatories.read_key(data, password, str(file)), own, above)
    _warn_of_dates(made.certificate)
    _stored("signatories", key, made)


@click.command("request")
@click.argument("key")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it here; without, it is shown."
)
def request(key: str, out: Path | None) -> None:
    """Give the request (PKCS#10) with which another authority certifies the signing key KEY."""
    from calbench.trust import issuing, signatories  # noqa: PLC0415 - loaded where it is used

    made = issuing.request(signatories.load(key_folder(), "signatories", key))
    if out is None:
        click.echo(made.decode("ascii"), nl=False)
        return
    if out.exists():
        raise UsageError(f"{out} is there already: choose another file.")
    out.write_bytes(made)
    click.echo(str(out))


def _warn_of_dates(certificate: Certificate) -> None:
    """Say on stderr that a certificate signs nothing now: it may be kept, to show what was signed with it."""
    start, end, now = certificate.not_valid_before_utc, certificate.not_valid_after_utc, RealClock().utc()
    if start <= now <= end:
        return
    state = (
        f"is not valid before {start:%Y-%m-%d %H:%M:%S}"
        if now < start
        else f"expired on {end:%Y-%m-%d %H:%M:%S}"
    )
    click.echo(
        f"The certificate {state} UTC: nothing can be signed with this key now. Ask its authority for a new "
        "certificate, or set the clock right.",
        err=True,
    )


def is_certificate(data: bytes) -> bool:
    """Tell whether a file has certificates: PEM, or DER, which begins as a sequence (X.690)."""
    return b"-----BEGIN CERTIFICATE" in data or data[:1] == b"\x30"


def trust_certificates(file: Path) -> list[tuple[str, Path]]:
    """Trust the certificates in a file; gives each holder, and where it is kept."""
    from calbench.trust import anchors, signatories  # noqa: PLC0415 - loaded where it is used

    kept = signatories.trust(key_folder(), file)
    return [
        (anchors.name(each), path) for each, path in zip(anchors.read_certificates(file), kept, strict=True)
    ]


def _asked(key: str) -> str:
    asked: str = click.prompt(
        word("signing.passphrase", name=key), hide_input=True, confirmation_prompt=True, err=True
    )
    return asked


def _stored(place: Place, key: str, made: Signatory, passphrase: str | None = None) -> None:
    from calbench.trust import anchors, signatories  # noqa: PLC0415 - loaded where it is used

    folder = signatories.store(key_folder(), place, key, made, passphrase)
    by = anchors.name(made.above[0]) if made.above else "itself"
    until = made.certificate.not_valid_after_utc
    click.echo(f"{anchors.name(made.certificate)}, certified by {by} until {until:%Y-%m-%d}")
    click.echo(f"  {folder / signatories.KEY} (private: keep it)")
    click.echo(f"  {folder / signatories.CERTIFICATE} (give it to those who verify)")
