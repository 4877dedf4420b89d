"""The issue of a certificate: what is known only when somebody answers for it, kept beside the record.

With record and issue the same certificate can be made again, to the byte, but for its signatures.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from calbench.documents.model import Grown, Stored
from calbench.documents.releasing import Released

Change = Literal["amended", "substituted"]


class SignedBy(Stored):
    """Who signs: name, role and organisation, as their certificate says them."""

    name: str
    role: str = ""
    organisation: str = ""


class Replaced(Stored):
    """The certificate that this one replaces, why, and how (ISO/IEC 17025:2017, 7.8.8)."""

    number: str
    reason: str
    change: Change = "amended"


class Issue(Grown):
    """One issue of a certificate; `release` says who reviewed and authorised it, None where nobody recorded that."""

    later: ClassVar[tuple[str, ...]] = ("release",)

    format: Literal["calbench.issue/1"] = "calbench.issue/1"
    record_sha256: str
    number: str
    issued: str
    languages: list[Literal["en", "zh"]]
    signatory: SignedBy
    signature: Literal["xades", "xmldsig"] = "xades"
    time_stamped: bool = False
    replaces: Replaced | None = None
    release: Released | None = None
