"""Link records of all lists into entities."""
