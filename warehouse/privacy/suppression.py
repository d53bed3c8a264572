"""Commands and steps on the list of suppressed records: reading, adding, lifting, accepting.

A list that is lost, emptied, cut or replaced by an older copy is an error, so that nobody is published by
accident. `lift_suppression` and `accept_list` are how an entry is taken back on purpose.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from storage.atomic_writes import write_atomic
from storage.home import Home
from storage.lease import Lease, lease
from warehouse.privacy.suppression_list import (
    FILE,
    SALT_LENGTH,
    Entry,
    SuppressionError,
    Suppressions,
    list_path,
    parse_list_file,
    parse_suppressions,
    read_list_text,
)
from warehouse.privacy.suppression_record import (
    SuppressionRecord,
    check_complete,
    read_record,
    record_path,
    write_record,
)

_PATIENCE = 60.0  # seconds to wait for another command that changes the list


def read_suppressions(home: Home, known: Container[str]) -> Suppressions:
    """The home's list, whose records are of `known` sources; empty if there is no file.

    Raises SuppressionError, also if entries are missing that were there before, and StorageError.
    """
    found = _read_list(home, known)
    check_complete(home, found, read_record(home))
    return found


def record_suppressions(home: Home, known: Container[str]) -> Suppressions:
    """Read the list and record what is in it, so that an entry that gets lost is noticed. Raises as
    `read_suppressions`."""
    with list_unchanged(home):
        found = read_suppressions(home, known)
        before = read_record(home)
        after = before.with_list(found)
        if after != before or (found.entries and not record_path(home).exists()):
            write_record(home, after)
    return found


@contextmanager
def list_unchanged(home: Home) -> Iterator[Lease]:
    """Keeps commands from changing the list during the block. Raises LeaseHeld if one takes too long."""
    with lease(home, "suppressions", f"changing {FILE}", patience=_PATIENCE) as held:
        yield held


def _read_list(home: Home, known: Container[str]) -> Suppressions:
    text = read_list_text(list_path(home))
    return Suppressions() if text is None else parse_suppressions(text, str(list_path(home)), known)


def accept_list(home: Home, known: Container[str]) -> tuple[int, int]:
    """Accept the list as complete: records that it does not name any more are published again. Returns the
    number of its entries and of the lifted ones. Raises SuppressionError, StorageError."""
    with list_unchanged(home):
        found = _read_list(home, known)
        try:
            before = read_record(home)
        except SuppressionError:  # the record is damaged
            before = SuppressionRecord()
        lost = before.known - before.lifted - found.tombstone_ids
        after = SuppressionRecord(salt=found.salt_hash, known=before.known, lifted=before.lifted | lost)
        write_record(home, after.with_list(found))
    return len(found.entries), len(lost)


def lift_suppression(home: Home, known: Container[str], record_id: str) -> None:
    """Remove a record from the list, so that the next release has it again. The rest of the file, comments
    included, stays. Raises SuppressionError, StorageError."""
    file = list_path(home)
    with list_unchanged(home):
        found = _read_list(home, known)
        before = read_record(home)
        tombstone = found.tombstone_id(record_id)
        lifted = SuppressionRecord(
            salt=before.salt, known=before.known | {tombstone}, lifted=before.lifted | {tombstone}
        )
        left = Suppressions(found.salt, tuple(e for e in found.entries if e.record_id != record_id))
        if len(left.entries) == len(found.entries) and tombstone not in before.known - before.lifted:
            raise SuppressionError(f"{file} has no entry of this record")
        check_complete(home, left, lifted)
        text = read_list_text(file) or ""
        if len(left.entries) < len(found.entries):
            text = _without_entry(text, record_id)
            after, _ = parse_list_file(text)
            if after is None or [e.whole for e in after.suppressed] != [e.record_id for e in left.entries]:
                raise SuppressionError(f"{file}: delete the entry by hand, then run this again")
        write_record(home, lifted)
        write_atomic(file, text.encode(), private=True)


def _without_entry(text: str, record_id: str) -> str:
    """A list without the lines that are, each by itself, an entry of a record."""

    def is_entry(line: str) -> bool:
        if not line.lstrip().startswith("- "):
            return False
        alone, _ = parse_list_file(f"salt: {'0' * SALT_LENGTH}\nsuppressed:\n{line}")
        return alone is not None and [entry.whole for entry in alone.suppressed] == [record_id]

    return "".join(line for line in text.splitlines(keepends=True) if not is_entry(line))


def suppress_record(home: Home, known: Container[str], record_id: str, reason: str, on: date) -> Entry:
    """Add a record to the home's list, which is created if it is not there. The rest of the file, comments
    included, stays. Raises SuppressionError, also if the list has the record already, and StorageError."""
    salt = f"salt: {secrets.token_hex(SALT_LENGTH)}\nsuppressed:\n"
    fields = {"record_id": record_id, "on": on.isoformat(), "reason": reason}
    line = f"  - {{{', '.join(f'{name}: {_yaml_scalar(value)}' for name, value in fields.items())}}}\n"
    [entry] = parse_suppressions(salt + line, "the new entry", known).entries
    with list_unchanged(home):
        entry = _append(home, known, salt, line, entry)
        write_record(home, read_record(home).with_list(_read_list(home, known)))
    return entry


def _append(home: Home, known: Container[str], salt: str, line: str, entry: Entry) -> Entry:
    file = list_path(home)
    before = read_suppressions(home, known)
    text = read_list_text(file)
    for listed in before.entries:
        if listed.record_id == entry.record_id:
            raise SuppressionError(f"{file}: entry {listed.number} is of this record already")
    text = (salt if text is None else f"{text.rstrip()}\n") + line
    after, _ = parse_list_file(text)
    if after is None or [each.whole for each in after.suppressed] != [
        *(each.record_id for each in before.entries),
        entry.record_id,
    ]:
        raise SuppressionError(f"{file} is written in a way that cannot be added to: add the entry by hand")
    write_atomic(file, text.encode(), private=True)
    return replace(entry, number=len(before.entries) + 1)


def _yaml_scalar(value: str) -> str:
    """A text as YAML writes it within braces."""
    return json.dumps(value, ensure_ascii=False)
