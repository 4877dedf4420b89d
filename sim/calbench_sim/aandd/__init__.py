"""Simulated instruments of A&D."""
