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

from sources.fetching import file_lists
from sources.fetching.fetch_attempt import Visit
from sources.fetching.file_lists import Excerpt, Listed
from sources.fetching.http.client import Answer
from sources.fetching.response_body import Entry
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
class _Dated:
    """A file that a list names: the time in its name, and what the archive has under that name."""

    file: Listed
    at: datetime
    before: Entry | None

    @property
    def is_had(self) -> bool:
        """Whether the archive has what the list names; logs of before MD5s were noted tell the size."""
        if self.before is None:
            return False
        return self.before.md5 == self.file.md5 if self.before.md5 else self.before.bytes == self.file.size


def follow(
    visit: Visit, source_id: str, index: Index, days: tuple[date, date] | None, names: bytes | None = None
) -> None:
    """Gets what the lists name of `days` (first, and first not any more), or without them what the lists
    of the newest files name.

    With `days` the list of all files is read too; of it only these days' lines are kept: it is an index,
    not data. Files stamped up to `index.late` before the first day are then looked at as well: late are
    those that came after their day, of which something had been asked for, was visited. A file of which
    the archive has the content that the list names is not asked for; one with another MD5 was published
    again, and is fetched anew.

    What does not come as the list says is asked for once more after all the rest. If it fails then, the
    rest goes on without it; the batch fails only if nothing that was looked for is had. After each day
    the batch so far is logged, so that what broke off need not be fetched anew.

    The `names` by which the rows are filtered are put beside the files of each of `days` that has any, and of
    an earlier day of which something came.
    """
    start, end = _bounds(days) if days else (datetime.min.replace(tzinfo=UTC), None)
    since = start - index.late if days else start
    listed = _listed(visit, source_id, index, (since, end) if end else None)
    if days:
        _tell_of_holes(
            source_id, index.every or _DAY, {name: dated.at for name, dated in listed.items()}, days
        )
    visited = {name[:_DATE] for name in visit.draft.named()}
    wanted = [
        dated
        for name, dated in sorted(listed.items())
        if since <= dated.at
        and (end is None or dated.at < end)
        and (dated.at >= start or name[:_DATE] in visited)
    ]
    counts: Counter[str] = Counter({"had already": sum(dated.is_had for dated in wanted)})
    filtered = {dated.file.name[:_DATE] for dated in wanted if dated.is_had and dated.at >= start}

    def take(dated: _Dated) -> Answer:
        answer = visit.listed(dated.file)
        if not answer.error:
            kind = "published again" if dated.before else "new" if dated.at >= start else "late"
            counts[kind] += 1
            filtered.add(dated.file.name[:_DATE])
            if kind != "new":
                log.info("%s: %s is %s", source_id, dated.file.name, kind)
            visit.note(dated.file.name, dated.file.url, "optional", answer)
        return answer

    again = list(_failing(visit, [dated for dated in wanted if not dated.is_had], take))
    lost = [(dated.file, answer) for dated in again if (answer := take(dated)).error]
    for file, answer in lost:
        log.warning("%s: %s: %s", source_id, file.url, answer.error)
        visit.note(file.name, file.url, "optional" if counts.total() else "required", answer)
    for day in sorted(filtered) if names else ():
        visit.note_made(names_file(day), names or b"")
    counts["failed"] = len(lost)
    kinds = ("new", "late", "published again", "failed", "had already")
    log.info("%s: %s", source_id, ", ".join(f"{counts[kind]} {kind}" for kind in kinds))


def names_file(day: str) -> str:
    """How the file of a day (`20250911`) is called that holds the names by which its rows are filtered."""
    return f"{day}{NAMES_FILE}"


def _failing(visit: Visit, wanted: list[_Dated], take: Callable[[_Dated], Answer]) -> Iterator[_Dated]:
    for _, day in groupby(wanted, key=lambda dated: dated.at.date()):
        yield from [dated for dated in day if take(dated).error]
        visit.draft.log()


def _bounds(days: tuple[date, date]) -> tuple[datetime, datetime]:
    start, end = (datetime.combine(day, time(), UTC) for day in days)
    return start, end


def _listed(
    visit: Visit, source_id: str, index: Index, window: tuple[datetime, datetime] | None
) -> dict[str, _Dated]:
    """The stamped files of the index's kinds that the lists name, by name; the newest lists' word counts."""
    files: list[Listed] = []
    if window:
        for url in index.history:
            files += _list(visit, source_id, url, Excerpt(*window))
    for url in index.urls:
        files += _list(visit, source_id, url)
    dated: dict[str, _Dated] = {}
    odd: dict[str, None] = {}
    for file in files:
        if not fnmatchcase(file.name, index.pattern):
            continue
        if at := file_lists.stamp(file.name):
            dated[file.name] = _Dated(file, at, visit.draft.newest(file.name))
        else:
            odd[file.name] = None
    if odd:
        log.warning("%s: listed without a time in the name, and passed over: %s", source_id, _some(odd))
    return dated


def _list(visit: Visit, source_id: str, url: str, excerpt: Excerpt | None = None) -> list[Listed]:
    """The files that a list names. Lines that cannot be read are counted, and do not fail the others."""
    name = file_lists.file_name(url)
    answer, contents = visit.list(url, excerpt)
    error = answer.error
    if contents.damaged and not contents.files:
        error = f"none of its {contents.damaged} lines is `size md5 url`"
    elif contents.damaged:
        log.warning("%s: %s: %s lines cannot be read", source_id, name, contents.damaged)
    visit.note(name, url, "listing", replace(answer, error=error))
    return contents.files


def _tell_of_holes(
    source_id: str, every: timedelta, listed: dict[str, datetime], days: tuple[date, date]
) -> None:
    """Says which files the lists lack: of each kind that is in them one is expected for each time of the
    days, as far as the lists go."""
    kinds = sorted({name[_STAMP:] for name in listed})
    if len(kinds) > _MOST_KINDS:
        log.warning("%s: lists of %s kinds of files: they are not searched for holes", source_id, len(kinds))
        return
    newest = max(listed.values(), default=None)
    for day in _steps(*days, _DAY):
        times = [at for at in _steps(*_bounds((day, day + _DAY)), every) if newest and at <= newest]
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


def _steps(start: _Time, end: _Time, every: timedelta) -> Iterator[_Time]:
    while start < end:
        yield start
        start += every


def _some(names: Collection[str]) -> str:
    first = list(names)[:_NAMED]
    return ", ".join(first) + (", …" if len(names) > _NAMED else "")
