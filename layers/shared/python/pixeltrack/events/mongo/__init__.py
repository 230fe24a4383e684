"""Collections `events` and `rejected`."""
