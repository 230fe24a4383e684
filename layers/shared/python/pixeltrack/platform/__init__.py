"""What every subject stands on: settings, logs, metrics, brokers, databases."""
