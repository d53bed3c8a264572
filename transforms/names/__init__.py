"""Names of people and bodies in any script: cleaning, parts, phonetic keys, comparison."""
