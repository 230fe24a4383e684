"""Work that takes longer than a request, done in chunks."""
