"""Drivers, one plain class a file: `<vendor>/<model>.py`, each written from its manual alone."""
