"""Simulated instruments of Druck."""
