"""Pure rules: what an event is, what is counted, what is refused and why."""
