"""The archive: which runs there are, found through an index that follows from their folders and may be deleted.

`Index(runs).list(Wanted(serial="4711"))` gives rows. The folders of the runs stay the only thing that counts.
"""

from calbench.archive.index import Index, Refreshed
from calbench.archive.rows import CertificateRow, Page, ResultRow, RunRow, UnitRow, Wanted

__all__ = ["CertificateRow", "Index", "Page", "Refreshed", "ResultRow", "RunRow", "UnitRow", "Wanted"]
