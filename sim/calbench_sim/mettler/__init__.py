"""Simulated instruments by Mettler-Toledo."""
