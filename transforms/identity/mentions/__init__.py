"""Find articles that name listed people and bodies."""
