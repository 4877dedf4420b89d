"""Simulated electricity meters that speak DL/T 698.45."""
