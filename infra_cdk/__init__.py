"""The infrastructure: one page that declares it, and the readers that bring it about."""
