"""Identity: screening of names, linking of records, mentions in articles."""
