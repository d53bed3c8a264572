"""One fetch attempt: the requests to a source, in the pace it asks for, and what is recorded of each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from sources.archive.archive import Archive
from sources.archive.batch import Entry, Role
from sources.archive.open_batch import OpenBatch
from sources.fetching.file_lists import (
    LONGEST,
    LONGEST_KEPT,
    Excerpt,
    FileList,
    ListedFile,
    file_name,
    read_file_list,
)
from sources.fetching.http.client import Answer, Client, get, is_plain
from sources.fetching.response_body import FaultError, StoredBody, store_body


class FetchAttempt:
    """Fetches files into the archive and records them in the batch, with `pause` seconds between requests."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        archive: Archive,
        batch: OpenBatch,
        client: Client,
        limit: int,
        within: timedelta,
        pause: float,
        sleep: Callable[[float], None],
    ) -> None:
        self.batch = batch
        self._archive, self._client = archive, client
        self._limit, self._within, self._pause, self._sleep = limit, within, pause, sleep
        self._asked = False

    def fetch_fixed(self, file: str, url: str, role: Role) -> None:
        """Fetches and records a file at an address that stays the same."""
        if self.batch.restored(url):
            self.batch.keep(url)
        else:
            self.record(file, url, role, self.request_changes(file, url))

    def request_changes(self, name: str, url: str) -> Answer:
        """Requests an address unless it is unchanged; the answer of an unchanged one has the earlier content.

        An answer "not modified" about another version than the archived one is ignored: the file is then
        requested without conditions.
        """
        last = self.batch.last(url)
        if last and not (last.sha256 and self._archive.has(last.sha256)):
            last = None
        answer = self.request(name, url, conditions=_conditions(last))
        if last is None or answer.status != HTTPStatus.NOT_MODIFIED or answer.error:
            return answer
        if not _is_about(answer, last):
            return self.request(name, url)
        return replace(
            answer,  # filled with the content and the validators that it confirms
            body=StoredBody(last.sha256, last.bytes, last.md5),
            etag=answer.etag or last.etag,
            last_modified=answer.last_modified or last.last_modified,
            content_type=last.content_type,
        )

    def request(
        self,
        name: str,
        url: str,
        *,
        conditions: dict[str, str] | None = None,
        wait: float = 0.0,
    ) -> Answer:
        """Fetches an address into the archive, after at least `wait` seconds."""

        def take(body: Iterator[bytes], content_type: str | None) -> StoredBody:
            return store_body(self._archive, body, name, self._limit, content_type)

        return self._get(url, take, self._limit, conditions or {}, wait)

    def request_file_list(self, url: str, excerpt: Excerpt | None = None) -> tuple[Answer, FileList]:
        """Fetches a list of files into the archive, or only an `excerpt` of it, and reads it."""
        name = file_name(url)
        stored_limit = min(self._limit, LONGEST_KEPT)

        def take(body: Iterator[bytes], content_type: str | None) -> StoredBody:
            return store_body(
                self._archive, excerpt(body) if excerpt else body, name, stored_limit, content_type
            )

        answer = self._get(url, take, LONGEST if excerpt else stored_limit, {}, 0.0)
        is_read = not answer.error or (answer.status == HTTPStatus.OK and answer.body.size == 0)
        if not (is_read and answer.body.sha256):
            return answer, FileList()
        try:
            with self._archive.open(answer.body.sha256) as file:
                file_list = read_file_list(file, url)
        except FaultError as fault:
            return replace(answer, error=str(fault)), FileList()
        file_list.damaged += excerpt.damaged if excerpt else 0
        return answer, file_list

    def _get(
        self,
        url: str,
        take: Callable[[Iterator[bytes], str | None], StoredBody],
        limit: int,
        conditions: dict[str, str],
        wait: float,
    ) -> Answer:
        if self._asked and (seconds := max(self._pause, wait)):
            self._sleep(seconds)
        self._asked = True
        answer = get(
            self._client, url, take, limit=limit, headers=conditions, sleep=self._rest, within=self._within
        )
        if answer.status == HTTPStatus.NOT_MODIFIED and not conditions:
            answer = replace(answer, error="answered 304 Not Modified to a request without a condition")
        return answer

    def request_listed(self, file: ListedFile) -> Answer:
        """Fetches a file that a list names; one that differs from what the list states is an error."""
        answer = self.request(file.name, file.url)
        return replace(answer, error=answer.error or file.mismatch(answer.body))

    def read_object(self, sha256: str) -> bytes:
        """The bytes of a file that was fetched."""
        with self._archive.open(sha256) as file:
            return file.read()

    def record(self, file: str, url: str, role: Role, answer: Answer) -> None:
        """Adds a file to the batch, as its address answered."""
        self.batch.add(
            Entry(
                file=file,
                url=url,
                outcome="failed" if answer.error else "new",
                role=role,
                status=answer.status,
                sha256=answer.body.sha256,
                bytes=answer.body.size,
                etag=answer.etag,
                last_modified=answer.last_modified,
                content_type=answer.content_type,
                total=answer.total,
                md5=answer.body.md5,
                error=answer.error,
            )
        )

    def record_made(self, file: str, data: bytes) -> None:
        """Adds a file that Vigil made itself, unless the newest content of its name is the same."""
        body = store_body(self._archive, [data], file, sys.maxsize)
        newest = self.batch.newest(file)
        if newest is None or newest.sha256 != body.sha256:
            self.batch.add(made_entry(file, body))

    def _rest(self, seconds: float) -> None:
        self._sleep(max(seconds, self._pause))


def made_entry(file: str, body: StoredBody) -> Entry:
    """The entry of a file that Vigil made itself: its name is its address."""
    return Entry(file, file, "new", "optional", sha256=body.sha256, bytes=body.size, md5=body.md5)


def _conditions(last: Entry | None) -> dict[str, str]:
    headers = {}
    if last is not None and last.etag and is_plain(last.etag):
        headers["If-None-Match"] = last.etag
    if last is not None and last.last_modified and is_plain(last.last_modified):
        headers["If-Modified-Since"] = last.last_modified
    return headers


def _is_about(answer: Answer, last: Entry) -> bool:
    """Whether an answer "not modified" names the archived version, or none."""
    if answer.etag and last.etag:
        return answer.etag.removeprefix("W/") == last.etag.removeprefix("W/")
    return not answer.last_modified or answer.last_modified == last.last_modified
