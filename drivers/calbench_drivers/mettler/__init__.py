"""Drivers for scales and balances made by Mettler-Toledo."""
