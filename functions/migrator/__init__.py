"""Brings schema, indexes, topics and queues up to date."""
