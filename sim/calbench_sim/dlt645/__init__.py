"""Simulated electricity meters that speak DL/T 645."""
