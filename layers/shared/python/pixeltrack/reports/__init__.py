"""Reports: queries about facts, and their results."""
