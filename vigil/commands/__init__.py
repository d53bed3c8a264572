"""The commands of `vigil`, one module per group."""
