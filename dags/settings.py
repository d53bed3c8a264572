"""What all DAGs share: home, defaults, assets. Read from the environment whenever Airflow parses the DAGs."""

from __future__ import annotations

import os
import pkgutil
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
"""The address of a sample server that replaces the publishers, for trying Vigil out."""

DEFAULTS: dict[str, Any] = {
    "owner": "vigil",
    "retries": int(os.environ.get("VIGIL_RETRIES", "2")),
    "retry_delay": timedelta(seconds=int(os.environ.get("VIGIL_RETRY_DELAY", "60"))),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=30),
    "execution_timeout": timedelta(hours=1),
}


RELEASE_CRON = "*/20 * * * *"
"""When a release is made, if a list has changed since the last one. A list is promoted within minutes of
its fetch, so it is in a release within the hour, whenever it is fetched."""

NEWS_WAIT = timedelta(hours=float(os.environ.get("VIGIL_NEWS_HOURS") or "6"))
"""How long new articles of a stream wait at most for a release, if no list changes: feeds change with every
fetch, and each release is complete."""

ON_FAILURE: Any = pkgutil.resolve_name(notifier) if (notifier := os.environ.get("VIGIL_ON_FAILURE")) else None
"""What Airflow calls with the context of a run's failed task: a notifier or a function, as `module.name`."""


def sources() -> list[Source]:
    return [source for source_id, source in registry().items() if not ONLY or source_id in ONLY]


def asset(source: Source) -> Asset:
    """What a source's DAG produces: its promoted snapshots."""
    return Asset(name=source.source_id, uri=f"vigil://promoted/{source.source_id}", group=source.family)


RELEASE = Asset(name="release", uri="vigil://release", group="release")
