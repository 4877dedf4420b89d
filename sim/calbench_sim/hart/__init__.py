"""Simulated instruments of Hart."""
