"""Simulated instruments by Keithley."""
