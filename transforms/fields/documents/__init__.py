"""Numbers of documents and registers: their labels, remarks beside them, in free text and in fields."""
