"""Which bundled sample the sample server gives for which address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sources.fetching import file_lists, mirror
from sources.fetching.page_links import PageError, is_empty, linked
from sources.locations import Pages
from sources.registry import Source

_ANY_NUMBER = "PAGE0NUMBER"
"""Placeholder for the number while an address is brought into the form of a request."""


@dataclass(frozen=True)
class Sample:
    """What an address gave on a day: a file, or a `status` where there was none."""

    path: Path | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class SampleCatalog:
    """The samples of some sources, by address. `samples` is a folder laid out as a mirror."""

    def __init__(self, samples: Path, sources: Mapping[str, Source]) -> None:
        self._samples = samples
        self._sources = sources
        self._fixed: dict[str, tuple[str, str]] = {}
        self._paged: list[tuple[re.Pattern[str], str, Pages]] = []
        for source in sources.values():
            files = {file.url: file.name for file in source.files}
            lists = {url: file_lists.file_name(url) for url in _lists(source)}
            for url, name in (files | lists).items():
                self._fixed[_address(url)] = (source.source_id, name)
            for pages in source.pages:
                self._paged.append((_numbered_address(pages), source.source_id, pages))

    def dates(self, source_id: str) -> list[str] | None:
        """A source's dates, or None if there is no such source."""
        if source_id not in self._sources:
            return None
        return [day.isoformat() for day in mirror.list_dates(self._samples, source_id)]

    def find(self, day: str, address: str) -> Sample | None:
        """What an address (host, path, query) gave on a day; None if it is not known."""
        if address in self._fixed:
            source_id, name = self._fixed[address]
            return _file(self._folder(source_id, day) / name)
        for pattern, source_id, pages in self._paged:
            if match := pattern.fullmatch(address):
                return _page(self._folder(source_id, day), pages, int(match[1]))
        for source in self._sources.values():
            folder = self._folder(source.source_id, day)
            for name in _named(source, folder, address):
                if found := _file(folder / name):
                    return found
        return None

    def _folder(self, source_id: str, day: str) -> Path:
        return mirror.source_folder(self._samples, source_id) / day


def _file(path: Path) -> Sample | None:
    return Sample(path) if path.is_file() else None


def _page(folder: Path, pages: Pages, number: int) -> Sample | None:
    """A page of a day's list; past the last page, the publisher's status for that."""
    there = _pages(folder, pages)
    path = folder / pages.file(number)
    if number not in there:
        past = pages.end.status is not None and there and number > max(there)
        return Sample(status=pages.end.status or 404) if past else None
    if pages.total is None:
        return Sample(path)
    count = sum(not _is_the_end(folder / pages.file(page), pages) for page in there)
    return Sample(path, headers={pages.total: str(count)})


def _pages(folder: Path, pages: Pages) -> set[int]:
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return {number for name in names if (number := pages.number(name)) is not None}


def _is_the_end(path: Path, pages: Pages) -> bool:
    try:
        return pages.end.empty is not None and is_empty(path.read_bytes(), pages.end.empty)
    except PageError:
        return False


def _named(source: Source, folder: Path, address: str) -> Iterator[str]:
    """The file names that a source's lists and pages of a day give to an address."""
    last = address.rpartition("/")[2]
    for url in _lists(source):
        path = folder / file_lists.file_name(url)
        files = file_lists.read_file_list(path.read_bytes().splitlines(), url).files if path.is_file() else []
        named = (file for file in files if file.url.endswith(last))  # the whole address takes far longer
        yield from (file.name for file in named if _address(file.url) == address)
    for pages in source.pages:
        for number in sorted(_pages(folder, pages)) if pages.links else ():
            try:
                found = linked((folder / pages.file(number)).read_bytes(), pages.address(number), pages)
            except PageError:
                continue
            yield from (name for name, url in found.items() if _address(url) == address)


def _lists(source: Source) -> tuple[str, ...]:
    return source.index.urls + source.index.history if source.index else ()


def _numbered_address(pages: Pages) -> re.Pattern[str]:
    before, _, after = _address(pages.url.replace("{page}", _ANY_NUMBER)).partition(_ANY_NUMBER)
    return re.compile(rf"{re.escape(before)}([0-9]{{1,9}}){re.escape(after)}")


def _address(url: str) -> str:
    """An address in the form of a request to the sample server: host, path and query."""
    parsed = httpx.URL(url)
    return (parsed.netloc + parsed.raw_path).decode("ascii")
