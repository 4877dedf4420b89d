"""Drivers for A&D instruments."""
