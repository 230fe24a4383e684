"""The event: on the wire, in Kafka, in MongoDB; what is taken, dropped and erased."""
