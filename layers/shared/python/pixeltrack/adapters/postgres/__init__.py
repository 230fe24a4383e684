"""Adapters over PostgreSQL."""
