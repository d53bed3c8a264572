"""Following a publisher's lists of files that are stamped with their time, for a day or for some days."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from itertools import groupby
from typing import TypeVar

from sources.archive.batch import Entry
from sources.fetching import file_lists
from sources.fetching.fetch_attempt import FetchAttempt
from sources.fetching.file_lists import Excerpt, ListedFile
from sources.fetching.http.client import Answer
from sources.locations import Index
from sources.registry import NAMES_FILE

log = logging.getLogger(__name__)
_Time = TypeVar("_Time", date, datetime)

_DAY = timedelta(days=1)
_STAMP = len("20250911143000")
_DATE = len("20250911")
_NAMED = 3
"""How many files a line of the log names."""
_MOST_KINDS = 100
"""Kinds of files up to which a list is searched for holes: each kind has 96 names a day. GDELT has three."""


@dataclass(frozen=True)
class _DatedFile:
    """A file that a list names: the time in its name, and the archive's newest content of that name."""

    file: ListedFile
    at: datetime
    before: Entry | None

    @property
    def is_archived(self) -> bool:
        """Whether the archive has what the list names; older entries have no MD5, only a size."""
        if self.before is None:
            return False
        return self.before.md5 == self.file.md5 if self.before.md5 else self.before.bytes == self.file.size


def fetch_daily_files(
    attempt: FetchAttempt,
    source_id: str,
    index: Index,
    days: tuple[date, date] | None,
    names: bytes | None = None,
) -> None:
    """Fetches what the lists name within `days`, a half-open interval [first, end), or without them what the
    lists of the newest files name.

    With `days` the list of all files is read too; only these days' lines of it are stored, as it is an index
    and not data. Files stamped up to `index.late` before the first day are then considered as well: those of
    days that were fetched before count as late. A file of which the archive has the content that the list
    names is not requested. One with another MD5 was published again, and is fetched again.

    A file that fails, or differs from what the list states, is requested once more after all others. If it
    fails again, the others are kept; the batch fails only if none of the wanted files could be fetched. After
    each day the batch so far is logged, so that an interrupted attempt need not fetch it again.

    The `names` by which the rows are filtered are stored beside the files of each of `days` that has any, and
    of each earlier day of which a file came.
    """
    start, end = _bounds(days) if days else (datetime.min.replace(tzinfo=UTC), None)
    since = start - index.late if days else start
    listed = _read_lists(attempt, source_id, index, (since, end) if end else None)
    if days:
        times = {name: dated.at for name, dated in listed.items()}
        _report_holes(source_id, index.every or _DAY, times, days)
    fetched_days = {name[:_DATE] for name in attempt.batch.known_files()}
    wanted = [
        dated
        for name, dated in sorted(listed.items())
        if since <= dated.at
        and (end is None or dated.at < end)
        and (dated.at >= start or name[:_DATE] in fetched_days)
    ]
    counts: Counter[str] = Counter({"had already": sum(dated.is_archived for dated in wanted)})
    filtered = {dated.file.name[:_DATE] for dated in wanted if dated.is_archived and dated.at >= start}

    def fetch(dated: _DatedFile) -> Answer:
        answer = attempt.request_listed(dated.file)
        if not answer.error:
            kind = "published again" if dated.before else "new" if dated.at >= start else "late"
            counts[kind] += 1
            filtered.add(dated.file.name[:_DATE])
            if kind != "new":
                log.info("%s: %s is %s", source_id, dated.file.name, kind)
            attempt.record(dated.file.name, dated.file.url, "optional", answer)
        return answer

    again = list(_fetch_by_day(attempt, [dated for dated in wanted if not dated.is_archived], fetch))
    lost = [(dated.file, answer) for dated in again if (answer := fetch(dated)).error]
    for file, answer in lost:
        log.warning("%s: %s: %s", source_id, file.url, answer.error)
        attempt.record(file.name, file.url, "optional" if counts.total() else "required", answer)
    for day in sorted(filtered) if names else ():
        attempt.record_made(names_file(day), names or b"")
    counts["failed"] = len(lost)
    kinds = ("new", "late", "published again", "failed", "had already")
    log.info("%s: %s", source_id, ", ".join(f"{counts[kind]} {kind}" for kind in kinds))


def names_file(day: str) -> str:
    """The name of the file of a day (`20250911`) that holds the names by which its rows are filtered."""
    return f"{day}{NAMES_FILE}"


def _fetch_by_day(
    attempt: FetchAttempt, wanted: list[_DatedFile], fetch: Callable[[_DatedFile], Answer]
) -> Iterator[_DatedFile]:
    """Fetches files and logs the batch after each day; yields the files that failed."""
    for _, day in groupby(wanted, key=lambda dated: dated.at.date()):
        yield from [dated for dated in day if fetch(dated).error]
        attempt.batch.log()


def _bounds(days: tuple[date, date]) -> tuple[datetime, datetime]:
    start, end = (datetime.combine(day, time(), UTC) for day in days)
    return start, end


def _read_lists(
    attempt: FetchAttempt, source_id: str, index: Index, window: tuple[datetime, datetime] | None
) -> dict[str, _DatedFile]:
    """The stamped files of the index's pattern that the lists name, by name; the newest list applies."""
    files: list[ListedFile] = []
    if window:
        for url in index.history:
            files += _read_list(attempt, source_id, url, Excerpt(*window))
    for url in index.urls:
        files += _read_list(attempt, source_id, url)
    dated: dict[str, _DatedFile] = {}
    odd: dict[str, None] = {}
    for file in files:
        if not fnmatchcase(file.name, index.pattern):
            continue
        if at := file_lists.stamp(file.name):
            dated[file.name] = _DatedFile(file, at, attempt.batch.newest(file.name))
        else:
            odd[file.name] = None
    if odd:
        log.warning("%s: listed without a time in the name, and passed over: %s", source_id, _some(odd))
    return dated


def _read_list(
    attempt: FetchAttempt, source_id: str, url: str, excerpt: Excerpt | None = None
) -> list[ListedFile]:
    """The files that a list names. Lines that cannot be read are counted, and do not fail the others."""
    name = file_lists.file_name(url)
    answer, found = attempt.request_file_list(url, excerpt)
    error = answer.error
    if found.damaged and not found.files:
        error = f"none of its {found.damaged} lines is `size md5 url`"
    elif found.damaged:
        log.warning("%s: %s: %s lines cannot be read", source_id, name, found.damaged)
    attempt.record(name, url, "listing", replace(answer, error=error))
    return found.files


def _report_holes(
    source_id: str, every: timedelta, listed: dict[str, datetime], days: tuple[date, date]
) -> None:
    """Logs which files the lists lack: one of each kind that they name is expected for each time of the days,
    up to the newest time that they name."""
    kinds = sorted({name[_STAMP:] for name in listed})
    if len(kinds) > _MOST_KINDS:
        log.warning("%s: lists of %s kinds of files: they are not searched for holes", source_id, len(kinds))
        return
    newest = max(listed.values(), default=None)
    for day in _times(*days, _DAY):
        times = [at for at in _times(*_bounds((day, day + _DAY)), every) if newest and at <= newest]
        expected = [f"{at:%Y%m%d%H%M%S}{kind}" for at in times for kind in kinds]
        if lacking := [name for name in expected if name not in listed]:
            log.warning(
                "%s: %s: %s of %s files are not in the publisher's list: %s",
                source_id,
                day,
                len(lacking),
                len(expected),
                _some(lacking),
            )


def _times(start: _Time, end: _Time, every: timedelta) -> Iterator[_Time]:
    while start < end:
        yield start
        start += every


def _some(names: Collection[str]) -> str:
    first = list(names)[:_NAMED]
    return ", ".join(first) + (", …" if len(names) > _NAMED else "")
