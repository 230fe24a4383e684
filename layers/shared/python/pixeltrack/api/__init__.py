"""The HTTP kit of the API: requests, errors, shapes, and who may call."""
