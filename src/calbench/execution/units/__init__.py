"""Several units in one run: a lane for each, how they share what there is, and what becomes of one that fails.

What a lane does with its unit is what is done with the only one of a run; nothing of that knows of others.
"""
