"""Answers the API's questions about events."""
