"""Staging, history, privacy and releases."""
