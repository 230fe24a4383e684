"""The local reader of the topology: the whole product on one machine."""
