"""Checks of tables that are too large for a data frame: DuckDB counts the rows that fail them."""

from __future__ import annotations

from typing import Any

from contracts import Contract
from expectations.checks import Check
from expectations.suites import SEPARATOR


def joined(column: str) -> str:
    """SQL of a list as Great Expectations can hold it: a text, or missing if it holds a null."""
    return f"CASE WHEN len({column}) = list_count({column}) THEN array_to_string({column}, '{SEPARATOR}') END"


def failing_rows(table: Contract, checks: list[Check]) -> str:
    """SQL of one row: how many `rows` a table has and, in a column called after each check, how many of
    them fail it. As with Great Expectations, a missing value fails only where one must be there."""
    tests, counts = [], ["count(*) AS rows"]
    for place, check in enumerate(checks):
        if "unique" in check.expectation:
            counts.append(f'({_repeated(table, check)})::BIGINT AS "{check.label}"')
        else:
            tests.append(f"({_fails(table, check)}) AS fails_{place}")
            counts.append(f'count(*) FILTER (fails_{place}) AS "{check.label}"')
    return f"SELECT {', '.join(counts)} FROM (SELECT {', '.join(tests)} FROM {table.name})"  # noqa: S608


def _repeated(table: Contract, check: Check) -> str:
    names = check.kwargs.get("column_list") or [check.kwargs["column"]]
    key = ", ".join(f'"{name}"' for name in names)
    return (
        "SELECT coalesce(sum(times), 0) FROM "  # noqa: S608
        f"(SELECT count(*) AS times FROM {table.name} GROUP BY {key} HAVING count(*) > 1)"
    )


def _fails(table: Contract, check: Check) -> str:
    """SQL over the table's row: whether it fails a check of one column. ValueError for another check."""
    if check.sql:
        return f"({check.sql}) IS FALSE"
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
    raise ValueError(f"{check.label} cannot be counted")


def _literal(text: Any) -> str:
    return "'" + str(text).replace("'", "''") + "'"
