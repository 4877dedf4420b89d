"""Simulated instruments by Eastron."""
