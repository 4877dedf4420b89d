"""Assets from a few words, with the rest filled in."""

from __future__ import annotations

from typing import Any

import pytest

from calbench.documents.asset import Asset

CERTIFICATE = {"number": "C-1", "issuer": "a laboratory", "date": "2025-01-01"}


def asset_of(name: str = "REF-1", certificate: dict[str, Any] | None = None, **more: Any) -> Asset:
    """Give an asset; `certificate` replaces fields of the usual one."""
    return Asset.model_validate(
        {
            "asset": name,
            "language": "1",
            "kind": "standard",
            "maker": "a maker",
            "model": "a model",
            "serial": name,
            "due": "2027-01-01",
            **more,
            "certificate": {**CERTIFICATE, **(certificate or {})},
        }
    )


@pytest.fixture
def make():
    return asset_of
