"""Fetching a source: from its addresses to the raw archive and the fetch log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase

import httpx

from sources.archive.archive import Archive
from sources.archive.batch import Batch, Via
from sources.fetching import file_lists
from sources.fetching.daily_files import fetch_daily_files
from sources.fetching.fetch_attempt import FetchAttempt
from sources.fetching.http.client import Client, make_client
from sources.fetching.pagination import fetch_pages
from sources.locations import Index
from sources.registry import Source

_RESUMED_WITHIN = timedelta(days=1)


class FetchError(Exception):
    """A fetch attempt brought nothing usable. One line: the source, the address, what is wrong."""


def fetch_batch(  # noqa: PLR0913
    source: Source,
    archive: Archive,
    *,
    client: Client,
    observed_at: datetime,
    via: Via,
    days: tuple[date, date] | None = None,
    names: bytes | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Batch:
    """Fetches a source's files, one after another, and logs one batch, failures included.

    Files at fixed addresses are fetched only if they changed since the last attempt. Of a list of dated files
    those are fetched that match the pattern and are not in the archive. Pages are read to the last one
    (`fetch_pages`); an interrupted attempt at a paged source is resumed by the next one within the cadence,
    and within a day. Of a source by days the files within `days` are fetched, a half-open interval
    [first, end), without `days` the newest ones (`fetch_daily_files`); `names` is the file of names by which
    its rows are filtered.

    HTTP and content errors are recorded in the batch, not raised (see `raise_if_failed`). Raises StorageError
    if the archive cannot be written.
    """
    batch = archive.open_batch(source.source_id, observed_at, via)
    pause = source.pause if via == "live" else 0.0  # samples come from this machine
    attempt = FetchAttempt(archive, batch, client, source.max_bytes, source.deadline, pause, sleep)
    if source.pages:
        batch.resume(min(source.cadence, _RESUMED_WITHIN))
    for file in source.files:
        # a whole list that lacks a part would make the records of that part look removed
        optional = file.optional and source.content == "stream"
        attempt.fetch_fixed(file.name, file.url, "optional" if optional else "required")
    if source.index and source.content == "days":
        fetch_daily_files(attempt, source.source_id, source.index, days, names)
    elif source.index:
        _fetch_new_files(attempt, source.index)
    for pages in source.pages:
        fetch_pages(attempt, pages)
    return batch.log()


def raise_if_failed(batch: Batch, source: Source) -> None:
    """Raises FetchError if a file that is not optional failed, or if all did."""
    if batch.failure is not None:
        raise FetchError(f"{source.source_id}: {batch.failure}")


def replay_samples(
    source: Source,
    archive: Archive,
    base_url: str,
    *,
    days: tuple[date, date] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Batch]:
    """Fetches a source from a sample server, once for each date that the server has, oldest first; of a
    source by days that day's files, and only the dates within `days` if these are given.

    Raises FetchError if the server does not list its dates.
    """
    batches = []
    for day in _dates(f"{base_url}/dates/{source.source_id}"):
        if days and not days[0] <= day < days[1]:
            continue
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        with make_client(f"{base_url}/{day}") as client:
            batches.append(
                fetch_batch(
                    source,
                    archive,
                    client=client,
                    observed_at=midnight,
                    via="sample",
                    days=(day, day + timedelta(days=1)),
                    sleep=sleep,
                )
            )
    return batches


def _dates(url: str) -> list[date]:
    try:
        answer = httpx.get(url, trust_env=False).raise_for_status()
        return [date.fromisoformat(day) for day in answer.json()]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchError(f"{url}: the local publisher gives no dates: {error}") from error


def _fetch_new_files(attempt: FetchAttempt, index: Index) -> None:
    """Fetches the files that the publisher's lists name, match the pattern and are not in the archive."""
    wanted: dict[str, file_lists.ListedFile] = {}
    for url in index.urls:
        wanted |= {
            file.name: file for file in _read_list(attempt, url) if fnmatchcase(file.name, index.pattern)
        }
    for file in wanted.values():
        if attempt.batch.newest(file.name):
            continue
        attempt.record(file.name, file.url, "required", attempt.request_listed(file))


def _read_list(attempt: FetchAttempt, url: str) -> list[file_lists.ListedFile]:
    answer, found = attempt.request_file_list(url)
    error = answer.error or "; ".join(found.errors) or None
    attempt.record(file_lists.file_name(url), url, "listing", replace(answer, error=error))
    return found.files
