"""A release: what goes in, writing, publishing, reading, verifying and signing it."""
