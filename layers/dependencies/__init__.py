"""The layers of third-party packages, built from the lock for the Lambda runtime."""
