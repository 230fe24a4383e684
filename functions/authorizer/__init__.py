"""The authorizer of the HTTP API: who is calling."""
