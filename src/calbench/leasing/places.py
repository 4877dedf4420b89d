"""Where the leases of this machine and user lie: one file, chosen here and nowhere else.

`CALBENCH_LEASES` names another folder, as for a station that several accounts use. The file is named after the
machine, because a home folder may be shared by several, and leases hold on one only.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "CALBENCH_LEASES"


def lease_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Give the file of leases: in the folder that CALBENCH_LEASES names, else in `.calbench/leases` of the user.

    The same on Windows, where the user's folder is what USERPROFILE says.
    """
    named = environment.get(VARIABLE)
    folder = Path(named) if named else Path.home() / ".calbench" / "leases"
    machine = re.sub(r"[^a-z0-9-]", "_", platform.node().partition(".")[0].casefold()) or "machine"
    return folder / f"{machine}.sqlite"
