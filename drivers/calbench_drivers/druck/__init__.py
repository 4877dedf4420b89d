"""Drivers for Druck (Baker Hughes) instruments."""
