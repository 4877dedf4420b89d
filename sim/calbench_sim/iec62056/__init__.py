"""Simulated electricity meters that speak IEC 62056-21."""
