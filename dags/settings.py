"""What all DAGs share: home, defaults, assets. Read from the environment once a parse; stable text."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from airflow.sdk import Asset

from sources.registry import Source, registry

HOME = os.environ.get("VIGIL_HOME", "data")
"""Where the archive, the staging area and the releases are: a path or a URL."""

SCHEDULED = os.environ.get("VIGIL_SCHEDULE", "on") == "on"
"""With `off`, DAGs run only when triggered (`vigil run`), never by the clock."""

ONLY = tuple(filter(None, os.environ.get("VIGIL_SOURCES", "").split(",")))
"""The sources this deployment runs; all of the registry if empty."""

PUBLISHER = os.environ.get("VIGIL_PUBLISHER") or None
"""A local publisher of samples that stands in for the real ones, for trying things out."""

DEFAULTS: dict[str, Any] = {
    "owner": "vigil",
    "retries": int(os.environ.get("VIGIL_RETRIES", "2")),
    "retry_delay": timedelta(seconds=int(os.environ.get("VIGIL_RETRY_DELAY", "60"))),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=30),
    "execution_timeout": timedelta(hours=1),
}


def sources() -> list[Source]:
    return [source for source_id, source in registry().items() if not ONLY or source_id in ONLY]


def asset(source: Source) -> Asset:
    """What a source's DAG produces: its promoted snapshots."""
    return Asset(name=source.source_id, uri=f"vigil://promoted/{source.source_id}", group=source.family)


RELEASE = Asset(name="release", uri="vigil://release", group="release")
