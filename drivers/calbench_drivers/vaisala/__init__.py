"""Drivers for instruments made by Vaisala."""
