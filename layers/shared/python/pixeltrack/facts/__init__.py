"""Hits, visits and rollups: what reports count, and how it is kept correct."""
