"""Instruments without any interface, for keyboard stations: the simulated operator sets and reads them by eye."""
