"""Tests of a laboratory's own procedures and stations: a plugin of pytest, which is imported here alone.

pytest loads `plugin` by its entry point; annotations of tests take `Bench` and `Run` from `calbench.testing.bench`.
Nothing else is imported before a test asks for it, because pytest loads plugins in every folder.
"""
