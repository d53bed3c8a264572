"""The suites: a table's contract as checks, and the checks that its family adds."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

import pyarrow as pa

from contracts import HISTORY_COLUMNS, Column, Contract
from contracts.countries import CODES
from expectations import news, prisoners, sanctions
from expectations.checks import (
    Check,
    Severity,
    in_set,
    matches,
    not_null,
    rows_between,
    rule,
    unique,
)
from expectations.gate import Gate

# Great Expectations cannot hash lists: a list column is given to it as text, joined by this.
SEPARATOR = "\x1f"

# If more records than this, and more than a few, have new keys or keys that were other records', the
# publisher's keys have changed, and the snapshot would show deletions and additions that did not happen.
MAX_OTHER_KEYS = 0.02
FEW_OTHER_KEYS = 2

# A row without these cannot be put into quarantine by its key.
_ROW_KEYS = frozenset({"article_id", "news_event_id", "record_id", "source_id"})

_FAMILIES = {"prisoners": prisoners.CHECKS, "sanctions": sanctions.CHECKS, "news": news.CHECKS}

_ISO_DATE = "[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
_EDTF = f"{_ISO_DATE}(?:~|/{_ISO_DATE})?"


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
    """A partial date has just the parts that its precision states."""
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
    """The contract's rules for the columns of `schema`, which is one of its two, but for key and references.

    A row that breaks one goes to quarantine.
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
    """Each value of `column` is in the column of the same name of one of `targets`."""
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
"""The suite of a table's fill, over the number of columns that lost values (see `expectations/fill.py`)."""


def key_checks(gate: Gate, rows: int) -> list[Check]:
    """The suite of the main table's `rows` against the last good snapshot: each record keeps its key, each
    key its record. `expectations/keys.sql` finds those that do not.
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
