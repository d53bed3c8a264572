"""Sanctions lists: the record builder, their vocabulary, and one parser per list."""
