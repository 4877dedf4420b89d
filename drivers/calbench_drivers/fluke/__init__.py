"""Drivers for instruments made by Fluke."""
