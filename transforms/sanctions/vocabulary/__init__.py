"""What several lists write in fields of one grammar: labelled facts, names in parts, names in one field."""
