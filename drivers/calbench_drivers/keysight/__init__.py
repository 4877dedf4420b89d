"""Drivers for instruments made by Keysight."""
