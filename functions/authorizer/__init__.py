"""Tells who calls the API."""
