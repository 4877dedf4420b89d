"""Bytes as they come through a VISA resource that would end a reply at a terminator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pyvisa import constants, errors
from pyvisa.constants import ResourceAttribute as Attr
from pyvisa.constants import StatusCode
from pyvisa.resources import MessageBasedResource


def arrived(resource: MessageBasedResource) -> int:
    """Give how many bytes a serial resource holds; others cannot tell: none."""
    if resource.interface_type != constants.InterfaceType.asrl:
        return 0
    try:
        return int(resource.get_visa_attribute(Attr.asrl_avalaible_number))
    except errors.VisaIOError as error:
        if error.error_code != StatusCode.error_nonsupported_attribute:
            raise
        return 0


@contextmanager
def plain_bytes(resource: MessageBasedResource) -> Iterator[None]:
    """Let no byte end a read while within: of text, the terminator does."""
    serial = resource.interface_type == constants.InterfaceType.asrl
    resource.set_visa_attribute(Attr.termchar_enabled, False)
    if serial:
        resource.set_visa_attribute(Attr.asrl_end_in, constants.SerialTermination.none)
    try:
        yield
    finally:
        if serial:
            resource.set_visa_attribute(Attr.asrl_end_in, constants.SerialTermination.termination_char)
        resource.set_visa_attribute(Attr.termchar_enabled, True)
