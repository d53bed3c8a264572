"""Parsing returns what it returned when the outcomes were recorded; `make golden` records them again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from sources.registry import registry
from tests.golden.outcomes import REAL, SAMPLE, Case, differences, real_cases, recorded, sample_cases


def check(prefix: str, source_id: str, cases: Iterable[Case]) -> None:
    """Compares the outcomes of cases with the recorded ones whose names begin with `prefix`."""
    before = {name: outcome for name, outcome in recorded(source_id).items() if name.startswith(prefix)}
    lines = differences(before, {case.name: case.outcome() for case in cases})
    assert not lines, f"if this is meant to change, record it with `make golden`:\n{chr(10).join(lines)}"


@pytest.mark.parametrize("source_id", registry())
def test_bundled_samples_are_parsed_as_recorded(source_id: str) -> None:
    check(SAMPLE, source_id, sample_cases(registry()[source_id]))


@pytest.mark.parametrize("source_id", registry())
def test_real_snapshots_are_parsed_as_recorded(source_id: str, shared_data: Path) -> None:
    check(REAL, source_id, real_cases(registry()[source_id]))
