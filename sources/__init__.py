"""What to get and from where: the registry, fetching, and the raw archive."""
