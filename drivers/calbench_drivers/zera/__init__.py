"""Drivers for test systems made by ZERA."""
