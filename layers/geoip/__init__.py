"""The layer of places and of hosting providers' addresses."""
