"""How many records a snapshot must have, and how many of those read may be in quarantine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from expectations.checks import FEW_UNREAD, MOST_UNREAD, Check, rows_between
from expectations.gate import Gate
from sources.registry import Source

# If more of what a snapshot declares than this is in quarantine, put there by the parser or by the gate, the
# snapshot is at fault, not its records. A single record is never evidence of that, unless it is all there is.
MAX_QUARANTINED = 0.25

# A kind of file that holds less than this share of a snapshot's records does not hold it.
SMALL_KIND = 0.02

MOST_NAMED = 3

# What a parser's label of a date that it cannot read ends with, after the field's name.
UNREAD_DATE = ": not a date"


@dataclass(frozen=True)
class FileCounts:
    """How many records were looked for in a file, and how many of them its parser put into quarantine.
    `kind`: which files it belongs with."""

    kind: str
    read: int
    quarantined: int

    @property
    def unreadable(self) -> bool:
        return self.read == self.quarantined == 1


def file_counts(source: Source, files: Mapping[str, Mapping[str, Any]]) -> dict[str, FileCounts]:
    """The counts of each file from a parser's reports on it. What a list leaves out was not looked for in it;
    of news what the filter leaves out counts as read, for of the rows that could not be read as many would
    be left out."""
    counts = {}
    for name, found in files.items():
        read = found["parsed"] + found["quarantined"]
        if source.family == "news":
            read += found["outside"]
        counts[name] = FileCounts(source.file_kind(name), read, found["quarantined"])
    return counts


@dataclass(frozen=True)
class Reported:
    """What a parser reports of a snapshot: the counts of each of its files, and how often it met what it did
    not know, by label."""

    files: Mapping[str, FileCounts] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)


def size_checks(gate: Gate, baseline: int | None) -> list[Check]:
    """The suite of the main table's size, over the rows that are left without the quarantined.

    `baseline` is their number in the last good snapshot. An empty list of people or targets is never healthy,
    whatever bounds the registry has.
    """
    floor = max(gate.minimum, 0 if gate.family == "news" else 1)
    found = [rows_between("minimum", floor, None, "hold", f"{floor:,} expected at least")]
    if baseline is not None:
        least = _at_least(baseline * (1 - gate.max_drop))
        after = f"(last good snapshot {baseline:,} minus {gate.max_drop * 100:g} %)"
        found.append(rows_between("drop", least, None, "hold", f"{least:,} expected at least {after}"))
    if gate.maximum is not None:
        most = f"{gate.maximum:,} expected at most"
        found.append(rows_between("maximum", None, gate.maximum, "warn", most))
    return found


@dataclass(frozen=True)
class Counted:
    """A check with its counts: the `value` that Great Expectations compares, the table's `rows`, and how
    many of them fail. `detail` states what was found where that is more than numbers."""

    check: Check
    value: float
    rows: int
    failing: int | None = None
    detail: str | None = None


def quarantine_counts(
    gate: Gate, rows: Mapping[str, int], kept: Mapping[str, int], files: Mapping[str, FileCounts]
) -> list[Counted]:
    """How many records are left of those that were read, in all and by kind of file.

    `rows` are those that the parser put into the tables that have keys of their own, `kept` those left after
    validation. A file may have more rows than the list has records: validation is assumed to remove the same
    share of rows as of records. A list or a day is held if too little is left of one kind of file, unless
    that kind is a small part of it; a stream, whose files are feeds of many publishers, only if too little
    is left of the whole. Too little left of a single file warns. A day's file that cannot be read at all
    counts as one of average size.
    """
    main = gate.main_table
    share = kept[main] / rows[main] if rows[main] else 1.0
    by_kind: dict[str, list[FileCounts]] = {}
    counted = _weighed(files.values()) if gate.content == "days" else [*files.values()]
    for file in counted:
        by_kind.setdefault(file.kind, []).append(file)
    whole = counted or [FileCounts("", rows[main], 0)]
    found = [_left("quarantined", whole, share)]
    if len(by_kind) > 1 and gate.content != "stream":
        for kind, of_kind in sorted(by_kind.items()):
            if _read(of_kind) >= SMALL_KIND * _read(whole):
                found.append(_left(f"quarantined, {kind}", of_kind, share))
    for table in rows.keys() - {main}:
        check = quarantine_check(f"quarantined, {table}", rows[table])
        found.append(Counted(check, kept[table], rows=kept[table]))
    if len(files) > 1:
        found.append(_broken(files))
    return found


def _weighed(files: Iterable[FileCounts]) -> list[FileCounts]:
    """The files of a day, of which one that cannot be read at all, which its parser reports as one record,
    counts as many records as the others have on average."""
    listed = list(files)
    sizes = [file.read for file in listed if not file.unreadable]
    usual = max(1, round(sum(sizes) / len(sizes))) if sizes else 1
    return [replace(file, read=usual, quarantined=usual) if file.unreadable else file for file in listed]


def _read(files: Iterable[FileCounts]) -> int:
    return sum(file.read for file in files)


def _left(target: str, files: Sequence[FileCounts], share: float) -> Counted:
    """How many of the records of files are left, if of those that were parsed this `share` is."""
    left = round((_read(files) - sum(file.quarantined for file in files)) * share)
    return Counted(quarantine_check(target, _read(files)), left, rows=left)


def _broken(files: Mapping[str, FileCounts]) -> Counted:
    """The files of which too little is left, even if their kind of file as a whole is good."""
    check = rows_between(
        "broken_files", None, 0, "warn", f"no file is more than {MAX_QUARANTINED:.0%} quarantined"
    )
    names = [
        f"{name} ({file.quarantined:,} of {file.read:,})"
        for name, file in sorted(files.items())
        if file.read - file.quarantined < _least_kept(file.read)
    ]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    detail = f"most of what was read is quarantined: {', '.join(names[:MOST_NAMED])}{more}" if names else None
    return Counted(check, len(names), rows=len(names), detail=detail)


def unread_dates(rows: int, unknown: Mapping[str, int]) -> Counted:
    """The fields whose dates the parser could not read in half of the `rows`. Prisoner lists keep no text
    that is not a date, so these are found by the labels of what the parser did not know."""
    most = f"no field's dates are unread in {MOST_UNREAD:.0%} of the records"
    fields = [
        f"{label.removesuffix(UNREAD_DATE)} ({count:,} of {rows:,} records)"
        for label, count in sorted(unknown.items())
        if label.endswith(UNREAD_DATE) and count > max(FEW_UNREAD, MOST_UNREAD * rows)
    ]
    detail = f"dates that could not be read: {', '.join(fields)}" if fields else None
    check = rows_between("fields_with_unread_dates", None, 0, "hold", most)
    return Counted(check, len(fields), rows=len(fields), detail=detail)


def _least_kept(read: int) -> int:
    """How many of the records that were read must be left."""
    return max(min(_at_least(read * (1 - MAX_QUARANTINED)), read - 1), min(read, 1))


def quarantine_check(target: str, read: int) -> Check:
    """Enough of the records that were `read` are left after quarantine. `target` names their kind of file."""
    kept, which = _least_kept(read), target.partition(", ")[2]
    where = f" in {which}" if which else ""
    most = f"{MAX_QUARANTINED:.0%} may be quarantined"
    meaning = f"{kept:,} expected at least ({read:,} read{where}, of which {most})"
    return rows_between(target, kept, None, "hold", meaning)


def _at_least(share: float) -> int:
    """The smallest whole number of rows that is not below `share`, freed of floating-point dust."""
    return math.ceil(round(share, 6))
