"""Certificates of a record, for people: PDF, a page (HTML), and a table (CSV).

They are pure functions of the record: the same record gives the same bytes.
"""

from __future__ import annotations

from calbench.certificates.writing import Format, Issuing, Source, write

__all__ = ["Format", "Issuing", "Source", "write"]
