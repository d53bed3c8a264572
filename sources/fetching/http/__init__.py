"""HTTP: one client with retries and limits, to public addresses only."""
