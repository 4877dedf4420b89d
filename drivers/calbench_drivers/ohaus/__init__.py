"""Drivers for OHAUS instruments."""
