"""A check: one expectation of Great Expectations, and what its failure leads to.

Checks are plain data, so that the modules which list them load without Great Expectations.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

Severity = Literal["warn", "quarantine", "hold"]

ROWS_BETWEEN = "expect_table_row_count_to_be_between"


@dataclass(frozen=True)
class Check:
    """One expectation over a table.

    `target`: the column, or the part of the table that is checked; with `expectation` it names the check in
    its table's suite. `meaning`: what is true of a good row or table, in words. `sql`: a DuckDB expression
    over the table's row that computes the column `target`: True for a good row, False for a bad one, NULL
    for a row that the check does not apply to. It may read the snapshot's other tables by name, and
    `getvariable('latest')` (see `LATEST`). `few`: up to this many rows may fail, whatever share of all they
    are.
    """

    expectation: str
    target: str
    kwargs: Mapping[str, Any]
    severity: Severity
    meaning: str
    sql: str | None = None
    few: int = 0

    @property
    def label(self) -> str:
        return f"{self.expectation}({self.target})"

    @property
    def mostly(self) -> float:
        """The share of rows that must pass, of those that the check applies to."""
        return float(self.kwargs.get("mostly", 1.0))


def column(
    expectation: str, name: str, severity: Severity, meaning: str, sql: str | None = None, **kwargs: Any
) -> Check:
    """A check of each value of one column."""
    values = f"expect_column_values_to_{expectation}"
    return Check(values, name, {"column": name, **kwargs}, severity, meaning, sql)


def not_null(name: str, severity: Severity) -> Check:
    return column("not_be_null", name, severity, f"{name} is there")


def in_set(name: str, values: Collection[str], severity: Severity, meaning: str) -> Check:
    return column("be_in_set", name, severity, meaning, value_set=sorted(values))


def matches(name: str, regex: str, severity: Severity, meaning: str) -> Check:
    return column("match_regex", name, severity, meaning, regex=regex)


def unique(columns: tuple[str, ...], severity: Severity) -> Check:
    """No two rows share the values of `columns`."""
    meaning = "no two rows have the same key"
    if len(columns) == 1:
        return column("be_unique", columns[0], severity, meaning)
    kwargs = {"column_list": list(columns)}
    return Check("expect_compound_columns_to_be_unique", ", ".join(columns), kwargs, severity, meaning)


def rows_between(target: str, low: int | None, high: int | None, severity: Severity, meaning: str) -> Check:
    """The table's rows number from `low` to `high`, each None for no bound."""
    return Check(ROWS_BETWEEN, target, {"min_value": low, "max_value": high}, severity, meaning)


def rule(name: str, sql: str, severity: Severity, meaning: str, mostly: float = 1.0) -> Check:
    """A check that `sql` computes; `mostly` is the share of rows that must pass."""
    return column("be_in_set", name, severity, meaning, sql, value_set=[True], mostly=mostly)


# ISO text of the day after the snapshot was observed: a publisher east of us may be a day ahead.
LATEST = "getvariable('latest')"


def not_after(earlier: str, later: str) -> str:
    """SQL: date `earlier` is not after date `later`, both ISO 8601 prefixes, `from/to`, or NULL.

    They are compared as far as both are known, so `2021-05` is not after `2021`; of a range
    the end that makes the order possible counts. NULL if either is NULL.
    """
    first, last = f"split_part({earlier}, '/', 1)", f"split_part({later}, '/', -1)"
    known = f"least(length({first}), length({last}))"
    return f"left({first}, {known}) <= left({last}, {known})"


def certain(date: str) -> str:
    """SQL: a partial date column where it is not `circa`, so that an order can be asked of it."""
    return f"(CASE WHEN {date}_precision <> 'circa' THEN {date} END)"


MOST_UNREAD = 0.5
FEW_UNREAD = 9
"""If more than a few values, and more than half of all, cannot be read, the parser does not know the form in
which the publisher writes them. No earlier snapshot is needed to see that."""


def are_read(name: str, sql: str, what: str, values: str = "values") -> tuple[Check, ...]:
    """Two checks of the values that a source gives for a column: at least 95 % can be read (else warn), and
    at least half (else hold). `sql` is a rule: whether the row's value could be read."""
    return (
        rule(name, sql, "warn", f"95 % of {what}", mostly=0.95),
        replace(
            rule(
                f"most_{name}",
                sql,
                "hold",
                f"at least {1 - MOST_UNREAD:.0%} of {what}, or all but {FEW_UNREAD} {values}",
                mostly=1 - MOST_UNREAD,
            ),
            few=FEW_UNREAD,
        ),
    )


def dates_read(date: str) -> tuple[Check, ...]:
    """Of the values a source gave for a partial date, nearly all could be read."""
    sql = f"CASE WHEN {date}_raw IS NOT NULL THEN {date} IS NOT NULL END"
    return are_read(f"{date}_is_read", sql, f"the dates given for {date} can be read")


def between(name: str, low: float, high: float | None, severity: Severity) -> Check:
    """Each value of a column is from `low` to `high`, None for no bound."""
    bounds = f"from {low:g} to {high:g}" if high is not None else f"{low:g} or more"
    return column("be_between", name, severity, f"{name} is {bounds}", min_value=low, max_value=high)


def counted(check: Check) -> Check:
    """The same check over one row of counts, which is all that Great Expectations reads. The column is named
    after the check and holds the number of rows, the share of rows that pass, or the number that fail."""
    bounds: dict[str, float | None] = {"min_value": 0, "max_value": 0}
    if check.expectation == ROWS_BETWEEN:
        bounds = {name: check.kwargs[name] for name in bounds}
    elif check.mostly < 1:
        bounds = {"min_value": check.mostly, "max_value": 1}
    return Check(
        "expect_column_max_to_be_between",
        check.label,
        {"column": check.label, **bounds},
        check.severity,
        check.meaning,
    )


def has_primary_name() -> Check:
    return rule(
        "has_a_primary_name",
        "record_id IN (SELECT n.record_id FROM names n WHERE n.kind = 'primary')",
        "quarantine",
        "the record has a primary name in the table names",
    )
