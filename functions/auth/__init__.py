"""Accounts: registration, log-ins, passwords, mails."""
