"""Prompts: which are open, who shows them, who may answer, which answers are allowed, how long one may wait.

What a run does when it needs an answer is `execution.asking`.
"""
