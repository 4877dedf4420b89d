"""Drivers for instruments made by Keithley."""
