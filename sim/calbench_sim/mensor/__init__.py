"""Simulated instruments of Mensor."""
