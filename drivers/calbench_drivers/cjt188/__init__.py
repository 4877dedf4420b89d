"""Drivers for water, gas and heat meters that speak CJ/T 188."""
