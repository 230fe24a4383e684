"""Pixel-Track's shared layer: domain, ports, adapters and runtime of every function."""
