"""Drivers for Sartorius instruments."""
