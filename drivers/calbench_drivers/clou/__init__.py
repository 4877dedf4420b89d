"""Drivers for instruments made by CLOU."""
