"""Approval: a record is reviewed, and its certificate released, by others than who made them."""
