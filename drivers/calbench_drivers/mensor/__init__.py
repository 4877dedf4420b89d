"""Drivers for Mensor and WIKA instruments."""
