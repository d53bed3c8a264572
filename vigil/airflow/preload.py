"""Imported once by the scheduler, for tasks to be forked with what each of them would load by itself: the
steps, the contracts, and the versions of the code as it was imported."""

# ruff: noqa: F401
from __future__ import annotations

import pipeline.fetching
import pipeline.promotion
import pipeline.releasing
import pipeline.reports
import pipeline.validation
import sources.fetching.fetcher
from contracts import contracts
from pipeline.code_version import gate_version, parser_version, release_version
from sources.registry import registry

contracts()
gate_version()
release_version()
for _source in registry().values():
    parser_version(_source)
