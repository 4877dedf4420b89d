"""Drivers for meters that speak DLMS/COSEM."""
