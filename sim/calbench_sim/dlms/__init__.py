"""Simulated electricity meters that speak DLMS/COSEM."""
