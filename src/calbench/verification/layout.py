"""Whether a certificate can be made again here and compared: only what was laid out in the same way can.

A file that somebody laid out in another way is not altered for that; who answers for it says its signature alone.
"""

from __future__ import annotations

import re
from typing import Literal

from calbench.errors import UsageError
from calbench.evaluation.verifying import Check

_ID = re.compile(r"[0-9a-f]{16}")
UNANSWERED = "and nobody signed it: nothing here shows that it is what was issued"


def not_compared(
    name: str, kind: Literal["dcc", "pdf"], laid_out: str, by: str = "", *, signed: bool
) -> Check | None:
    """Say why a certificate is not compared with what its record gives; None if it is to be compared.

    Args:
        name: the check.
        kind: what is laid out.
        laid_out: the id of the layout that the certificate states; "" if it states none.
        by: the program that set it, as it says itself; "" if it says none.
        signed: whether a signature covers the certificate; without one, nobody answers for the stated id.
    """
    from calbench.software import layout  # noqa: PLC0415 - loaded where it is used

    try:
        here = layout(kind)
    except UsageError as missing:
        return _said(name, f"not compared with the record: {missing}", signed=signed)
    if laid_out == here:
        return None
    stated = f"layout {laid_out}" if _ID.fullmatch(laid_out) else "it does not say which"
    says = f"laid out by another version ({', '.join(filter(None, (stated, by)))}; here is layout {here})"
    return _said(name, f"not compared: {says}", signed=signed)


def _said(name: str, why: str, *, signed: bool) -> Check:
    return Check(name, None, why if signed else f"{why}; {UNANSWERED}")
