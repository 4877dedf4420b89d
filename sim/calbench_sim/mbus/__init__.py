"""Simulated meters that speak M-Bus."""
