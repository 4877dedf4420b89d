"""Digital calibration certificates (DCC 3.0 to 3.3 with D-SI): their content, and how it is read and written.

Other packages: `calbench.certificates.digital` makes one from a record, `calbench.authoring` lets assets name one.
"""

from __future__ import annotations

from calbench.dcc.content import Certificate
from calbench.dcc.reading import read, read_file
from calbench.dcc.writing import write

__all__ = ["Certificate", "read", "read_file", "write"]
