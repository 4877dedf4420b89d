"""Simulated instruments of Sartorius."""
