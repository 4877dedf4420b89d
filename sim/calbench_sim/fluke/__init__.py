"""Simulated instruments by Fluke."""
