"""The registry: one folder per source beside this module, with its `source.yml` and its samples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from yaml import MappingNode

from sources.bounds import Fill, Size
from sources.entry_faults import EntryFault, did_you_mean, explain, line_of, read_yaml
from sources.locations import Index, Pages, SourceFile, Strict

FOLDER = Path(__file__).parent
PARSERS = FOLDER.parent / "transforms"
NAMES_FILE = ".names.tsv"
"""How a day's file ends that holds the names by which the day's rows are filtered."""

Content = Literal["full", "stream", "days"]
Family = Literal["prisoners", "sanctions", "news"]
MIDNIGHT = "0 0 * * *"
CRON_FIELDS = 5
_PARSE = re.compile(r"^(def parse\(|parse\b.*=)", re.MULTILINE)
_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class RegistryError(Exception):
    """A source that is not in the registry, or an entry that cannot be read. One line."""


class Withdrawal(Strict):
    """The day (UTC) on which a publisher withdrew a list, and the source that took its place.

    From that day on none of its records is current; nobody is delisted by it.
    """

    day: date
    followed_by: str | None = None


class References(Strict):
    """How this list and others cite each other's records, by which linking knows that two are the same.

    `own`: the name of this list's keys, if other lists cite them (`UN`); two lists may share one name.
    `form`: a regular expression of these keys, in upper or lower case. With it a reference of this form in
    any list is one to this list, and what its groups match is what is compared. `cites`: the names of other
    lists' keys, by the `type_raw` of the identifiers in which this list cites them.
    """

    own: str | None = None
    form: str | None = None
    cites: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_read(self) -> References:
        if self.form is None:
            return self
        if self.own is None:
            raise ValueError("form: needs own, the name of the keys that have this form")
        try:
            groups = re.compile(self.form).groups
        except re.error as error:
            raise ValueError(f"form: {error}") from error
        if not groups:
            raise ValueError("form: has no group, needs one around what is compared")
        return self


class Source(Strict):
    """One source, as its YAML file states it; `vigil new-source` explains each field.

    `content`: `full` if each snapshot is the whole list, so that what is missing was removed;
    `stream` if each brings new rows; `days` if the names of its files begin with their time
    (`20250911143000`, UTC), and a snapshot is all of one day. `rekeyed` lists the days (UTC) of
    snapshots with which the publisher is known to have changed its keys, which otherwise holds the source.
    `pause`: the seconds that the publisher asks for between two requests. `max_bytes`, `deadline`: how
    large a file may be, and how long one answer may take, its redirects included. `feeds`: the parser also
    gets each file's address and the character set that the publisher's answer stated. `programs`: the source
    whose `programs.tsv` applies, if not this one's own. `withheld` names the publisher's fields that are
    never read into a table, a log or the quarantine, with the reason for each. `doc`: what a reader of the
    data has to know; `samples`: what in the bundled samples is not real.
    """

    source_id: str
    family: Family
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
    references: References = References()
    programs: str | None = None
    feeds: bool = False
    options: dict[str, Any] = Field(default_factory=dict)
    withheld: dict[str, str] = Field(default_factory=dict)
    doc: str = ""
    samples: str = ""

    @field_validator("cron")
    @classmethod
    def _is_a_schedule(cls, cron: str) -> str:
        if len(cron.split()) != CRON_FIELDS:
            raise ValueError(f"{cron!r} is not five fields: minute, hour, day of the month, month, weekday")
        return cron

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
            raise ValueError(f"cron: content: days needs {MIDNIGHT!r}: a run is one day, in UTC")
        return self

    @property
    def parser(self) -> str:
        """The module below `transforms` that reads the source's files: `sanctions.un_sc`."""
        return f"{self.family}.{self.format}"

    @property
    def main_table(self) -> str:
        return "articles" if self.family == "news" else self.family

    def parser_options(self, charsets: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
        """What the source's parser gets beside the files: `options`, and with `feeds`, by file name, the
        `addresses`, by which it resolves relative links, and the `charsets` of HTTP's Content-Type."""
        if not self.feeds:
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
        """The columns of the `sources` table that do not depend on what was fetched."""
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
    """One registry entry. RegistryError names the file and, with their lines, all faults of its fields."""
    where = f"{path.parent.name}/{path.name}"
    source_id = path.parent.name
    if not _ID.fullmatch(source_id):
        raise RegistryError(f"{where}: {source_id!r} is no source id: small letters and digits, joined by _")
    try:
        fields, node = read_yaml(path.read_text("utf-8"))
        source = Source.model_validate({**fields, "source_id": source_id})
        _check_format(source, node)
    except EntryFault as error:
        raise RegistryError(f"{where}, {error}") from error
    except ValidationError as error:
        raise RegistryError(f"{where}, {explain(error, Source, node)}") from error
    return source


def _check_format(source: Source, node: MappingNode) -> None:
    """Raises EntryFault for a format without a parser."""
    known = formats(source.family)
    if source.format not in known:
        module = f"transforms/{source.family}/{source.format}.py"
        hint = did_you_mean(source.format, known) or f", there are {', '.join(known)}"
        raise EntryFault(f"line {line_of(node, ('format',))}: format: no parser {module}{hint}")


@cache
def formats(family: Family) -> tuple[str, ...]:
    """The formats that a family of sources has parsers for: the modules that have a `parse`."""
    found = []
    for path in sorted((PARSERS / family).glob("*")):
        module = path / "__init__.py" if path.is_dir() else path
        if module.suffix == ".py" and module.exists() and _PARSE.search(module.read_text("utf-8")):
            found.append(path.stem)
    return tuple(found)


def registry(folder: Path = FOLDER) -> dict[str, Source]:
    """Every source by id, in alphabetical order. RegistryError as `load`, and for an entry that names a
    source which is not there."""
    known = {path.parent.name: load(path) for path in sorted(folder.glob("*/source.yml"))}
    names = {source.references.own for source in known.values()}
    for source_id, source in known.items():
        ended = source.withdrawn
        followed_by = ended.followed_by if ended else None
        named = {"programs": source.programs, "withdrawn.followed_by": followed_by}
        for field, other in named.items():
            if other is not None and other not in known:
                hint = did_you_mean(other, [*known])
                raise RegistryError(f"{source_id}/source.yml: {field}: no source {other!r}{hint}")
        for name in source.references.cites.values():
            if name not in names:
                where = f"{source_id}/source.yml: references.cites"
                raise RegistryError(f"{where}: no list calls its keys {name!r}")
    return known


def select(wanted: Iterable[str]) -> list[Source]:
    """The named sources, or all if none is named. RegistryError for an id that is not there."""
    known, chosen = registry(), set(wanted)
    if unknown := sorted(chosen - set(known)):
        hint = did_you_mean(unknown[0], [*known]) if len(unknown) == 1 else ""
        raise RegistryError(f"unknown source {', '.join(unknown)}{hint}; known are {', '.join(known)}")
    return [source for source_id, source in known.items() if not chosen or source_id in chosen]
