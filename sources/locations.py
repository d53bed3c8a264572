"""Where a publisher keeps a list: files at fixed addresses, lists of dated files, pages."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_DAY = timedelta(days=1)
_PASSING = frozenset({408, 425, 429})
_SLUG = re.compile(r"[\w%~+-][\w.%~+-]{0,149}")


def _plain(name: str) -> str:
    if not name or name.startswith(".") or set(name) & set("/\\\0"):
        raise ValueError(f"{name!r} is no plain file name")
    return name


def _has_once(text: str, part: str, field: str) -> None:
    if text.count(part) != 1:
        raise ValueError(f"{field}: needs {part} once")


FileName = Annotated[str, AfterValidator(_plain)]


class Strict(BaseModel):
    """A part of a registry entry: no field may be there that it does not have."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceFile(Strict):
    """A file that the publisher keeps at a fixed address.

    An optional one may be missing in a mirror, and a feed among several may fail; of a whole list
    (`content: full`) the publisher must give every file.
    """

    name: FileName
    url: str
    optional: bool = False


class Index(Strict):
    """A publisher's lists of dated files to fetch, whose lines are `size md5 url`: `urls` of those that
    name the newest files, `history` of those that name all there ever were.

    `pattern` is a shell pattern over file names; what does not match is passed over. A source by days
    has a file of each kind `every` so often, and a fetch looks back as far as `late` for files that
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
            raise ValueError("every: must divide 24 hours evenly")
        return self


class End(Strict):
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


class Links(Strict):
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


class Pages(Strict):
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
        """The number of the page whose file has this name; None if it is no page's name."""
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
