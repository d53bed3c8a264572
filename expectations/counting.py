"""Checks as SQL: DuckDB counts the rows that fail them, and finds their keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts import Contract
from expectations.checks import Check
from expectations.suites import SEPARATOR

TESTED = "tested "
"""Prefix of the column with the number of rows that a check applies to."""


def joined(column: str) -> str:
    """SQL of a list as one text, or NULL if it holds a null: its format is one regular expression then."""
    return f"CASE WHEN len({column}) = list_count({column}) THEN array_to_string({column}, '{SEPARATOR}') END"


def counts(table: Contract, checks: Sequence[Check]) -> str:
    """SQL of one row of counts: `rows`, the table's rows; for each check, in the column of its label, how
    many rows fail it, and with the prefix `TESTED` how many it applies to. A missing value fails only the
    checks that a value is there."""
    tests, columns = [], ["count(*) AS rows"]
    for place, check in enumerate(checks):
        if "unique" in check.expectation:
            columns.append(f'({_repeated(table, check)})::BIGINT AS "{check.label}"')
        else:
            tests.append(f"({_fails(table, check)}) AS fails_{place}")
            columns.append(f'count(*) FILTER (fails_{place}) AS "{check.label}"')
        if check.mostly < 1:
            columns.append(f'count(fails_{place}) AS "{TESTED}{check.label}"')
    return f"SELECT {', '.join(columns)} FROM (SELECT {', '.join(tests) or '0'} FROM {table.name})"  # noqa: S608


def failing_keys(table: Contract, check: Check) -> str:
    """SQL of the keys, each a text, of the rows that fail a check: the values of the table's first column."""
    key = f'"{table.columns[0].name}"'
    keys = f"SELECT DISTINCT {key}::VARCHAR AS key FROM {table.name}"  # noqa: S608  our own SQL
    if "unique" in check.expectation:
        return f"{keys} WHERE {key} IS NOT NULL QUALIFY count(*) OVER (PARTITION BY {_key(check)}) > 1"
    return f"{keys} WHERE {key} IS NOT NULL AND ({_fails(table, check)})"


def _key(check: Check) -> str:
    names = check.kwargs.get("column_list") or [check.kwargs["column"]]
    return ", ".join(f'"{name}"' for name in names)


def _repeated(table: Contract, check: Check) -> str:
    key = _key(check)
    there = "" if "," in key else f"WHERE {key} IS NOT NULL "
    return (
        "SELECT coalesce(sum(times), 0) FROM "  # noqa: S608
        f"(SELECT count(*) AS times FROM {table.name} {there}GROUP BY {key} HAVING count(*) > 1)"
    )


def _fails(table: Contract, check: Check) -> str:
    """SQL over the table's row: whether it fails a check of one column; NULL if the check does not apply to
    it. Raises ValueError for any other check."""
    if check.sql:
        return f"NOT ({check.sql})"
    lists = {column.name for column in table.columns if column.type == "list<string>"}
    name = check.kwargs["column"]
    value = joined(name) if name in lists else f'"{name}"'
    match check.expectation:
        case "expect_column_values_to_not_be_null":
            return f"({value}) IS NULL"
        case "expect_column_values_to_be_in_set":
            return f"({value}) NOT IN ({', '.join(map(_literal, check.kwargs['value_set']))})"
        case "expect_column_values_to_match_regex":
            return f"NOT regexp_matches({value}, {_literal(check.kwargs['regex'])})"
        case "expect_column_values_to_be_between":
            low, high = check.kwargs["min_value"], check.kwargs["max_value"]
            above = f" OR ({value}) > {high}" if high is not None else ""
            return f"({value}) < {low}{above}"
    raise ValueError(f"{check.label} cannot be counted")


def _literal(text: Any) -> str:
    return "'" + str(text).replace("'", "''") + "'"
