"""Sparing instruments that a run has: who looks for instruments asks here before it asks one."""

from __future__ import annotations

from collections.abc import Callable

from calbench.clock import RealClock
from calbench.instruments.opening import LinkSpec
from calbench.leasing.places import lease_file
from calbench.leasing.resources import host_of, resources
from calbench.leasing.table import Table


def leased() -> Callable[[LinkSpec], str]:
    """Give what tells who has the instrument at an address, in words; empty if nobody has.

    Every port of a host counts as its instrument, but for this machine, where many may be served.

    Raises:
        LeasesUnusable: Nobody can tell.
    """
    held = {one.resource: one for one in Table(lease_file(), RealClock()).held() if not one.stale}
    hosts = {host_of(name): one for name, one in held.items() if host_of(name)}

    def in_use(spec: LinkSpec) -> str:
        for name in resources(spec.kind, spec.address, unit=spec.unit, library=spec.library):
            lease = held.get(name) or hosts.get(host_of(name))
            if lease is not None:
                return f"in use by {lease.holder}; it was not asked"
        return ""

    return in_use
