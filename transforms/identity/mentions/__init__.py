"""Articles that name listed people and bodies."""
