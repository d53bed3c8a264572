"""The one fetcher: from a source's addresses to the raw archive and its fetch log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from http import HTTPStatus

import httpx

from sources import listing
from sources.client import Answer, get, make_client
from sources.intake import CHUNK, Archive, Batch, Draft, Entry, Kept, Role, Via, keep
from sources.registry import Source

__all__ = ["FetchError", "fetch", "make_client", "raise_if_failed", "replay"]


class FetchError(Exception):
    """A source gave nothing usable. One line: the source, the address, what is wrong."""


def fetch(  # noqa: PLR0913
    source: Source,
    archive: Archive,
    *,
    client: httpx.Client,
    observed_at: datetime,
    via: Via,
    sleep: Callable[[float], None] = time.sleep,
) -> Batch:
    """Gets what a source offers, one file after another, and logs one batch, failures included.

    Files at fixed addresses are asked for only if they changed since the last visit. Of a list of
    dated files those are fetched whose name fits and that the archive has not seen. Raises nothing
    for a bad publisher (see `raise_if_failed`); StorageError if the archive cannot be written.
    """
    draft = archive.draft(source.source_id, observed_at, via)
    visit = _Visit(source, archive, draft, client, sleep)
    for file in source.files:
        # a whole list that lacks a part would make what is in that part look gone
        optional = file.optional and source.content == "stream"
        visit.fixed(file.name, file.url, "optional" if optional else "required")
    if source.index:
        visit.listed(source.index.urls, source.index.pattern)
    return draft.log()


def raise_if_failed(batch: Batch, source: Source) -> None:
    """Raises FetchError if a file that is not optional failed, or if all did."""
    if batch.failure is not None:
        raise FetchError(f"{source.source_id}: {batch.failure}")


def replay(
    source: Source, archive: Archive, base_url: str, *, sleep: Callable[[float], None] = time.sleep
) -> list[Batch]:
    """Fetches a source from a local publisher as it was on each date that it has, oldest first.

    Raises FetchError if the local publisher does not say which dates these are.
    """
    batches = []
    for day in _dates(f"{base_url}/dates/{source.source_id}"):
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        with make_client(f"{base_url}/{day}") as client:
            batches.append(
                fetch(source, archive, client=client, observed_at=midnight, via="sample", sleep=sleep)
            )
    return batches


def _dates(url: str) -> list[date]:
    try:
        answer = httpx.get(url, trust_env=False).raise_for_status()
        return [date.fromisoformat(day) for day in answer.json()]
    except (httpx.HTTPError, ValueError) as error:
        raise FetchError(f"{url}: the local publisher gives no dates: {error}") from error


class _Visit:
    """One visit to a source: what each file needs of archive, draft and client."""

    def __init__(
        self,
        source: Source,
        archive: Archive,
        draft: Draft,
        client: httpx.Client,
        sleep: Callable[[float], None],
    ) -> None:
        self._archive, self._draft, self._client, self._sleep = archive, draft, client, sleep
        self._limit = source.max_bytes

    def fixed(self, file: str, url: str, role: Role) -> None:
        """A file at an address that stays the same."""
        last = self._draft.last(url)
        answer = self._get(url, file, _conditions(last))
        if answer.status == HTTPStatus.NOT_MODIFIED:
            answer = _as_before(answer, last)
        self._add(file, url, role, answer)

    def listed(self, urls: Iterable[str], pattern: str) -> None:
        """The files that the publisher's lists name, where the name fits and is new."""
        wanted: dict[str, listing.Listed] = {}
        for url in urls:
            wanted |= {file.name: file for file in self._list(url) if fnmatchcase(file.name, pattern)}
        for file in wanted.values():
            if self._draft.seen(file.name):
                continue
            answer = self._get(file.url, file.name, {})
            error = answer.error or _mismatch(answer.kept, file)
            self._add(file.name, file.url, "required", replace(answer, error=error))

    def _list(self, url: str) -> list[listing.Listed]:
        body = bytearray()
        name = listing.file_name(url)
        answer = self._get(url, name, {}, body)
        files: list[listing.Listed] = []
        error = answer.error
        if not error:
            files, errors = listing.read(bytes(body))
            error = "; ".join(errors[:3]) or None
        self._add(name, url, "listing", replace(answer, error=error))
        return files

    def _get(self, url: str, name: str, conditions: dict[str, str], copy: bytearray | None = None) -> Answer:
        """Gets an address into the archive, and into `copy` too if one is given."""

        def body(response: httpx.Response) -> Iterator[bytes]:
            if copy is not None:
                copy.clear()  # of what a broken attempt left
            for chunk in response.iter_bytes(CHUNK):
                if copy is not None:
                    copy.extend(chunk)
                yield chunk

        def take(response: httpx.Response) -> Kept:
            content_type = response.headers.get("content-type")
            return keep(self._archive, body(response), name, self._limit, content_type)

        return get(self._client, url, take, limit=self._limit, headers=conditions, sleep=self._sleep)

    def _add(self, file: str, url: str, role: Role, answer: Answer) -> None:
        self._draft.add(
            file,
            url,
            role,
            status=answer.status,
            sha256=answer.kept.sha256,
            size=answer.kept.size,
            etag=answer.etag,
            last_modified=answer.last_modified,
            content_type=answer.content_type,
            error=answer.error,
        )


def _conditions(last: Entry | None) -> dict[str, str]:
    headers = {}
    if last is not None and last.etag:
        headers["If-None-Match"] = last.etag
    if last is not None and last.last_modified:
        headers["If-Modified-Since"] = last.last_modified
    return headers


def _as_before(answer: Answer, last: Entry | None) -> Answer:
    """A 304 Not Modified, filled with the content and the validators that it confirms."""
    if last is None:
        return replace(answer, error="answered 304 Not Modified to a request without a condition")
    return replace(
        answer,
        kept=Kept(last.sha256, last.bytes),
        etag=answer.etag or last.etag,
        last_modified=answer.last_modified or last.last_modified,
    )


def _mismatch(kept: Kept, file: listing.Listed) -> str | None:
    if kept.size != file.size:
        return f"{kept.size} bytes where the list says {file.size}"
    if kept.md5 != file.md5:
        return f"MD5 {kept.md5} where the list says {file.md5}"
    return None
