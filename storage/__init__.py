"""Storage by URL: homes, files written whole, DuckDB connections, Parquet, leases."""
