"""The commands of the local installation, one module per kind."""
