"""Turns stored events into facts and rollups, and keeps those: expiry, jobs, audit."""
