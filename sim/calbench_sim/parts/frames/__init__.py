"""Frames that simulated meters find in a stream of bytes and put together, written apart from the drivers' own."""
