"""Turns stored events into facts and rollups, and keeps both correct."""
