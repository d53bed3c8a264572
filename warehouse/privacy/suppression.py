"""The operator's list of records that are taken out of the releases: `suppressions.yml` in the home.

    salt: 6f1c…                                              # made by `vigil suppress`; never to be changed
    suppressed:
      - {record_id: "by_viasna:17", on: 2026-11-20, reason: request}
      - {source_id: by_viasna, key: "17", on: 2026-11-20, reason: request}      # the same in two parts

It is private: readable by its owner alone, never part of a release. Releases hold a tombstone for each
entry, whose number tells nothing of the record to who has not the salt. No message about the file
repeats what stands in it: an entry is named by its number.

What was suppressed once is known beside the list, so that a list that is lost, emptied, cut or replaced by an
older copy is an error and publishes nobody. `lift` and `accept` are how an entry is taken back on purpose.

    raw/suppressed.json     the tombstones ever known, those that were lifted, and a hash of the salt
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import secrets
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from upath import UPath

from contracts import contract
from storage.files import (
    StorageError,
    clear,
    is_local,
    is_plain_file,
    is_there,
    names,
    read_file,
    read_json,
    storage_errors,
    write_atomic,
    write_json,
)
from storage.home import Home
from storage.lease import Lease, lease
from transforms.fields.record_ids import plain

log = logging.getLogger(__name__)

FILE = "suppressions.yml"
MANIFEST = "manifest.json"
SALT_LENGTH = 32
_PATIENCE = 60.0  # seconds to wait for another command that changes the list
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

    @cached_property
    def tombstone_ids(self) -> frozenset[str]:
        return frozenset(self._tombstone_id(entry.record_id) for entry in self.entries)

    @property
    def salt_hash(self) -> str:
        """What tells this salt from another; empty if there is none."""
        return hmac.new(self.salt.encode(), b"salt", hashlib.sha256).hexdigest()[:16] if self.salt else ""

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
    except RecursionError:
        return None, "nested too deeply"
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
    """The home's list, empty if there is none. Raises SuppressionError, also if entries are missing that were
    there before; StorageError."""
    found = _written(home, known)
    _check_complete(home, found, _known(home))
    return found


def remember(home: Home, known: Container[str]) -> Suppressions:
    """The same, and notes what is in the list, so that it is missed if it is lost."""
    with unchanging(home):
        found = read(home, known)
        before = _known(home)
        after = before.with_list(found)
        if after != before or (found.entries and not _record(home).exists()):
            _note(home, after)
    return found


@contextmanager
def unchanging(home: Home) -> Iterator[Lease]:
    """While the block lasts, no command changes the list. Raises LeaseHeld if one takes too long."""
    with lease(home, "suppressions", f"changing {FILE}", patience=_PATIENCE) as held:
        yield held


def _written(home: Home, known: Container[str]) -> Suppressions:
    text = _text(path(home))
    return Suppressions() if text is None else parse(text, str(path(home)), known)


class _Known(_Strict):
    """What was suppressed, by tombstone: all that were `known`, less those that were `lifted` on purpose."""

    salt: str = ""
    known: frozenset[str] = frozenset()
    lifted: frozenset[str] = frozenset()

    def with_list(self, found: Suppressions) -> _Known:
        return _Known(
            salt=found.salt_hash or self.salt,
            known=self.known | found.tombstone_ids,
            lifted=self.lifted - found.tombstone_ids,
        )


def _record(home: Home) -> UPath:
    return home.raw / "suppressed.json"


def _known(home: Home) -> _Known:
    """What the home's archive and its releases know to have been suppressed. Raises SuppressionError."""
    file = _record(home)
    whole = [name for name in names(home.releases) if (home.releases / name / MANIFEST).is_file()]
    found = _Known()
    if is_there(file):
        try:
            found = _Known.model_validate(read_json(file))
        except (StorageError, ValidationError) as error:
            if isinstance(error.__cause__, PermissionError):
                raise  # it may be whole
            raise SuppressionError(
                f"{file} is damaged: if {path(home)} is whole, run vigil suppress --accept-list"
            ) from None
        whole = whole[-1:]  # of those before it, the file knows
    stones = {stone for name in whole for stone in _tombstones(home.releases / name / MANIFEST)}
    return _Known(salt=found.salt, known=found.known | stones, lifted=found.lifted)


def _tombstones(manifest: UPath) -> Iterator[str]:
    """The tombstones of a release; none of one whose manifest is damaged, as `vigil verify` shows."""
    try:
        for stone in read_json(manifest)["suppressed"]["tombstones"]:
            yield str(stone["tombstone_id"])
    except (StorageError, TypeError, KeyError, AttributeError):
        return


def _note(home: Home, known: _Known) -> None:
    value = {"salt": known.salt, "known": sorted(known.known), "lifted": sorted(known.lifted)}
    home.shut()
    if not is_plain_file(_record(home)):
        clear(_record(home))
    write_json(_record(home), value, private=True)


def _check_complete(home: Home, found: Suppressions, known: _Known) -> None:
    missing = known.known - known.lifted - found.tombstone_ids
    file = path(home)
    if not missing:
        return
    what = (
        f"{file} is missing, and {len(missing)} records were suppressed by it"
        if not file.exists()
        else f"{file} has another salt than it had"
        if known.salt and found.salt_hash != known.salt
        else f"{file} has no entry of {len(missing)} records that it suppressed"
    )
    raise SuppressionError(
        f"{what}: put back your copy of it; if this is on purpose, run vigil suppress --accept-list"
    )


def accept(home: Home, known: Container[str]) -> tuple[int, int]:
    """Takes the list as it is now for the whole: what else was suppressed is published again. Returns how
    many entries it has, and how many are lifted. Raises SuppressionError, StorageError."""
    with unchanging(home):
        found = _written(home, known)
        try:
            before = _known(home)
        except SuppressionError:  # the record is damaged
            before = _Known()
        lost = before.known - before.lifted - found.tombstone_ids
        after = _Known(salt=found.salt_hash, known=before.known, lifted=before.lifted | lost)
        _note(home, after.with_list(found))
    return len(found.entries), len(lost)


def lift(home: Home, known: Container[str], record_id: str) -> None:
    """Takes a record out of the list, so that the next release has it again; what else stands in the list,
    comments too, stays. Raises SuppressionError, StorageError."""
    file = path(home)
    with unchanging(home):
        found = _written(home, known)
        before = _known(home)
        stone = found._tombstone_id(record_id)
        lifted = _Known(salt=before.salt, known=before.known | {stone}, lifted=before.lifted | {stone})
        left = Suppressions(found.salt, tuple(e for e in found.entries if e.record_id != record_id))
        if len(left.entries) == len(found.entries) and stone not in before.known - before.lifted:
            raise SuppressionError(f"{file} has no entry of this record")
        _check_complete(home, left, lifted)
        text = _text(file) or ""
        if len(left.entries) < len(found.entries):
            text = _without(text, record_id)
            after, _ = _file(text)
            if after is None or [e.whole for e in after.suppressed] != [e.record_id for e in left.entries]:
                raise SuppressionError(f"{file}: delete the entry by hand, then run this again")
        _note(home, lifted)
        write_atomic(file, text.encode(), private=True)


def _without(text: str, record_id: str) -> str:
    """A list without the lines that are an entry of a record by themselves."""

    def is_entry(line: str) -> bool:
        if not line.lstrip().startswith("- "):
            return False
        alone, _ = _file(f"salt: {'0' * SALT_LENGTH}\nsuppressed:\n{line}")
        return alone is not None and [entry.whole for entry in alone.suppressed] == [record_id]

    return "".join(line for line in text.splitlines(keepends=True) if not is_entry(line))


def _text(file: UPath) -> str | None:
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


def add(home: Home, known: Container[str], record_id: str, reason: str, on: date) -> Entry:
    """Adds a record to the home's list, which is made if it is not there. What stands in it, comments
    too, stays. Raises SuppressionError, also if the record stands there already; StorageError."""
    salt = f"salt: {secrets.token_hex(SALT_LENGTH)}\nsuppressed:\n"
    said = {"record_id": record_id, "on": on.isoformat(), "reason": reason}
    line = f"  - {{{', '.join(f'{name}: {_scalar(value)}' for name, value in said.items())}}}\n"
    [entry] = parse(salt + line, "the new entry", known).entries
    with unchanging(home):
        entry = _append(home, known, salt, line, entry)
        _note(home, _known(home).with_list(_written(home, known)))
    return entry


def _append(home: Home, known: Container[str], salt: str, line: str, entry: Entry) -> Entry:
    file = path(home)
    before = read(home, known)
    text = _text(file)
    for there in before.entries:
        if there.record_id == entry.record_id:
            raise SuppressionError(f"{file}: entry {there.number} is of this record already")
    text = (salt if text is None else f"{text.rstrip()}\n") + line
    after, _ = _file(text)
    if after is None or [each.whole for each in after.suppressed] != [
        *(each.record_id for each in before.entries),
        entry.record_id,
    ]:
        raise SuppressionError(f"{file} is written in a way that cannot be added to: add the entry by hand")
    write_atomic(file, text.encode(), private=True)
    return replace(entry, number=len(before.entries) + 1)


def _scalar(value: str) -> str:
    """A text as YAML writes it within braces."""
    return json.dumps(value, ensure_ascii=False)
