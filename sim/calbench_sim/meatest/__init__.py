"""Simulated instruments by Meatest."""
