"""Drivers for meters on the M-Bus."""
