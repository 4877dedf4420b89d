"""From a record to a digital calibration certificate (DCC 3.3.0), as `calbench.dcc` writes it.

Numbers are those that the printed certificate shows, with the same digits; hashes of record, plan and journal stand
in the comment.
"""

from __future__ import annotations

from calbench.certificates.digital.assemble import digital
from calbench.certificates.digital.parties import has_country

__all__ = ["digital", "has_country"]
