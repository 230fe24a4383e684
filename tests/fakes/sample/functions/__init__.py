"""Functions of the sample topology, served by a host under test."""
