"""The gate: Great Expectations suites over a snapshot's tables and over a release's."""
