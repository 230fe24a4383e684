"""The API of accounts: registration, log-ins, passwords, mails."""
