"""Capabilities in messages."""

from __future__ import annotations

from calbench.authoring.suggestions import listed, mend
from calbench.documents.measurands import KINDS, MEASURANDS, capability, split


def capability_mend(name: str) -> str:
    """Say what an unknown capability was probably meant to be."""
    every = [capability(kind, quantity) for kind in KINDS for quantity in MEASURANDS]
    kind, quantity = split(name)
    if kind in KINDS and mend(quantity, list(MEASURANDS)).startswith("allowed"):
        return f"allowed here: {listed([capability(kind, one) for one in MEASURANDS], 'and')}"
    return mend(name, every)
