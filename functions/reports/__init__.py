"""Serves the API's questions about events."""
