"""Simulated instruments by Zera."""
