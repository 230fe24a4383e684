"""What every function needs around its use case: settings, logs, metrics, HTTP, batches."""
