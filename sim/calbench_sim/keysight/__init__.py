"""Simulated instruments by Keysight."""
