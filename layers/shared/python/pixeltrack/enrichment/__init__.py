"""What the processor finds out about an event."""
