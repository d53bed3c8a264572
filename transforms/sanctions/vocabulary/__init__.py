"""What lists write in fields of their own grammar: labelled facts, names in parts, names in one field."""
