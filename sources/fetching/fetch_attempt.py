"""One visit to a source: its requests, in their pace, and what is noted of each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from sources.fetching.file_lists import LONGEST, LONGEST_KEPT, Contents, Excerpt, Listed, file_name, read
from sources.fetching.http.client import Answer, Client, get, is_plain
from sources.fetching.response_body import Archive, Draft, Entry, FaultError, Kept, Role, keep


class Visit:
    """Gets files into the archive and notes them in the draft, with `pause` seconds between requests."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        archive: Archive,
        draft: Draft,
        client: Client,
        limit: int,
        within: timedelta,
        pause: float,
        sleep: Callable[[float], None],
    ) -> None:
        self.draft = draft
        self._archive, self._client = archive, client
        self._limit, self._within, self._pause, self._sleep = limit, within, pause, sleep
        self._asked = False

    def fixed(self, file: str, url: str, role: Role) -> None:
        """A file at an address that stays the same."""
        if self.draft.restored(url):
            self.draft.keep(url)
        else:
            self.note(file, url, role, self.ask_for_changes(file, url))

    def ask_for_changes(self, name: str, url: str) -> Answer:
        """Gets an address if it changed since it was last seen; an unchanged one's answer has what was.

        An answer "not modified" about another version than the one that we have is not believed: the file is
        then asked for without conditions.
        """
        last = self.draft.last(url)
        if last and not (last.sha256 and self._archive.has(last.sha256)):
            last = None
        answer = self.ask(name, url, conditions=_conditions(last))
        if last is None or answer.status != HTTPStatus.NOT_MODIFIED or answer.error:
            return answer
        if not _is_about(answer, last):
            return self.ask(name, url)
        return replace(
            answer,  # filled with the content and the validators that it confirms
            kept=Kept(last.sha256, last.bytes, last.md5),
            etag=answer.etag or last.etag,
            last_modified=answer.last_modified or last.last_modified,
            content_type=last.content_type,
        )

    def ask(
        self,
        name: str,
        url: str,
        *,
        conditions: dict[str, str] | None = None,
        wait: float = 0.0,
    ) -> Answer:
        """Gets an address into the archive; waits at least as many seconds as `wait` before."""

        def take(body: Iterator[bytes], content_type: str | None) -> Kept:
            return keep(self._archive, body, name, self._limit, content_type)

        return self._get(url, take, self._limit, conditions or {}, wait)

    def list(self, url: str, excerpt: Excerpt | None = None) -> tuple[Answer, Contents]:
        """Gets a list of files, or with `excerpt` what that leaves of it, into the archive and reads it."""
        name = file_name(url)
        kept_limit = min(self._limit, LONGEST_KEPT)

        def take(body: Iterator[bytes], content_type: str | None) -> Kept:
            return keep(self._archive, excerpt(body) if excerpt else body, name, kept_limit, content_type)

        answer = self._get(url, take, LONGEST if excerpt else kept_limit, {}, 0.0)
        is_read = not answer.error or (answer.status == HTTPStatus.OK and answer.kept.size == 0)
        if not (is_read and answer.kept.sha256):
            return answer, Contents()
        try:
            with self._archive.open(answer.kept.sha256) as file:
                contents = read(file, url)
        except FaultError as fault:
            return replace(answer, error=str(fault)), Contents()
        contents.damaged += excerpt.damaged if excerpt else 0
        return answer, contents

    def _get(
        self,
        url: str,
        take: Callable[[Iterator[bytes], str | None], Kept],
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

    def listed(self, file: Listed) -> Answer:
        """Gets a file that a list names; one that is not as the list says is an error."""
        answer = self.ask(file.name, file.url)
        return replace(answer, error=answer.error or file.mismatch(answer.kept))

    def read(self, sha256: str) -> bytes:
        """The bytes of a file that came."""
        with self._archive.open(sha256) as file:
            return file.read()

    def note(self, file: str, url: str, role: Role, answer: Answer) -> None:
        """Puts what came of a file into the draft."""
        self.draft.add(
            file,
            url,
            role,
            status=answer.status,
            sha256=answer.kept.sha256,
            size=answer.kept.size,
            etag=answer.etag,
            last_modified=answer.last_modified,
            content_type=answer.content_type,
            total=answer.total,
            md5=answer.kept.md5,
            error=answer.error,
        )

    def note_made(self, file: str, data: bytes) -> None:
        """Puts a file that we made ourselves into the archive, unless the newest of its name is the same."""
        kept = keep(self._archive, [data], file, sys.maxsize)
        newest = self.draft.newest(file)
        if newest is None or newest.sha256 != kept.sha256:
            self.draft.add(file, file, "optional", sha256=kept.sha256, size=kept.size, md5=kept.md5)

    def _rest(self, seconds: float) -> None:
        self._sleep(max(seconds, self._pause))


def _conditions(last: Entry | None) -> dict[str, str]:
    headers = {}
    if last is not None and last.etag and is_plain(last.etag):
        headers["If-None-Match"] = last.etag
    if last is not None and last.last_modified and is_plain(last.last_modified):
        headers["If-Modified-Since"] = last.last_modified
    return headers


def _is_about(answer: Answer, last: Entry) -> bool:
    """Whether an answer "not modified" names the version that we have, or none."""
    if answer.etag and last.etag:
        return answer.etag.removeprefix("W/") == last.etag.removeprefix("W/")
    return not answer.last_modified or answer.last_modified == last.last_modified
