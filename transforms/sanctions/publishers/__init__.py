"""What one publisher writes in its own way: the cells, names, numbers and references of its list."""
