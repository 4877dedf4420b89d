"""Simulated instruments by Vaisala."""
