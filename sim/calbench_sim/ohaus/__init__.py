"""Simulated instruments of OHAUS."""
