"""One value: dates, countries, document numbers, contacts, placeholders, record ids."""
