"""Enriches raw events, stores them, and passes them on."""
