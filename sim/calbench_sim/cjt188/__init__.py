"""Simulated water, heat and gas meters that speak CJ/T 188."""
