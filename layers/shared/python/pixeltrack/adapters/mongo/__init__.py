"""Adapters over MongoDB."""
