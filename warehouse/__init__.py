"""Storage, the raw archive, history, models and releases."""
