"""Pure functions from a snapshot's bytes to Arrow tables."""
