"""The Lambda functions; each folder's `handler.py` is an entry point."""
