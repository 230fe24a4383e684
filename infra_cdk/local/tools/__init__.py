"""Tools for a running stack: demo, access logs, generated traffic, ledger, audit, OpenAPI."""
