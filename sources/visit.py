"""One visit to a source: its requests, in their pace, and what is noted of each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx

from sources.client import Answer, get
from sources.intake import CHUNK, Archive, Draft, Entry, Kept, Role, keep
from sources.listing import Listed


class Visit:
    """Gets files into the archive and notes them in the draft, with `pause` seconds between requests."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        archive: Archive,
        draft: Draft,
        client: httpx.Client,
        limit: int,
        pause: float,
        sleep: Callable[[float], None],
    ) -> None:
        self.draft = draft
        self._archive, self._client = archive, client
        self._limit, self._pause, self._sleep = limit, pause, sleep
        self._asked = False

    def fixed(self, file: str, url: str, role: Role) -> None:
        """A file at an address that stays the same."""
        if self.draft.restored(url):
            self.draft.keep(url)
        else:
            self.note(file, url, role, self.ask_for_changes(file, url))

    def ask_for_changes(self, name: str, url: str) -> Answer:
        """Gets an address if it changed since it was last seen; an unchanged one's answer has what was."""
        last = self.draft.last(url)
        if last and not (last.sha256 and self._archive.has(last.sha256)):
            last = None
        answer = self.ask(name, url, conditions=_conditions(last))
        if last is None or answer.status != httpx.codes.NOT_MODIFIED or answer.error:
            return answer
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
        excerpt: Callable[[Iterator[bytes]], Iterator[bytes]] | None = None,
    ) -> Answer:
        """Gets an address into the archive; waits at least as many seconds as `wait` before.

        Of what is not asked for whole, only what `excerpt` gives of it is kept; the limit is for that.
        """

        def take(response: httpx.Response) -> Kept:
            content_type = response.headers.get("content-type")
            body = response.iter_bytes(CHUNK)
            chunks = excerpt(body) if excerpt else body
            return keep(self._archive, chunks, name, self._limit, content_type)

        if self._asked and (seconds := max(self._pause, wait)):
            self._sleep(seconds)
        self._asked = True
        headers = conditions or {}
        limit = sys.maxsize if excerpt else self._limit
        answer = get(self._client, url, take, limit=limit, headers=headers, sleep=self._rest)
        if answer.status == httpx.codes.NOT_MODIFIED and not conditions:
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
    if last is not None and last.etag:
        headers["If-None-Match"] = last.etag
    if last is not None and last.last_modified:
        headers["If-Modified-Since"] = last.last_modified
    return headers
