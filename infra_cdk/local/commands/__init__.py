"""The commands of the local installation, one module a kind."""
