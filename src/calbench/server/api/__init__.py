"""The interface for programs, under /api/v1: the same work as the pages, in JSON."""
