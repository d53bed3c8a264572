"""The one fetcher: from a source's addresses to the raw archive and its fetch log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase

import httpx

from sources.fetching import file_lists
from sources.fetching.daily_files import follow as follow_days
from sources.fetching.fetch_attempt import Visit
from sources.fetching.http.client import Client, make_client
from sources.fetching.pagination import walk
from sources.fetching.response_body import Archive, Batch, Via
from sources.locations import Index
from sources.registry import Source

__all__ = ["FetchError", "fetch", "make_client", "raise_if_failed", "replay"]

_RESUMED_WITHIN = timedelta(days=1)


class FetchError(Exception):
    """A source gave nothing usable. One line: the source, the address, what is wrong."""


def fetch(  # noqa: PLR0913
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
    """Gets what a source offers, one file after another, and logs one batch, failures included.

    Files at fixed addresses are asked for only if they changed since the last visit. Of a list of
    dated files those are fetched whose name fits and that the archive has not seen. Pages are read to
    the last (`walk`); a visit of a paged source that breaks off is gone on with by the next if that
    comes within the cadence, and within a day. Of a source by days those of `days` are fetched (first, and
    first not any more), without `days` the newest ones (`follow_days`); `names` are those that its rows are
    filtered by, as a file.

    Raises nothing for a bad publisher (see `raise_if_failed`); StorageError if the archive cannot be
    written.
    """
    draft = archive.draft(source.source_id, observed_at, via)
    pause = source.pause if via == "live" else 0.0  # samples come from this machine
    visit = Visit(archive, draft, client, source.max_bytes, source.deadline, pause, sleep)
    if source.pages:
        draft.resume(min(source.cadence, _RESUMED_WITHIN))
    for file in source.files:
        # a whole list that lacks a part would make what is in that part look gone
        optional = file.optional and source.content == "stream"
        visit.fixed(file.name, file.url, "optional" if optional else "required")
    if source.index and source.content == "days":
        follow_days(visit, source.source_id, source.index, days, names)
    elif source.index:
        _follow(visit, source.index)
    for pages in source.pages:
        walk(visit, pages)
    return draft.log()


def raise_if_failed(batch: Batch, source: Source) -> None:
    """Raises FetchError if a file that is not optional failed, or if all did."""
    if batch.failure is not None:
        raise FetchError(f"{source.source_id}: {batch.failure}")


def replay(
    source: Source,
    archive: Archive,
    base_url: str,
    *,
    days: tuple[date, date] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Batch]:
    """Fetches a source from a local publisher as it was on each date that it has, oldest first; of a
    source by days that day's files, and only on the dates among `days` if these are given.

    Raises FetchError if the local publisher does not say which dates these are.
    """
    batches = []
    for day in _dates(f"{base_url}/dates/{source.source_id}"):
        if days and not days[0] <= day < days[1]:
            continue
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        with make_client(f"{base_url}/{day}") as client:
            batches.append(
                fetch(
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


def _follow(visit: Visit, index: Index) -> None:
    """The files that the publisher's lists name, where the name fits and is new."""
    wanted: dict[str, file_lists.Listed] = {}
    for url in index.urls:
        wanted |= {file.name: file for file in _list(visit, url) if fnmatchcase(file.name, index.pattern)}
    for file in wanted.values():
        if visit.draft.newest(file.name):
            continue
        visit.note(file.name, file.url, "required", visit.listed(file))


def _list(visit: Visit, url: str) -> list[file_lists.Listed]:
    answer, contents = visit.list(url)
    error = answer.error or "; ".join(contents.errors) or None
    visit.note(file_lists.file_name(url), url, "listing", replace(answer, error=error))
    return contents.files
