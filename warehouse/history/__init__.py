"""Version history of lists, the news tables, and the models derived from them."""
