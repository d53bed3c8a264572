"""The registry: one YAML file a source, beside this module."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FOLDER = Path(__file__).parent
SAMPLES = FOLDER / "samples"


class RegistryError(Exception):
    """A source that is not in the registry, or an entry that cannot be read. One line."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceFile(_Strict):
    """A file the publisher keeps at a fixed address.

    An optional one may be missing in a mirror, and a feed among several may fail; of a whole list
    (`content: full`) the publisher must give every file.
    """

    name: str
    url: str
    optional: bool = False


class Index(_Strict):
    """A publisher's list of dated files to fetch: `urls` of lists whose lines are `size md5 url`.

    `pattern` is a shell pattern over file names; what does not match is passed over.
    """

    urls: tuple[str, ...]
    pattern: str


class Size(_Strict):
    """The rows of the main table in a healthy snapshot. Outside `minimum`: hold; above `maximum`: warn.

    `max_drop` is the share of the last good snapshot's rows that may be missing before the
    source is held.
    """

    minimum: int = 0
    maximum: int | None = None
    max_drop: float = 1.0


class Source(_Strict):
    """One source, as its YAML file says.

    `content`: `full` if each snapshot is the whole list, so that what is missing is gone;
    `stream` if each brings new rows. `rekeyed` lists the days (UTC) of snapshots with which the
    publisher is known to have changed its keys, which else holds the source. `withheld` names the
    publisher's fields that are never read into a table, a log or the quarantine, with the reason
    for each.
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
    content: Literal["full", "stream"]
    files: tuple[SourceFile, ...] = ()
    index: Index | None = None
    max_bytes: int = 200_000_000
    sizes: Size = Size()
    rekeyed: tuple[date, ...] = ()
    options: dict[str, Any] = Field(default_factory=dict)
    withheld: dict[str, str] = Field(default_factory=dict)
    doc: str = ""

    @model_validator(mode="after")
    def _has_an_address(self) -> Source:
        if bool(self.files) == bool(self.index):
            raise ValueError("needs either files or index")
        return self

    @property
    def main_table(self) -> str:
        return "articles" if self.family == "news" else self.family

    def entry(self) -> dict[str, Any]:
        """What the `sources` table says of it whatever was fetched."""
        names = {"source_id", "family", "title", "publisher", "jurisdiction", "licence"}
        names |= {"licence_url", "attribution", "url", "cadence"}
        return self.model_dump(mode="json", include=names)


def load(path: Path) -> Source:
    """One registry entry; RegistryError names the file and the field at fault."""
    try:
        return Source(source_id=path.stem, **yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "entry"
        raise RegistryError(f"{path.name}: {where}: {first['msg']}") from error


def registry(folder: Path = FOLDER) -> dict[str, Source]:
    """Every source by id, in alphabetical order."""
    return {path.stem: load(path) for path in sorted(folder.glob("*.yml"))}


def select(wanted: list[str]) -> list[Source]:
    """The named sources, or all if none is named. RegistryError for an id that is not there."""
    known = registry()
    if unknown := sorted(set(wanted) - set(known)):
        raise RegistryError(f"unknown source {', '.join(unknown)}; known are {', '.join(known)}")
    return [source for source_id, source in known.items() if not wanted or source_id in wanted]
