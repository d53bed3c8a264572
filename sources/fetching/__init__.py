"""From a publisher, a mirror or the sample server to the raw archive."""
