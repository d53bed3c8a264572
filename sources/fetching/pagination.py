"""The walk along a list that a publisher gives out page by page, and to the pages it links to."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple, NoReturn

from sources.fetching.fetch_attempt import Visit
from sources.fetching.http.client import Answer
from sources.fetching.page_links import PageError, is_empty, linked
from sources.fetching.response_body import Entry, Kept, Role
from sources.locations import Pages

MOST_PAGES = 10_000
MOST_LINKS = 50_000
REPEAT_WAITS = (2.0, 8.0, 30.0)
"""The seconds before a page that repeats an earlier one is asked for again."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class _Linked(NamedTuple):
    """A page that a list links to: its address, and that of the page that links to it."""

    address: str
    page: str


class _ContradictionError(PageError):
    """Pages that do not fit each other."""


class _StoppedError(Exception):
    """The walk is over, and why is noted."""


def walk(visit: Visit, pages: Pages) -> None:
    """Reads a list from its first page to the publisher's end, and then what it links to, if that is
    asked for. The pages are the snapshot's files, or else `listing`s of them; the page that is the end
    is always a `listing`.

    The first thing that fails ends the walk, with a failed entry. The next attempt goes on from there,
    but begins anew where the pages contradict each other: one cannot know which of them is wrong.
    """
    try:
        found = _Walk(visit, pages).read()
        _fetch_linked(visit, found)
    except _StoppedError:
        return


class _Walk:
    """A walk along a list's pages to the end."""

    def __init__(self, visit: Visit, pages: Pages) -> None:
        self._visit, self._pages = visit, pages
        self._role: Role = "listing" if pages.links else "required"
        self._numbers: dict[str | None, int] = {}  # the pages so far, by content
        self._total: int | None = None
        self._resumed = False
        self._linked: dict[str, _Linked] = {}

    def read(self) -> dict[str, _Linked]:
        """Reads to the end; returns what the pages link to, by file name. Raises _StoppedError."""
        for number in itertools.count(self._pages.first):
            if self._page(number):
                break
        return self._linked

    def _page(self, number: int) -> bool:
        """Reads a page and notes it; returns whether it is the end."""
        name, url = self._pages.file(number), self._pages.address(number)
        earlier = self._visit.draft.restored(url)
        answer = _as_answer(earlier) if earlier else self._ask(number)
        try:
            if end := self._is_end(number, answer):
                self._check_total()
                answer = replace(answer, error=None)
            elif answer.error:
                raise PageError(answer.error)
            else:
                answer = answer if earlier else replace(answer, total=self._told(answer))
                self._take(number, answer, resumed=earlier is not None)
        except PageError as error:
            self._visit.note(name, url, self._role, replace(answer, error=str(error)))
            if earlier or isinstance(error, _ContradictionError):
                self._visit.draft.drop()
            raise _StoppedError from error
        if earlier:
            self._visit.draft.keep(url)
        else:
            self._visit.note(name, url, "listing" if end else self._role, answer)
        return end

    def _ask(self, number: int) -> Answer:
        """Gets a page; one that repeats an earlier page is asked for again some times."""
        name, url = self._pages.file(number), self._pages.address(number)
        answer = self._visit.ask(name, url)
        for wait in REPEAT_WAITS:
            if answer.error or answer.kept.sha256 not in self._numbers:
                break
            answer = self._visit.ask(name, url, wait=wait)
        return answer

    def _told(self, answer: Answer) -> int | None:
        """How many pages the publisher says there are, if it says so."""
        told = answer.headers.get(self._pages.total.lower()) if self._pages.total else None
        if told is None:
            return None
        if not _NUMBER.fullmatch(told.strip()):
            raise PageError(f"the header {self._pages.total} holds no number")
        return int(told)

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
        """Takes in a page that is not the end. Raises PageError."""
        sha256 = answer.kept.sha256
        if sha256 in self._numbers:
            raise _ContradictionError(f"page {number} repeats page {self._numbers[sha256]}")
        if len(self._numbers) == MOST_PAGES:
            raise _ContradictionError(f"no end after {MOST_PAGES} pages")
        # Within one walk the last number counts: the list may grow on the way. Over a break it may have
        # shifted by more, and who stood at the seam be lost unseen. That the first page is another
        # says nothing (a page may tell the time), and asking for it again would be one request too many.
        told = self._total if answer.total is None else answer.total
        if self._resumed and not resumed and self._total not in {None, told}:
            raise _ContradictionError(
                f"the list has changed since this visit broke off: {told} pages, {self._total} before"
            )
        url = self._pages.address(number)
        for name, address in linked(self._read(answer), url, self._pages).items():
            self._linked.setdefault(name, _Linked(address, url))
        if len(self._linked) > MOST_LINKS:
            raise _ContradictionError(f"more than {MOST_LINKS} links")
        self._numbers[sha256] = number
        self._total = told
        self._resumed = resumed

    def _check_total(self) -> None:
        if self._total is not None and self._total != len(self._numbers):
            raise _ContradictionError(
                f"the publisher says {self._total} pages, {len(self._numbers)} came before the end"
            )

    def _read(self, answer: Answer) -> bytes:
        return self._visit.read(answer.kept.sha256) if answer.kept.sha256 else b""


def _as_answer(entry: Entry) -> Answer:
    """What an earlier attempt noted of a page, as if it had just come."""
    return Answer(status=entry.status, kept=Kept(entry.sha256, entry.bytes), total=entry.total)


def _fetch_linked(visit: Visit, found: dict[str, _Linked]) -> None:
    """Gets the pages that a list links to. One that is gone is noted; any other failure ends it, and so
    does it if all are gone. Raises _StoppedError."""
    came = 0
    for name, link in found.items():
        if earlier := visit.draft.restored(link.address):
            visit.draft.keep(link.address)
            came += earlier.error is None
            continue
        answer = visit.ask_for_changes(name, link.address)
        if answer.error and answer.status not in _GONE:
            _stop(visit, name, link, replace(answer, error=f"a page that it links to: {answer.error}"))
        visit.note(name, link.address, "optional" if answer.error else "required", answer)
        came += answer.error is None
    if found and not came:
        visit.draft.drop()
        name, link = next(iter(found.items()))
        _stop(visit, name, link, Answer(error="every page that the list links to is gone"))


def _stop(visit: Visit, name: str, link: _Linked, answer: Answer) -> NoReturn:
    # told of the list's page: the link's own address may hold a person's name, and the reason is published
    visit.note(name, link.page, "required", answer)
    raise _StoppedError
