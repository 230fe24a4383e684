"""Accounts: log-ins, passwords, tokens, API keys, and how often things may be tried."""
