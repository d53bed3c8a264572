"""The registry: one folder per source beside this module, with its `source.yml` and its samples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

FOLDER = Path(__file__).parent
NAMES_FILE = ".names.tsv"
"""How a day's file ends that holds the names by which the day's rows are filtered."""

Content = Literal["full", "stream", "days"]
MIDNIGHT = "0 0 * * *"
FEEDS = frozenset({"rss"})
"""Formats of feeds; see `Source.parser_options`."""
_DAY = timedelta(days=1)
_PASSING = frozenset({408, 425, 429})
_SLUG = re.compile(r"[\w%~+-][\w.%~+-]{0,149}")


class RegistryError(Exception):
    """A source that is not in the registry, or an entry that cannot be read. One line."""


def _plain(name: str) -> str:
    if not name or name.startswith(".") or set(name) & set("/\\\0"):
        raise ValueError(f"{name!r} is no plain file name")
    return name


def _has_once(text: str, part: str, field: str) -> None:
    if text.count(part) != 1:
        raise ValueError(f"{field}: needs {part} once")


FileName = Annotated[str, AfterValidator(_plain)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceFile(_Strict):
    """A file the publisher keeps at a fixed address.

    An optional one may be missing in a mirror, and a feed among several may fail; of a whole list
    (`content: full`) the publisher must give every file.
    """

    name: FileName
    url: str
    optional: bool = False


class Index(_Strict):
    """A publisher's lists of dated files to fetch, whose lines are `size md5 url`: `urls` of those that
    name the newest files, `history` of those that name all there ever were.

    `pattern` is a shell pattern over file names; what does not match is passed over. Of a source by days
    there is a file of each kind `every` so often, and a visit looks back as far as `late` for files that
    came late or were published again.
    """

    urls: tuple[str, ...] = Field(min_length=1)
    history: tuple[str, ...] = ()
    pattern: str
    every: timedelta | None = None
    late: timedelta = Field(default=timedelta(0), ge=timedelta(0))

    @model_validator(mode="after")
    def _divides_a_day(self) -> Index:
        if self.every is not None and (self.every < timedelta(seconds=1) or _DAY % self.every):
            raise ValueError("every: a day is no whole number of these")
        return self


class End(_Strict):
    """How a publisher says that a page is past the last one: by a `status`, or by a page whose list is
    `empty`, which names the list's key in the JSON (`""` for a list that is the whole answer)."""

    status: int | None = Field(default=None, ge=400, le=499)
    empty: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> End:
        if (self.status is None) == (self.empty is None):
            raise ValueError("needs either status or empty")
        if self.status in _PASSING:
            raise ValueError(f"status {self.status} means `try again`, not the end")
        return self


class Links(_Strict):
    """Further pages that a page names: every match of the regular expression `pattern` is an address;
    `name`, with `{0}` for its first group, is the file's name."""

    pattern: str
    name: FileName

    @model_validator(mode="after")
    def _can_be_read(self) -> Links:
        try:
            groups = re.compile(self.pattern).groups
        except re.error as error:
            raise ValueError(f"pattern: {error}") from error
        if groups != 1:
            raise ValueError(f"pattern: has {groups} groups, needs one")
        _has_once(self.name, "{0}", "name")
        return self

    def file(self, slug: str) -> str | None:
        """The name of the file for a link's first group; None if that would be no safe file name."""
        return self.name.replace("{0}", slug) if _SLUG.fullmatch(slug) else None

    def is_file(self, name: str) -> bool:
        """Whether a file's name is one that a link can have."""
        before, _, after = self.name.partition("{0}")
        slug = name.removeprefix(before).removesuffix(after)
        return self.file(slug) == name


class Pages(_Strict):
    """A list that the publisher gives out page by page: `{page}` in `name` and `url` is the number.

    `total` names the header that says how many pages there are, where a publisher sends one. With
    `links` the pages only name others, which are then the snapshot's files.
    """

    name: FileName
    url: str
    first: int = Field(default=1, ge=0)
    end: End
    total: str | None = None
    links: Links | None = None

    @model_validator(mode="after")
    def _is_numbered(self) -> Pages:
        _has_once(self.name, "{page}", "name")
        _has_once(self.url, "{page}", "url")
        return self

    def file(self, page: int) -> str:
        return self.name.replace("{page}", str(page))

    def address(self, page: int) -> str:
        return self.url.replace("{page}", str(page))

    def number(self, name: str) -> int | None:
        """The number of the page that a file's name stands for; None if it is no page's name."""
        match = self._numbered.fullmatch(name)
        return int(match[1]) if match and int(match[1]) >= self.first else None

    def is_content(self, name: str) -> bool:
        """Whether a file of this name is part of a snapshot: a page, or what the pages link to."""
        numbered = self.number(name) is not None
        return self.links.is_file(name) and not numbered if self.links else numbered

    @cached_property
    def _numbered(self) -> re.Pattern[str]:
        before, _, after = self.name.partition("{page}")
        return re.compile(rf"{re.escape(before)}(0|[1-9][0-9]{{0,8}}){re.escape(after)}")


class Size(_Strict):
    """The rows of the main table in a healthy snapshot. Outside `minimum`: hold; above `maximum`: warn.

    `max_drop` is the share of the last good snapshot's rows that may be missing before the
    source is held.
    """

    minimum: int = 0
    maximum: int | None = None
    max_drop: float = 1.0


class FillBounds(_Strict):
    """The share of a column's values that may be lost from one good snapshot to the next before the gate
    warns, and before it holds the source; empty for never. With `hold: 1` only a column that lost all of ten
    values or more holds."""

    warn: float | None = Field(default=0.05, gt=0, le=1)
    hold: float | None = Field(default=0.25, gt=0, le=1)


class Fill(FillBounds):
    """How full the columns of a healthy snapshot are, measured by the last good one.

    `columns` gives a column (`sanctions.reason`), or the number of a table's rows (`names.rows`), bounds of
    its own. `accepted` lists the days (UTC) of snapshots whose losses are the publisher's own change: on
    them nothing of this holds the source.
    """

    columns: dict[str, FillBounds] = Field(default_factory=dict)
    accepted: tuple[date, ...] = ()

    def of(self, table: str, column: str) -> FillBounds:
        return self.columns.get(f"{table}.{column}", self)


class Withdrawal(_Strict):
    """The day (UTC) on which a publisher withdrew a list, and the source that took its place.

    From that day on none of its records is current; nobody is delisted by it.
    """

    day: date
    followed_by: str | None = None


class Source(_Strict):
    """One source, as its YAML file says.

    `content`: `full` if each snapshot is the whole list, so that what is missing is gone;
    `stream` if each brings new rows; `days` if the names of its files begin with their time
    (`20250911143000`, UTC), and a snapshot is all of one day. `rekeyed` lists the days (UTC) of
    snapshots with which the publisher is known to have changed its keys, which else holds the source.
    `pause`: the seconds that the publisher asks for between two requests. `max_bytes`, `deadline`: how
    large a file may be, and how long one answer may take, its redirects included. `withheld` names the
    publisher's fields that are never read into a table, a log or the quarantine, with the reason for
    each.
    """

    source_id: str
    family: Literal["prisoners", "sanctions", "news"]
    title: str
    publisher: str
    jurisdiction: str | None = None
    licence: str
    licence_url: str | None = None
    attribution: str
    url: str
    cadence: timedelta
    cron: str
    format: str
    content: Content
    files: tuple[SourceFile, ...] = ()
    index: Index | None = None
    pages: tuple[Pages, ...] = ()
    pause: float = Field(default=0.0, ge=0, le=3600, allow_inf_nan=False)
    max_bytes: int = 200_000_000
    deadline: timedelta = Field(default=timedelta(minutes=30), gt=timedelta(0))
    sizes: Size = Size()
    fill: Fill = Fill()
    rekeyed: tuple[date, ...] = ()
    withdrawn: Withdrawal | None = None
    options: dict[str, Any] = Field(default_factory=dict)
    withheld: dict[str, str] = Field(default_factory=dict)
    doc: str = ""

    @model_validator(mode="after")
    def _has_an_address(self) -> Source:
        if not (self.files or self.index or self.pages):
            raise ValueError("needs files, an index or pages")
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> Source:
        files = [file.name for file in self.files]
        names = [*files, *(pages.name for pages in self.pages)]
        numbered = any(pages.number(name) is not None for pages in self.pages for name in files)
        if numbered or len(names) > len(set(names)):
            raise ValueError("two files have one name")
        return self

    @model_validator(mode="after")
    def _has_days(self) -> Source:
        index = self.index
        if self.content != "days":
            if index and (index.history or index.every or index.late):
                raise ValueError("index: history, every and late are for `content: days`")
            return self
        if not index or not index.history or not index.every or self.files or self.pages:
            raise ValueError("content: days needs an index with history and every, and nothing else")
        if self.cron != MIDNIGHT:
            raise ValueError(f"cron: content: days needs {MIDNIGHT!r}: a run is a day, in UTC")
        return self

    @property
    def parser(self) -> str:
        """The module below `transforms` that reads the source's files: `sanctions.un_sc`."""
        return f"{self.family}.{self.format}"

    @property
    def main_table(self) -> str:
        return "articles" if self.family == "news" else self.family

    def parser_options(self, charsets: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
        """What the source's parser is given beside the files: `options`, and for feeds, by file name, their
        `addresses`, by which it resolves relative links, and the `charsets` of HTTP's Content-Type."""
        if self.format not in FEEDS:
            return self.options
        addresses = {file.name: file.url for file in self.files}
        return {**self.options, "addresses": addresses, "charsets": dict(charsets)}

    def file_kind(self, name: str) -> str:
        """Which files a file belongs with: the pages of one list, or what follows the time in the
        names of a source by days. Another file is a kind of its own."""
        if self.content == "days":
            return name.lstrip("0123456789.")
        return next((pages.name for pages in self.pages if pages.is_content(name)), name)

    def entry(self) -> dict[str, Any]:
        """What the `sources` table says of it whatever was fetched."""
        names = {"source_id", "family", "title", "publisher", "jurisdiction", "licence"}
        names |= {"licence_url", "attribution", "url", "cadence"}
        ended = self.withdrawn
        withheld = [f"{field}: {reason}" for field, reason in self.withheld.items()]
        return {
            **self.model_dump(mode="json", include=names),
            "withheld": withheld,
            "ended_on": ended.day if ended else None,
            "followed_by": ended.followed_by if ended else None,
        }


def samples(source_id: str) -> Path:
    """The folder of a source's bundled snapshots: `<date>/<file>`."""
    return FOLDER / source_id / "samples"


def load(path: Path) -> Source:
    """One registry entry; RegistryError names the file and the field at fault."""
    try:
        return Source(source_id=path.parent.name, **yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "entry"
        raise RegistryError(f"{path.parent.name}/{path.name}: {where}: {first['msg']}") from error


def registry(folder: Path = FOLDER) -> dict[str, Source]:
    """Every source by id, in alphabetical order."""
    return {path.parent.name: load(path) for path in sorted(folder.glob("*/source.yml"))}


def select(wanted: list[str]) -> list[Source]:
    """The named sources, or all if none is named. RegistryError for an id that is not there."""
    known = registry()
    if unknown := sorted(set(wanted) - set(known)):
        raise RegistryError(f"unknown source {', '.join(unknown)}; known are {', '.join(known)}")
    return [source for source_id, source in known.items() if not wanted or source_id in wanted]
