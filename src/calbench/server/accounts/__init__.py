"""Accounts: who may do what on the page, how they prove who they are, and what they did."""
