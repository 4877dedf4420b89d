"""Drivers for Hart Scientific instruments."""
