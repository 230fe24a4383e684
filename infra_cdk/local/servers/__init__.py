"""The four servers of one stack: where each comes from, and how all are started and stopped."""
