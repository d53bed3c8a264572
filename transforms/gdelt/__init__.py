"""GDELT 2.0's files: the Global Knowledge Graph, events and mentions."""
