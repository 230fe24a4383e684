"""The CDK constructs, one per concern."""
