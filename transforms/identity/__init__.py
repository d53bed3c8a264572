"""Which names and records are the same person or body."""
