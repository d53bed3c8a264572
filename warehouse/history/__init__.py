"""Version history of lists, the tables of news, and the SQL models derived from them."""
