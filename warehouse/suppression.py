"""The operator's list of records that are taken out of the releases: `suppressions.yml` in the home.

    salt: 6f1c…                                              # made by `vigil suppress`; never to be changed
    suppressed:
      - {record_id: "by_viasna:17", on: 2026-11-20, reason: request}
      - {source_id: by_viasna, key: "17", on: 2026-11-20, reason: request}      # the same in two parts

It is private: readable by its owner alone, never part of a release. Releases hold a tombstone for each
entry, whose number tells nothing of the record to who has not the salt. No message about the file
repeats what stands in it: an entry is named by its number.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import secrets
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from upath import UPath

from contracts import contract
from transforms.record_ids import plain
from warehouse.storage import Home, is_local, told, write_atomic

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
    """What the file says; nothing if there is none."""

    salt: str = ""
    entries: tuple[Entry, ...] = ()

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(entry.record_id for entry in self.entries)

    def tombstones(self, sources: Container[str]) -> list[dict[str, Any]]:
        """Rows of `tombstones` for the records of some sources, in order, with the day as text."""
        rows = [
            {
                "tombstone_id": self._tombstone_id(entry.record_id),
                "source_id": entry.source_id,
                "suppressed_on": entry.on.isoformat(),
                "reason": entry.reason,
            }
            for entry in self.entries
            if entry.source_id in sources
        ]
        return sorted(rows, key=lambda row: row["tombstone_id"])

    def _tombstone_id(self, record_id: str) -> str:
        digest = hmac.new(self.salt.encode(), record_id.encode(), hashlib.sha256)
        return f"t-{digest.hexdigest()[:16]}"


def path(home: Home) -> UPath:
    return home.root / FILE


def reasons() -> tuple[str, ...]:
    """Why a record may be taken out, as the contract of `tombstones` has it."""
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
    def _as_it_stands_in_a_table(cls, text: str) -> str:
        if text != text.strip() or not text.isprintable():
            raise ValueError("has a space at an end, or a character that cannot be seen")
        return text

    @field_validator("on", mode="before")
    @classmethod
    def _whole_day(cls, text: object) -> object:
        if not isinstance(text, str) or not _DAY.fullmatch(text):
            raise ValueError("is no date such as 2026-11-20")
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
        """The record's id; of a key that went to others, all its holders are meant."""
        return plain(self.record_id or f"{self.source_id}:{self.key}")


class _File(_Strict):
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
    """YAML in which every value is text: `on` is no truth and 017 no number. No field stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(keys)) < len(node.value):
            raise yaml.MarkedYAMLError(problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def parse(text: str, where: str, known: Container[str]) -> Suppressions:
    """The list in `text`, whose records are of `known` sources. SuppressionError names `where`, and the
    entry at fault by its number."""
    file, fault = _file(text)
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


def _file(text: str) -> tuple[_File | None, str]:
    """The file, or what is wrong with it. The libraries' own errors quote the text: none gets out of here."""
    try:
        return _File.model_validate(yaml.load(text, _Loader) or {}), ""  # noqa: S506  a loader of texts alone
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return None, f"not YAML, or a field twice{f', near line {mark.line + 1}' if mark else ''}"
    except ValidationError as error:
        return None, _told(error)


def _told(error: ValidationError) -> str:
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


def read(home: Home, known: Container[str]) -> Suppressions:
    """The home's list, empty if there is none. Raises SuppressionError, StorageError."""
    if (text := _text(path(home))) is None:
        return Suppressions()
    return parse(text, str(path(home)), known)


def _text(file: UPath) -> str | None:
    with told("read", file):
        if not file.exists():
            return None
        data = file.read_bytes()
        if is_local(file) and file.stat().st_mode & 0o077:
            log.warning("%s can be read by others than its owner: chmod 600", file)
    text = data.decode("utf-8-sig", "replace")
    if "\ufffd" in text:
        raise SuppressionError(f"{file}: not UTF-8")
    return text


def add(home: Home, known: Container[str], record_id: str, reason: str, on: date) -> Entry:
    """Adds a record to the home's list, which is made if it is not there. What stands in it, comments
    too, stays. Raises SuppressionError, also if the record stands there already; StorageError."""
    file = path(home)
    salt = f"salt: {secrets.token_hex(SALT_LENGTH)}\nsuppressed:\n"
    said = {"record_id": record_id, "on": on.isoformat(), "reason": reason}
    line = f"  - {{{', '.join(f'{name}: {_scalar(value)}' for name, value in said.items())}}}\n"
    [entry] = parse(salt + line, "the new entry", known).entries
    text = _text(file)
    before = Suppressions() if text is None else parse(text, str(file), known)
    for there in before.entries:
        if there.record_id == record_id:
            raise SuppressionError(f"{file}: entry {there.number} is of this record already")
    text = (salt if text is None else f"{text.rstrip()}\n") + line
    entry = replace(entry, number=len(before.entries) + 1)
    after, _ = _file(text)
    if after is None or [each.whole for each in after.suppressed] != [
        *(each.record_id for each in before.entries),
        record_id,
    ]:
        raise SuppressionError(f"{file} is written in a way that cannot be added to: add the entry by hand")
    write_atomic(file, text.encode(), private=True)
    return entry


def _scalar(value: str) -> str:
    """A text as YAML writes it within braces."""
    return json.dumps(value, ensure_ascii=False)
