"""The ports' real implementations over brokers, databases and data files."""
