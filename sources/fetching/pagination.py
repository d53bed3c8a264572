"""Fetching a list that is published page by page, and the pages that it links to."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple, NoReturn

from sources.archive.batch import Entry, Role
from sources.fetching.fetch_attempt import FetchAttempt
from sources.fetching.http.client import Answer
from sources.fetching.page_links import PageError, is_empty, linked
from sources.fetching.response_body import StoredBody
from sources.locations import Pages

MOST_PAGES = 10_000
MOST_LINKS = 50_000
REPEAT_WAITS = (2.0, 8.0, 30.0)
"""Seconds to wait before a page that repeats an earlier one is requested again."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class _LinkedPage(NamedTuple):
    """A page that a list links to: its address, and the address of the list's page with the link."""

    address: str
    page: str


class _ContradictionError(PageError):
    """Pages of a list contradict each other."""


class _StoppedError(Exception):
    """A page failed, and its failed entry is recorded."""


def fetch_pages(attempt: FetchAttempt, pages: Pages) -> None:
    """Fetches a list from its first page to the publisher's end, and then the pages that it links to, if the
    registry asks for these. The list's pages are the snapshot's files, or else `listing`s of them; the page
    that marks the end is always a `listing`.

    The first failure ends the attempt, with a failed entry, and the next attempt resumes from there. If the
    pages contradict each other, the next attempt begins again: it is unknown which of them is wrong.
    """
    try:
        found = _Pagination(attempt, pages).fetch_all()
        _fetch_linked(attempt, found)
    except _StoppedError:
        return


class _Pagination:
    """The pages of one list, fetched in order."""

    def __init__(self, attempt: FetchAttempt, pages: Pages) -> None:
        self._attempt, self._pages = attempt, pages
        self._role: Role = "listing" if pages.links else "required"
        self._numbers: dict[str | None, int] = {}  # the pages so far, by content
        self._total: int | None = None
        self._resumed = False
        self._linked: dict[str, _LinkedPage] = {}

    def fetch_all(self) -> dict[str, _LinkedPage]:
        """Fetches the pages to the end; returns what they link to, by file name. Raises _StoppedError."""
        for number in itertools.count(self._pages.first):
            if self._fetch_page(number):
                break
        return self._linked

    def _fetch_page(self, number: int) -> bool:
        """Fetches and records a page; returns whether it is the end."""
        name, url = self._pages.file(number), self._pages.address(number)
        earlier = self._attempt.batch.restored(url)
        answer = _as_answer(earlier) if earlier else self._request(number)
        try:
            if end := self._is_end(number, answer):
                self._check_total()
                answer = replace(answer, error=None)
            elif answer.error:
                raise PageError(answer.error)
            else:
                answer = answer if earlier else replace(answer, total=self._stated_total(answer))
                self._take(number, answer, resumed=earlier is not None)
        except PageError as error:
            self._attempt.record(name, url, self._role, replace(answer, error=str(error)))
            if earlier or isinstance(error, _ContradictionError):
                self._attempt.batch.drop_progress()
            raise _StoppedError from error
        if earlier:
            self._attempt.batch.keep(url)
        else:
            self._attempt.record(name, url, "listing" if end else self._role, answer)
        return end

    def _request(self, number: int) -> Answer:
        """Requests a page; one that repeats an earlier page is requested again after each of REPEAT_WAITS."""
        name, url = self._pages.file(number), self._pages.address(number)
        answer = self._attempt.request(name, url)
        for wait in REPEAT_WAITS:
            if answer.error or answer.body.sha256 not in self._numbers:
                break
            answer = self._attempt.request(name, url, wait=wait)
        return answer

    def _stated_total(self, answer: Answer) -> int | None:
        """How many pages there are according to the publisher's header; None without it. Raises PageError."""
        stated = answer.headers.get(self._pages.total.lower()) if self._pages.total else None
        if stated is None:
            return None
        if not _NUMBER.fullmatch(stated.strip()):
            raise PageError(f"the header {self._pages.total} holds no number")
        return int(stated)

    def _is_end(self, number: int, answer: Answer) -> bool:
        end, first = self._pages.end, number == self._pages.first
        if end.empty is None:
            return answer.status == end.status and not first
        if answer.error or not is_empty(self._read(answer), end.empty):
            return False
        if first:
            raise PageError("the first page is empty")
        return True

    def _take(self, number: int, answer: Answer, *, resumed: bool) -> None:
        """Takes the links and the total of a page that is not the end. Raises PageError."""
        sha256 = answer.body.sha256
        if sha256 in self._numbers:
            raise _ContradictionError(f"page {number} repeats page {self._numbers[sha256]}")
        if len(self._numbers) == MOST_PAGES:
            raise _ContradictionError(f"no end after {MOST_PAGES} pages")
        # Within one attempt the last total applies: the list may grow meanwhile. After an interruption it may
        # have shifted by more, and records between the pages would be lost unnoticed. A changed first page
        # proves nothing (it may show the time), so it is not requested again.
        total = self._total if answer.total is None else answer.total
        if self._resumed and not resumed and self._total not in {None, total}:
            raise _ContradictionError(
                f"the list has changed since this visit broke off: {total} pages, {self._total} before"
            )
        url = self._pages.address(number)
        for name, address in linked(self._read(answer), url, self._pages).items():
            self._linked.setdefault(name, _LinkedPage(address, url))
        if len(self._linked) > MOST_LINKS:
            raise _ContradictionError(f"more than {MOST_LINKS} links")
        self._numbers[sha256] = number
        self._total = total
        self._resumed = resumed

    def _check_total(self) -> None:
        if self._total is not None and self._total != len(self._numbers):
            raise _ContradictionError(
                f"the publisher says {self._total} pages, {len(self._numbers)} came before the end"
            )

    def _read(self, answer: Answer) -> bytes:
        return self._attempt.read_object(answer.body.sha256) if answer.body.sha256 else b""


def _as_answer(entry: Entry) -> Answer:
    """What an earlier attempt recorded of a page, as an answer."""
    return Answer(status=entry.status, body=StoredBody(entry.sha256, entry.bytes), total=entry.total)


def _fetch_linked(attempt: FetchAttempt, found: dict[str, _LinkedPage]) -> None:
    """Fetches the pages that a list links to. A page that was removed (404, 410) is recorded as such. Raises
    _StoppedError if one fails otherwise, or if all were removed."""
    came = 0
    for name, link in found.items():
        if earlier := attempt.batch.restored(link.address):
            attempt.batch.keep(link.address)
            came += earlier.error is None
            continue
        answer = attempt.request_changes(name, link.address)
        if answer.error and answer.status not in _GONE:
            _stop(attempt, name, link, replace(answer, error=f"a page that it links to: {answer.error}"))
        attempt.record(name, link.address, "optional" if answer.error else "required", answer)
        came += answer.error is None
    if found and not came:
        attempt.batch.drop_progress()
        name, link = next(iter(found.items()))
        _stop(attempt, name, link, Answer(error="every page that the list links to is gone"))


def _stop(attempt: FetchAttempt, name: str, link: _LinkedPage, answer: Answer) -> NoReturn:
    # recorded for the list's page: the link's address may hold a person's name, and the reason is published
    attempt.record(name, link.page, "required", answer)
    raise _StoppedError
