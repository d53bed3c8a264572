"""Records of all lists linked into entities."""
