"""Simulated instruments by Agilent."""
