"""Drivers for instruments made by Agilent and Hewlett-Packard."""
