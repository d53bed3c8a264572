"""What to get and from where: the registry of sources and the one fetcher."""
