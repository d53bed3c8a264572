"""The suites: what a table's contract says, as checks, and what its family adds."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pyarrow as pa

from contracts import HISTORY_COLUMNS, Column, Contract
from contracts.countries import CODES
from expectations import news, prisoners, sanctions
from expectations.checks import (
    FEW_UNREAD,
    MOST_UNREAD,
    Check,
    Severity,
    in_set,
    matches,
    not_null,
    rows_between,
    rule,
    unique,
)
from sources.bounds import Fill
from sources.registry import Content

# Great Expectations cannot hash lists: a list column is given to it as text, joined by this.
SEPARATOR = "\x1f"

# If more of what a snapshot declares than this is in quarantine, put there by the parser or by the gate, the
# snapshot is at fault, not its records. A single record is never evidence of that, unless it is all there is.
MAX_QUARANTINED = 0.25

# A kind of file that holds less than this share of a snapshot's records does not hold it.
SMALL_KIND = 0.02

MOST_NAMED = 3

# What a parser's label of a date that it cannot read ends with, after the field's name.
UNREAD_DATE = ": not a date"

NO_FILL = Fill()

# If more records than this, and more than a few, stand under new keys or under keys that were others',
# the publisher's keys have changed, and the snapshot would tell of deletions and additions that were none.
MAX_OTHER_KEYS = 0.02
FEW_OTHER_KEYS = 2

# A row without these cannot be put into quarantine by its key.
_ROW_KEYS = frozenset({"article_id", "news_event_id", "record_id", "source_id"})

_FAMILIES = {"prisoners": prisoners.CHECKS, "sanctions": sanctions.CHECKS, "news": news.CHECKS}

_ISO_DATE = "[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
_EDTF = f"{_ISO_DATE}(?:~|/{_ISO_DATE})?"


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


@dataclass(frozen=True)
class Reported:
    """What a parser reports of a snapshot: the counts of each of its files, and how often it met what it did
    not know, by label."""

    files: Mapping[str, FileCounts] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Gate:
    """What a source's snapshot is held against.

    `minimum`, `maximum`: rows of the main table in a healthy snapshot. `max_drop`: the share
    of the last good snapshot's rows that may be missing. `rekeyed`: the publisher is known
    to have changed its keys with this snapshot. `observed_at`: when the snapshot was seen (UTC).
    `fill`: what its columns may lose.
    """

    source_id: str
    family: str
    main_table: str
    minimum: int
    maximum: int | None
    max_drop: float
    rekeyed: bool
    observed_at: datetime
    fill: Fill = NO_FILL
    content: Content = "full"

    @property
    def fill_accepted(self) -> bool:
        return self.observed_at.date() in self.fill.accepted


def _list_of(item: str) -> str:
    return f"^(?:{item}(?:{SEPARATOR}{item})*)?$"


def _format(column: Column) -> list[Check]:
    listed = column.type == "list<string>"
    match column.format:
        case "country" if listed:
            country = f"(?:{'|'.join(sorted(CODES))})"
            return [matches(column.name, _list_of(country), "quarantine", f"{column.name} are country codes")]
        case "country":
            return [in_set(column.name, CODES, "quarantine", f"{column.name} is a country code")]
        case "edtf" | "edtf_dates":
            regex = _list_of(_EDTF) if listed else f"^{_EDTF}$"
            return [matches(column.name, regex, "quarantine", f"{column.name} is in EDTF")]
    return []


def _precision_fits(date: str) -> Check:
    """A partial date says no more and no less than its precision."""
    return rule(
        f"{date}_precision_fits",
        f"CASE {date}_precision WHEN 'day' THEN try_cast({date} AS DATE) IS NOT NULL AND length({date}) = 10"
        f" WHEN 'month' THEN length({date}) = 7 WHEN 'year' THEN length({date}) = 4"
        f" WHEN 'range' THEN contains({date}, '/') WHEN 'circa' THEN NOT contains({date}, '/')"
        f" ELSE {date} IS NULL END IS TRUE",
        "quarantine",
        f"{date} is as precise as {date}_precision says",
    )


def columns_check(names: list[str]) -> Check:
    """The table has exactly these columns, in this order."""
    return Check(
        "expect_table_columns_to_match_ordered_list",
        "columns",
        {"column_list": names},
        "hold",
        "the columns are the contract's",
    )


def _contract_checks(contract: Contract, schema: pa.Schema) -> list[Check]:
    """What the contract says of the columns of `schema`, one of its own two, except for key and references.

    A bad row is to be quarantined.
    """
    columns = [column for column in contract.columns if column.name in schema.names]
    found: list[Check] = []
    for column in columns:
        if not schema.field(column.name).nullable:
            found.append(not_null(column.name, "hold" if column.name in _ROW_KEYS else "quarantine"))
        if column.enum:
            meaning = f"{column.name} is one of {', '.join(column.enum)}"
            found.append(in_set(column.name, column.enum, "quarantine", meaning))
        found += _format(column)
        if column.format == "edtf" and f"{column.name}_precision" in schema.names:
            found.append(_precision_fits(column.name))
    return found


def _reference(table: str, column: str, targets: Collection[str], severity: Severity) -> Check:
    """Each value of `column` stands in a column of the same name of one of `targets`."""
    found = " UNION ALL ".join(f"SELECT {column} FROM {target}" for target in sorted(targets))  # noqa: S608
    sql = f"{table}.{column} IN ({found})" if targets else "false"
    return rule(f"{column}_is_known", sql, severity, f"{column} stands in the table it refers to")


def snapshot_checks(gate: Gate, contract: Contract) -> list[Check]:
    """The suite of one table of a snapshot.

    A repeated row of a child table, such as the same alias twice, does no harm and warns. A
    child row whose record is not in the main table holds the source: it may be of somebody
    left out on purpose. What belongs to an article that is not there is quarantined.
    """
    names = contract.parsed_schema.names
    main = contract.name == gate.main_table
    key = tuple(name for name in contract.primary_key if name not in HISTORY_COLUMNS)
    found = _contract_checks(contract, contract.parsed_schema)
    found.append(unique(key, "quarantine" if main else "warn"))
    if "source_id" in names:
        found.append(in_set("source_id", [gate.source_id], "hold", "source_id is the source's own"))
    if main and "record_id" in names:
        sql, meaning = "starts_with(record_id, source_id || ':')", "record_id starts with source_id"
        found.append(rule("record_id_starts_with_source_id", sql, "quarantine", meaning))
    if not main and "record_id" in names:
        found.append(_reference(contract.name, "record_id", [gate.main_table], "hold"))
    if not main and "article_id" in contract.references:
        found.append(_reference(contract.name, "article_id", [gate.main_table], "quarantine"))
    found += _FAMILIES[gate.family].get(contract.name, ())
    return found


def size_checks(gate: Gate, baseline: int | None) -> list[Check]:
    """The suite of the main table's size, over the rows that are left without the quarantined.

    `baseline` is their number in the last good snapshot. A list of people or targets that is empty is never
    healthy, whatever the registry says.
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
    """A check with what was counted: the `value` that Great Expectations judges, the `rows` that it is about
    and how many of them fail. `detail` says in words what was found, where that is more than numbers."""

    check: Check
    value: float
    rows: int
    failing: int | None = None
    detail: str | None = None


def quarantine_counts(
    gate: Gate, rows: Mapping[str, int], kept: Mapping[str, int], files: Mapping[str, FileCounts]
) -> list[Counted]:
    """How many records are left of those that were read, in all and by kind of file.

    `rows` are those that the parser read into the tables with keys of their own, `kept` those that the gate
    left. A file's rows may be more than a list's records: of what the parser left of them the gate takes as
    large a share as of the records. A kind of file of which little is left holds a list or a day if it is
    more than a small part of it; of a stream, whose files are feeds of many publishers, only the whole does.
    A single file of which little is left warns. A day's file that cannot be read at all counts as an average
    one.
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
    """The files of which too little is left, though what they belong with may be sound."""
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
    """Fields of whose dates the parser could not read those of half of the `rows`. A prisoner list keeps no
    text that is no date, so that they show only among what its parser did not know."""
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
    """Enough of the records that were `read` are left without the quarantined. `target` says of which."""
    kept, which = _least_kept(read), target.partition(", ")[2]
    where = f" in {which}" if which else ""
    most = f"{MAX_QUARANTINED:.0%} may be quarantined"
    meaning = f"{kept:,} expected at least ({read:,} read{where}, of which {most})"
    return rows_between(target, kept, None, "hold", meaning)


FILL_CHECKS = {
    "hold": rows_between(
        "columns_lost", None, 0, "hold", "no column lost many of its values since the last good snapshot"
    ),
    "warn": rows_between(
        "columns_less_filled",
        None,
        0,
        "warn",
        "no column lost some of its values since the last good snapshot",
    ),
}
"""The suite of a table's fill, over the number of its columns that fell as `expectations/fill.py` says."""


def key_checks(gate: Gate, rows: int) -> list[Check]:
    """The suite of the main table's `rows` against the last good snapshot: each record keeps its key, each
    key its record. `expectations/keys.sql` says which do not.
    """
    allowed = max(FEW_OTHER_KEYS, rows if gate.rekeyed else math.floor(rows * MAX_OTHER_KEYS))
    mostly = max(0, rows - allowed) / rows if rows else 1.0
    found: list[Check] = []
    for fault, meaning in (
        ("rekeyed", "the record did not stand under another key in the last good snapshot"),
        ("reused", "the key was not another's in the last good snapshot"),
    ):
        sql = f"record_id NOT IN (SELECT record_id FROM {fault})"  # noqa: S608
        found.append(rule(f"not_{fault}", sql, "warn", meaning))
        most = f"{meaning} ({allowed:,} may fail)"
        found.append(rule(f"most_not_{fault}", sql, "hold", most, mostly))
    return found


def _at_least(share: float) -> int:
    """The smallest whole number of rows that is not below `share`, freed of floating-point dust."""
    return math.ceil(round(share, 6))


def release_checks(contract: Contract, published: Collection[str]) -> list[Check]:
    """The suite of one table of a release; `published` names the release's tables.

    A release is whole or it is not there: every failure holds.
    """
    found = _contract_checks(contract, contract.arrow_schema)
    found.append(unique(contract.primary_key, "hold"))
    for column, targets in contract.references.items():
        found.append(_reference(contract.name, column, set(targets) & set(published), "hold"))
    if contract.versioned:
        record = ", ".join(f'"{name}"' for name in contract.primary_key if name != "valid_from")
        following = f"lead(valid_from) OVER (PARTITION BY {record} ORDER BY valid_from)"
        found += [
            rule(
                "valid_from_before_valid_to",
                "valid_from < valid_to",
                "hold",
                "a version ends after it begins",
            ),
            rule(
                "versions_do_not_overlap",
                f"coalesce(valid_to <= {following}, {following} IS NULL)",
                "hold",
                "a version ends before the next begins",
            ),
        ]
    return [replace(check, severity="hold") for check in found]
