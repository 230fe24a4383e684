"""What works on a running stack: demo, access logs, made-up traffic, ledger, audit, OpenAPI."""
