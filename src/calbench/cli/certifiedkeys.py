"""The keys of signatories and authorities in `calbench keys list`, `show` and `export`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from calbench.cli import text
from calbench.clock import RealClock

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.x509 import Certificate

    from calbench.trust.signatories import Place

KINDS: dict[Place, Literal["signatory", "authority"]] = {
    "signatories": "signatory",
    "authorities": "authority",
}
_HEADER = ("key", "kind", "name", "role", "organisation", "until", "signs now")


@dataclass(frozen=True)
class CertifiedKey:
    """A key with a certificate: what it is called here, what it is for, its certificate, and where its files lie."""

    name: str
    kind: Literal["signatory", "authority"]
    certificate: Certificate
    above: tuple[Certificate, ...]
    folder: Path

    def state(self, now: datetime) -> Literal["signs", "early", "expired"]:
        """Tell whether its certificate is valid at a time."""
        if now > self.certificate.not_valid_after_utc:
            return "expired"
        return "early" if now < self.certificate.not_valid_before_utc else "signs"


def certified_keys(folder: Path) -> list[CertifiedKey]:
    """Give the keys of signatories and authorities in a folder of keys; no private key is read.

    Raises:
        UsageError: A certificate cannot be read.
    """
    from calbench.trust import anchors, signatories  # noqa: PLC0415 - loaded where it is used

    found = []
    for place, kind in KINDS.items():
        for name in signatories.names(folder, place):
            own = folder / place / name
            certificate, *above = anchors.read_certificates(own / signatories.CERTIFICATE)
            found.append(CertifiedKey(name, kind, certificate, tuple(above), own))
    return found


def plain(key: CertifiedKey) -> dict[str, object]:
    """Give a key for machines."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - loaded where it is used

    from calbench.trust import anchors, stationkeys  # noqa: PLC0415 - as above

    holder, role, organisation = anchors.holder(key.certificate)
    state = key.state(RealClock().utc())
    return {
        "kind": key.kind,
        "name": key.name,
        "holder": holder,
        "role": role,
        "organisation": organisation,
        "certified_by": _by(key),
        "fingerprint": key.certificate.fingerprint(hashes.SHA256()).hex(),
        "valid_from": stationkeys.moment(key.certificate.not_valid_before_utc),
        "valid_until": stationkeys.moment(key.certificate.not_valid_after_utc),
        "signs_here": state == "signs",
        "state": state,
        "certificate": str(key.folder / "certificate.pem"),
    }


def table(keys: Sequence[CertifiedKey]) -> str:
    """Give the keys as a table for people."""
    shown = {"signs": "yes", "expired": "no: expired", "early": "no: not yet valid"}
    said = [plain(one) for one in keys]
    rows = [
        (
            *(str(one[key]) for key in ("name", "kind", "holder", "role", "organisation")),
            str(one["valid_until"])[:10],
            shown[str(one["state"])],
        )
        for one in said
    ]
    return text.folded(_HEADER, rows)


def shown(key: CertifiedKey) -> str:
    """Give what is known of a key, line by line; the fingerprint (SHA-256 of the certificate) in groups."""
    said = plain(key)
    state = {"signs": "", "expired": " (expired)", "early": " (not yet valid)"}[str(said["state"])]
    print_ = str(said["fingerprint"])
    lines = [
        ("key", f"{key.name} ({key.kind})"),
        ("name", said["holder"]),
        ("role", said["role"]),
        ("organisation", said["organisation"]),
        ("certified by", said["certified_by"]),
        ("fingerprint", " ".join(print_[at : at + 4] for at in range(0, len(print_), 4))),
        ("valid", f"{said['valid_from']} until {said['valid_until']}{state}"),
        ("certificate", said["certificate"]),
        ("private key", key.folder / "key.pem"),
    ]
    return "\n".join(f"{label:<12} {value}" for label, value in lines if value)


def _by(key: CertifiedKey) -> str:
    from calbench.trust import anchors  # noqa: PLC0415 - loaded where it is used

    if key.certificate.issuer == key.certificate.subject:
        return "itself"
    return anchors.name(key.above[0]) if key.above else key.certificate.issuer.rfc4514_string()
