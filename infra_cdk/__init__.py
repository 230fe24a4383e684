"""The infrastructure: one page that declares it, and the programs that realise it."""
