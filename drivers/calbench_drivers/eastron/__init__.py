"""Drivers for meters made by Eastron."""
