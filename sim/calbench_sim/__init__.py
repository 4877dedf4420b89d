"""Simulated instruments, one model a file: `<vendor>/<model>.py`, each written from the maker's protocol alone."""
