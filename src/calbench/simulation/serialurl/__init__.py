"""Simulated serial instruments for pyserial: `serial.serial_for_url("calbench://<bench id>/<device name>")`.

pyserial finds the handler as module `protocol_calbench` of a registered package; this is that package.
"""

from __future__ import annotations

__all__ = ["register_handler"]


def register_handler() -> None:
    """Make pyserial (and pyvisa-py: `ASRLcalbench://…::INSTR`) know `calbench://` in this process."""
    import serial  # noqa: PLC0415 - only those who use serial lines pay for it

    if __name__ not in serial.protocol_handler_packages:
        serial.protocol_handler_packages.append(__name__)
