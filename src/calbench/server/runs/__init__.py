"""Runs as the page sees them: found in a folder, followed by their journals, started and told by other processes."""
