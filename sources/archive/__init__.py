"""The raw archive: objects by SHA-256, the fetch log, open batches."""
