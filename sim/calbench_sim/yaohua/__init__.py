"""Simulated instruments by Yaohua."""
