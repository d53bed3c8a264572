"""Parsed snapshots, their verdicts, and which are promoted."""
