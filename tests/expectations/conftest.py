"""Sessions that validate: one that counts, and the slower one of Great Expectations."""

from __future__ import annotations

import pytest

from expectations.counting_session import CountingSession
from expectations.runner import Session


@pytest.fixture(scope="session")
def session() -> Session:
    """A session that judges what DuckDB counted without Great Expectations."""
    return CountingSession()


@pytest.fixture(scope="session")
def great_expectations_session() -> Session:
    return Session()
