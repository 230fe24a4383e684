"""The stacks of a deployment, each of which reads as a list."""
