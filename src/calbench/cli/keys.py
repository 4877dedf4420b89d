"""`calbench keys`: the keys of stations, and what is done with them. Each kind of key adds its commands here."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from calbench.cli import certifiedkeys, signatorykeys, text
from calbench.cli.certifiedkeys import CertifiedKey
from calbench.cli.runkeys import check, countersign, prove, seal
from calbench.clock import RealClock
from calbench.errors import UsageError
from calbench.trust.keyfiles import key_folder
from calbench.trust.keystates import state_for, state_of
from calbench.trust.ring import PASSPHRASE, Ring, passphrase_given
from calbench.trust.stationkeys import KeyEntry, entry_data, moment, new_key, read_entry
from calbench.verification.keys import groups

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_YEARS = 5
_until = click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help=f"Last day on which it signs; default: in {_YEARS} years.",
)
_comment = click.option("--comment", default="", help="Whatever helps to tell it from others.")
_locked = click.option(
    "--passphrase", "locked", is_flag=True, help=f"Protect it by a passphrase: from {PASSPHRASE}, or typed."
)
_json = click.option("--json", "for_machines", is_flag=True, help="Write the outcome as JSON.")


@click.group("keys")
def command() -> None:
    """Keys of stations and signatories, seals of runs, proofs of readings.

    Keys lie in the folder that CALBENCH_KEYS names, else in .calbench/keys of the user.
    """


@command.group("new")
def new() -> None:
    """Make a key."""


@new.command("station")
@click.argument("name")
@_until
@_comment
@_locked
@_json
def station(name: str, until: datetime | None, comment: str, locked: bool, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Make the key of station NAME, with which its runs are sealed."""
    if _NAME.fullmatch(name) is None:
        raise UsageError(f"{name!r} is no id of a station: letters, digits, '.', '_' and '-', at most 64.")
    ring, now = Ring(key_folder()), RealClock().utc()
    there = ring.own(name, moment(now))
    if there is not None:
        raise UsageError(
            f"Station {name} has the key {there.stem}. Replace it with calbench keys roll {name}."
        )
    signer = new_key(name, moment(now), _end(now, until), comment)
    path = ring.keep(signer, _passphrase(locked=locked))
    _say(ring, signer.entry, path, for_machines=for_machines)


@command.command("list")
@_json
def list_(for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """List the keys of stations, signatories and authorities here, and which of them sign here and now."""
    ring = Ring(key_folder())
    certified = certifiedkeys.certified_keys(ring.folder)
    if for_machines:
        text.dump([*(_plain(ring, one) for one in ring.trusted), *map(certifiedkeys.plain, certified)])
        return
    tables = []
    if ring.trusted:
        rows = [
            (one.stem, one.valid_from[:10], one.valid_until[:10], _signs(ring, one), _remark(ring, one))
            for one in ring.trusted
        ]
        tables.append(text.folded(("key", "from", "until", "signs here", "remark"), rows))
    if certified:
        tables.append(certifiedkeys.table(certified))
    click.echo("\n\n".join(tables) or f"There is no key in {ring.folder}.")


@command.command("show")
@click.argument("name")
@_json
def show(name: str, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Show the key NAME (demo, demo-1a2b3c4d, mei, signatory/mei): whose it is, and fingerprint to be compared."""
    ring = Ring(key_folder())
    found = _named(ring, name)
    if isinstance(found, KeyEntry):
        private = ring.private_of(found)
        _say(ring, found, private if private.is_file() else None, for_machines=for_machines)
    elif for_machines:
        text.dump(certifiedkeys.plain(found))
    else:
        click.echo(certifiedkeys.shown(found))


@command.command("export")
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path, dir_okay=False), help="Write it into this file.")
def export(name: str, into: Path | None) -> None:
    """Write the public key NAME, or the certificate of a signatory or authority, for others.

    They add it with `calbench keys trust`, after comparing fingerprints.
    """
    from calbench.trust.signatories import pem  # noqa: PLC0415 - loaded where it is used

    found = _named(Ring(key_folder()), name)
    data = entry_data(found) if isinstance(found, KeyEntry) else pem(found.certificate)
    if into is None:
        click.echo(data.decode())
        return
    if into.exists():
        raise UsageError(f"{into} is there already.")
    into.write_bytes(data)
    click.echo(str(into))


@command.command("trust")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_json
def trust(file: Path, for_machines: bool) -> None:  # noqa: FBT001 - click hands it over so
    """Trust the public key of a station in FILE, the new key in a change of key, or certificates.

    A change must be signed by a key that is trusted. Certificates (PEM or DER) are those of signatories, of
    authorities, and of time stamp authorities.
    """
    ring, data = Ring(key_folder()), file.read_bytes()
    if signatorykeys.is_certificate(data):
        kept = signatorykeys.trust_certificates(file)
        if for_machines:
            text.dump([{"name": name, "file": str(path)} for name, path in kept])
            return
        for name, path in kept:
            click.echo(f"{name}: {path}")
        return
    if data.lstrip()[:1] == b"{":
        entry = read_entry(data, str(file))
        ring.trust(entry)
    else:
        entry = ring.take_change(data, str(file))
    _say(Ring(ring.folder), entry, None, for_machines=for_machines)


@command.command("roll")
@click.argument("name")
@click.option("--reason", required=True, help="Why, in one line; it stands in the change of key.")
@_until
@_comment
@_locked
@_json
def roll(
    name: str,
    reason: str,
    until: datetime | None,
    comment: str,
    locked: bool,  # noqa: FBT001 - click hands it over so
    for_machines: bool,  # noqa: FBT001 - as above
) -> None:
    """Replace the key of station NAME; both the old and the new one sign the change."""
    from calbench.trust.keychanges import change  # noqa: PLC0415 - only this verb needs it

    ring, now = Ring(key_folder()), RealClock().utc()
    old = ring.own(name, moment(now))
    if old is None:
        raise UsageError(f"Nothing was replaced: {state_for(ring, name, moment(now)).sentence}.")
    before = ring.signer(old, passphrase_given())
    signer = new_key(name, moment(now), _end(now, until), comment)
    try:
        note = change(before, signer, moment(now), reason)
    except ValueError as error:
        raise UsageError(str(error)) from error
    path = ring.keep(signer, _passphrase(locked=locked))
    changed = ring.note_change(note, signer.entry)
    _say(Ring(ring.folder), signer.entry, path, for_machines=for_machines)
    if not for_machines:
        click.echo(f"change       {changed} (hand it to all who trust {old.stem}: calbench keys trust FILE)")


for one in (seal, countersign, prove, check, signatorykeys.imported, signatorykeys.request):
    command.add_command(one)
for one in (signatorykeys.signatory, signatorykeys.authority):
    new.add_command(one)


def _end(now: datetime, until: datetime | None) -> str:
    if until is None:
        until = now + timedelta(days=round(_YEARS * 365.25))
    last = until.replace(hour=23, minute=59, second=59, tzinfo=UTC)
    if last < now:
        raise UsageError(f"--until {last:%Y-%m-%d} is over.")
    return moment(last)


def _passphrase(*, locked: bool) -> str | None:
    if not locked:
        return None
    given = passphrase_given()
    typed: str = given or click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    return typed


def _named(ring: Ring, name: str) -> KeyEntry | CertifiedKey:
    """Give the key of this name; `station/`, `signatory/` or `authority/` before it says of which kind.

    Raises:
        UsageError: There is none, or there are several kinds.
    """
    kind, _, bare = name.rpartition("/")
    stations = [one for one in ring.trusted if bare in (one.stem, one.public.name)]
    found: dict[str, KeyEntry | CertifiedKey] = {"station": stations[-1]} if stations else {}
    certified = certifiedkeys.certified_keys(ring.folder)
    found.update((one.kind, one) for one in certified if one.name == bare)
    chosen = {each: one for each, one in found.items() if kind in ("", each)}
    if not chosen:
        known = [one.stem for one in ring.trusted] + [f"{one.kind}/{one.name}" for one in certified]
        raise UsageError(
            f"There is no key '{name}' in {ring.folder}. There are: {', '.join(known) or 'none'}."
        )
    if len(chosen) > 1:
        raise UsageError(
            f"'{name}' is the name of several keys: say {' or '.join(f'{each}/{bare}' for each in chosen)}."
        )
    return next(iter(chosen.values()))


def _remark(ring: Ring, entry: KeyEntry) -> str:
    ended = ring.change_from(entry.public)
    parts = [
        "for demonstrations" if entry.demonstration else "",
        "" if ended is None else f"replaced {ended.changed[:10]} by {ended.new.stem}: {ended.reason}",
        entry.comment,
    ]
    return "; ".join(part for part in parts if part)


def _signs(ring: Ring, entry: KeyEntry) -> str:
    state = state_of(ring, entry, moment(RealClock().utc()))
    shown = {"signs": "yes", "elsewhere": "no", "expired": "no: expired", "early": "no: not yet valid"}
    return shown.get(state.kind, f"no: {state.kind}")


def _plain(ring: Ring, entry: KeyEntry) -> dict[str, object]:
    ended, state = ring.change_from(entry.public), state_of(ring, entry, moment(RealClock().utc()))
    return {
        "kind": "station",
        "name": entry.public.name,
        "id": entry.public.id.hex(),
        "key": entry.key,
        "fingerprint": entry.public.fingerprint,
        "valid_from": entry.valid_from,
        "valid_until": entry.valid_until,
        "signs_here": state.kind == "signs",
        "state": state.kind,
        "demonstration": entry.demonstration,
        "replaced_by": "" if ended is None else ended.new.stem,
        "comment": entry.comment,
    }


def _say(ring: Ring, entry: KeyEntry, private: Path | None, *, for_machines: bool) -> None:
    if for_machines:
        text.dump(_plain(ring, entry))
        return
    lines = [
        ("key", entry.stem),
        ("fingerprint", groups(entry.public)),
        ("public key", entry.key),
        ("valid", f"{entry.valid_from} until {entry.valid_until}"),
        ("remark", _remark(ring, entry)),
        ("private key", "" if private is None else str(private)),
    ]
    click.echo("\n".join(f"{label:<12} {value}" for label, value in lines if value))
