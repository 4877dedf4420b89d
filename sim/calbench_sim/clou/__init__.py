"""Simulated instruments by Clou."""
