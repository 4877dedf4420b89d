"""Drivers for instruments made by Meatest."""
