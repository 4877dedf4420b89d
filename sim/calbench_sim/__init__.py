"""Simulated instruments, one model a file, each written from the maker's protocol alone."""
