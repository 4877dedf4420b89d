"""The checks of signatures: by which key, whether that is trusted, and whether it was good at the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calbench.evaluation.verifying import Check

if TYPE_CHECKING:
    from calbench.trust.ring import Ring
    from calbench.trust.seal import Seal
    from calbench.trust.signednotes import Note, PublicKey, Signature
    from calbench.trust.stationkeys import KeyEntry


def signatures(note: Note, seal: Seal, ring: Ring, station: str) -> list[Check]:
    """Check the signature of the key that the seal names, that key, and every countersignature."""
    own = seal.own(note)
    others = [one for one in note.signatures if not one.of(seal.key)]
    return [
        _own(note, seal, own),
        _trusted(seal, ring, station),
        *(_countersignature(one, note, ring) for one in others),
    ]


def _own(note: Note, seal: Seal, own: Signature | None) -> Check:
    name = "seal signature"
    if own is None:
        return Check(name, False, f"{_named(seal.key)} has not signed: its signature was taken away or moved")
    every = [one for one in note.signatures if one.of(seal.key)]
    if not all(seal.key.checks(one.signature, note.text.encode()) for one in every):
        return Check(
            name, False, f"the signature of {_named(seal.key)} does not fit: seal or signature were altered"
        )
    return Check(name, True, f"signed by {_named(seal.key)} (Ed25519)")


def _trusted(seal: Seal, ring: Ring, station: str) -> Check:
    name, key = "seal key", seal.key
    if station and key.name != station:
        return Check(name, False, f"{_named(key)} is no key of station {station}")
    if seal.demonstration:
        return Check(
            name, None, "not checked: a key for demonstrations, which shows nothing about who sealed"
        )
    entry = ring.find(key)
    if entry is None:
        return _unknown(name, key, ring)
    bad = _not_good(seal, entry, ring)
    if bad:
        return Check(name, False, f"{_named(key)} {bad}")
    begun = ring.change_to(key)
    follows = "" if begun is None else f"; it follows {_named(begun.old)} by a change that both signed"
    return Check(name, True, f"{_named(key)} is trusted, and was valid {seal.sealed}{follows}")


def _unknown(name: str, key: PublicKey, ring: Ring) -> Check:
    known = [_named(one.public) for one in ring.of(key.name) if not one.demonstration]
    if known:
        found = f"{_named(key)} is not trusted; for this station: {', '.join(known)}. The key was replaced"
        return Check(name, False, f"{found}, or its change is not known here: calbench keys trust")
    how = "compare its fingerprint with the station's, then: calbench keys trust FILE"
    return Check(name, None, f"not checked: {_named(key)} is unknown here, fingerprint {groups(key)}; {how}")


def _not_good(seal: Seal, entry: KeyEntry, ring: Ring) -> str:
    """Say why a trusted key was not good when it sealed; empty if it was."""
    if entry.demonstration:
        return "is for demonstrations, and the seal does not say so"
    if not entry.valid_at(seal.sealed):
        when = "expired" if seal.sealed > entry.valid_until else "not valid yet"
        return f"was {when} when it sealed, {seal.sealed}: valid from {entry.valid_from} until {entry.valid_until}"
    ended = ring.change_from(seal.key)
    if ended is not None and seal.sealed > ended.changed:
        return f"sealed {seal.sealed}, after {_named(ended.new.public)} had replaced it {ended.changed}"
    return ""


def _countersignature(one: Signature, note: Note, ring: Ring) -> Check:
    name = "countersignature"
    keys = [entry.public for entry in ring.trusted]
    key = next((key for key in keys if one.of(key)), None)
    if key is not None:
        if key.checks(one.signature, note.text.encode()):
            return Check(name, True, f"by {_named(key)}, which is trusted")
        return Check(
            name, False, f"that of {_named(key)} does not fit: it was altered, or moved from another seal"
        )
    if any(one.name == key.name or one.id == key.id for key in keys):
        known = ", ".join(_named(key) for key in keys if one.name == key.name or one.id == key.id)
        return Check(name, False, f"by {one.name}-{one.id.hex()}, which is not trusted; trusted is {known}")
    return Check(name, None, f"not checked: {one.name}-{one.id.hex()} is unknown here")


def groups(key: PublicKey, count: int = 8) -> str:
    """Give the beginning of a fingerprint in groups of four, to be read out: 32 hexadecimal digits."""
    return " ".join(key.fingerprint[start : start + 4] for start in range(0, 4 * count, 4))


def _named(key: PublicKey) -> str:
    return f"{key.name}-{key.id.hex()}"
