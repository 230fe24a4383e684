"""Serves the API's reads: the feed of events, reports and exports."""
