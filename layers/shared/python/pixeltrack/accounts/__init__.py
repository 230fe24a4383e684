"""Accounts: log-ins, passwords, tokens, API keys, and limits on attempts."""
