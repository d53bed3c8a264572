"""Suppression, redaction, and the leak check."""
