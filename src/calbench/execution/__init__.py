"""Execution: the only stage that touches an instrument; it turns a plan into a journal."""
