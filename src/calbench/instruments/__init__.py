"""Instruments: roles that procedures ask for, links that drivers talk through, how both are found and opened.

Nothing here loads pyvisa or pyserial until a link of that kind is opened.
"""

from calbench.instruments.capabilities import CAPABILITIES, Capability
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.opening import LinkSpec, open_driver, open_link
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified, decimal
from calbench.instruments.roles import Driver

__all__ = [
    "CAPABILITIES",
    "Applied",
    "Capability",
    "Driver",
    "Identity",
    "LineFormat",
    "Link",
    "LinkSpec",
    "Number",
    "Reading",
    "Safe",
    "Verified",
    "decimal",
    "open_driver",
    "open_link",
]
