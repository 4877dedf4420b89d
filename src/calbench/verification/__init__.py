"""Verification: whether a run, a record or a certificate is what it was, offline, with every result computed anew.

`verify(what, Means(ring))` gives one check for each thing that was looked at, or could not be. Records are computed
anew by `evaluation.verifying`, which knows documents alone; here are files, seals, signatures and certificates.
"""

from calbench.verification.kinds import Check, Means, verify

__all__ = ["Check", "Means", "verify"]
