"""What can go wrong between a program and the server."""

from __future__ import annotations

import json
from collections.abc import Mapping

from calbench.errors import UsageError


class Refused(UsageError):  # noqa: N818 - reads as a sentence where it is caught
    """The server refused a request, with a problem document (RFC 9457).

    Attributes:
        type: What it is, for programs: `not-signed-in`, `forbidden`, `not-found`, `refused`, `plan-refused`, …
        status: Status of HTTP.
        reasons: Every reason that was found, for people.
    """

    def __init__(
        self, kind: str, status: int, title: str, detail: str, reasons: tuple[str, ...] = ()
    ) -> None:
        super().__init__("\n".join(reasons) if reasons else detail or title)
        self.type, self.status, self.title, self.reasons = kind, status, title, reasons


class Unreachable(UsageError):  # noqa: N818 - as above
    """The server cannot be reached, or its answer did not arrive; a request that changes something is not repeated."""


class GapInStream(UsageError):  # noqa: N818 - as above
    """The server left out an event, also when it was asked again."""


def problem_of(status: int, body: bytes) -> Refused:
    """Give the error that an answer states; one without a problem document has its status alone."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, Mapping):
        return Refused("refused", status, f"HTTP {status}", body[:500].decode("utf-8", "replace").strip())
    reasons = found.get("reasons")
    return Refused(
        str(found.get("type", "refused")),
        status,
        str(found.get("title", "")),
        str(found.get("detail", "")),
        tuple(str(one) for one in reasons) if isinstance(reasons, list) else (),
    )
