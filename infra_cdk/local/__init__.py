"""The local installation: the whole topology on one machine."""
