"""The kit of the HTTP API: requests, errors, shapes, and who may call."""
