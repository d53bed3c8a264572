"""The operator's list of records that are left out of releases: `suppressions.yml` in the home.

    salt: 6f1c…                                              # made by `vigil suppress`; never to be changed
    suppressed:
      - {record_id: "by_viasna:17", on: 2026-11-20, reason: request}
      - {source_id: by_viasna, key: "17", on: 2026-11-20, reason: request}      # the same in two parts

It is private: readable by its owner alone, never part of a release. Releases hold a tombstone for each
entry; without the salt, its id does not identify the record. No message about the file repeats its content:
an entry is named by its number.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from upath import UPath

from contracts import contract
from storage.files import is_local, is_there, read_file, storage_errors
from storage.home import Home
from transforms.fields.record_ids import plain

log = logging.getLogger(__name__)

FILE = "suppressions.yml"
SALT_LENGTH = 32
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LAST_ZONE = timedelta(hours=14)  # where a day begins first

_FIELDS = {"": "salt and suppressed", "entry": "record_id, source_id, key, on and reason"}


class SuppressionError(Exception):
    """The list of suppressed records is not what it should be. One line, without a record's id."""


@dataclass(frozen=True)
class Entry:
    """One suppressed record: the `number`-th of the file."""

    number: int
    record_id: str
    on: date
    reason: str

    @property
    def source_id(self) -> str:
        return self.record_id.partition(":")[0]

    @property
    def key(self) -> str:
        """The publisher's own key."""
        return self.record_id.partition(":")[2]


@dataclass(frozen=True)
class Suppressions:
    """The content of the file; empty if there is none."""

    salt: str = ""
    entries: tuple[Entry, ...] = ()

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(entry.record_id for entry in self.entries)

    def tombstones(self, sources: Container[str]) -> list[dict[str, Any]]:
        """Rows of `tombstones` for the records of some sources, in order, with the day as text."""
        rows = [
            {
                "tombstone_id": self.tombstone_id(entry.record_id),
                "source_id": entry.source_id,
                "suppressed_on": entry.on.isoformat(),
                "reason": entry.reason,
            }
            for entry in self.entries
            if entry.source_id in sources
        ]
        return sorted(rows, key=lambda row: row["tombstone_id"])

    @cached_property
    def tombstone_ids(self) -> frozenset[str]:
        return frozenset(self.tombstone_id(entry.record_id) for entry in self.entries)

    @property
    def salt_hash(self) -> str:
        """A hash that differs from that of another salt; empty if there is none."""
        return hmac.new(self.salt.encode(), b"salt", hashlib.sha256).hexdigest()[:16] if self.salt else ""

    def tombstone_id(self, record_id: str) -> str:
        """The id of a record's tombstone, which releases have. Without the salt nobody can compute it."""
        digest = hmac.new(self.salt.encode(), record_id.encode(), hashlib.sha256)
        return f"t-{digest.hexdigest()[:16]}"


def list_path(home: Home) -> UPath:
    return home.root / FILE


def reasons() -> tuple[str, ...]:
    """The reasons for which a record may be suppressed, from the contract of `tombstones`."""
    [column] = [column for column in contract("tombstones").columns if column.name == "reason"]
    return column.enum or ()


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Entry(_Strict):
    record_id: str = ""
    source_id: str = ""
    key: str = ""
    on: date
    reason: str

    @field_validator("record_id", "source_id", "key")
    @classmethod
    def _as_in_a_table(cls, text: str) -> str:
        if text != text.strip() or not text.isprintable():
            raise ValueError("has a space at an end, or a character that cannot be seen")
        return text

    @field_validator("on", mode="before")
    @classmethod
    def _whole_day(cls, text: object) -> object:
        if not isinstance(text, str) or not _DAY.fullmatch(text):
            raise ValueError("is not a date such as 2026-11-20")
        return text

    @field_validator("on")
    @classmethod
    def _not_to_come(cls, day: date) -> date:
        if day > (datetime.now(UTC) + _LAST_ZONE).date():
            raise ValueError("is in the future")
        return day

    @field_validator("reason")
    @classmethod
    def _known(cls, text: str) -> str:
        if text not in reasons():
            raise ValueError(f"is none of {', '.join(reasons())}")
        return text

    @model_validator(mode="after")
    def _one_record(self) -> _Entry:
        if bool(self.record_id) == bool(self.source_id or self.key):
            raise ValueError("needs either record_id, or source_id and key")
        source_id, _, key = self.whole.partition(":")
        if not (source_id and key):
            raise ValueError("needs a source and the key of a record in it, as in source:key")
        return self

    @property
    def whole(self) -> str:
        """The record's id. If its key was given to others later, all its holders are meant."""
        return plain(self.record_id or f"{self.source_id}:{self.key}")


class ListFile(_Strict):
    """The file as written."""

    salt: str
    suppressed: tuple[_Entry, ...] = ()

    @field_validator("salt")
    @classmethod
    def _long(cls, text: str) -> str:
        if len(text) < SALT_LENGTH:
            raise ValueError(f"is shorter than {SALT_LENGTH} characters")
        return text

    @field_validator("suppressed", mode="before")
    @classmethod
    def _may_be_empty(cls, found: object) -> object:
        return () if found == "" else found


class _Loader(yaml.BaseLoader):
    """YAML in which every value is text: `on` is not a boolean and 017 not a number. A repeated field is an
    error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(keys)) < len(node.value):
            raise yaml.MarkedYAMLError(problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def parse_suppressions(text: str, where: str, known: Container[str]) -> Suppressions:
    """Parse the list in `text`, whose records are of `known` sources. SuppressionError names `where`, and
    the entry at fault by its number."""
    file, fault = parse_list_file(text)
    if file is None:
        raise SuppressionError(f"{where}: {fault}")
    first: dict[str, int] = {}
    for number, entry in enumerate(file.suppressed, 1):
        if entry.whole.partition(":")[0] not in known:
            raise SuppressionError(f"{where}: entry {number}: its source is not in the registry")
        if (earlier := first.setdefault(entry.whole, number)) != number:
            raise SuppressionError(f"{where}: entry {number}: the same record as entry {earlier}")
    return Suppressions(
        file.salt,
        tuple(Entry(n, entry.whole, entry.on, entry.reason) for n, entry in enumerate(file.suppressed, 1)),
    )


def parse_list_file(text: str) -> tuple[ListFile | None, str]:
    """The parsed file, or what is wrong with it. The libraries' own errors quote the text, so none leaves
    this function."""
    try:
        return ListFile.model_validate(yaml.load(text, _Loader) or {}), ""  # noqa: S506  a loader of texts alone
    except RecursionError:
        return None, "nested too deeply"
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return None, f"not YAML, or a field twice{f', near line {mark.line + 1}' if mark else ''}"
    except ValidationError as error:
        return None, _describe(error)


def _describe(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    kind, message = found["type"], found["msg"].removeprefix("Value error, ")
    place = list(found["loc"])
    entry = f"entry {int(place[1]) + 1}: " if len(place) > 1 else ""
    if kind == "extra_forbidden":
        return f"{entry}has a field other than {_FIELDS['entry' if entry else '']}"
    field = place[-1] if place and isinstance(place[-1], str) else ""
    if kind in ("model_type", "tuple_type"):
        return f"{entry}{f'{field}: ' if field else ''}not written as vigil suppress writes it"
    if kind == "missing":
        return f"{entry}no {field}"
    return f"{entry}{f'{field}: ' if field else ''}{message}"


def read_list_text(file: UPath) -> str | None:
    """The text of the file, None if it is not there. Raises SuppressionError, StorageError."""
    with storage_errors("read", file):
        if not is_there(file):
            return None
        data = read_file(file)
        if is_local(file) and file.stat().st_mode & 0o077:
            log.warning("%s can be read by others than its owner: chmod 600", file)
    text = data.decode("utf-8-sig", "replace")
    if "\ufffd" in text:
        raise SuppressionError(f"{file}: not UTF-8")
    return text
