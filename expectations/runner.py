"""Runs the suites and turns the results into a verdict.

Great Expectations takes seconds to import: it is imported when a `Session` opens, and one
session validates many tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from contracts import Contract, contract, contracts
from expectations.checks import Check, counted
from expectations.counting import TESTED, counts, failing_keys
from expectations.fill import Loss, Shape, losses_of_day, losses_of_list
from expectations.fill import shape as shape_of
from expectations.gate import Gate
from expectations.sizes import (
    Counted,
    Reported,
    quarantine_counts,
    size_checks,
    unread_dates,
)
from expectations.suites import FILL_CHECKS, columns_check, key_checks, release_checks, snapshot_checks
from expectations.verdict import Unit, Verdict, difference, in_order, record

if TYPE_CHECKING:
    import pandas as pd

KEYS = Path(__file__).with_name("keys.sql")

# Tables of news whose rows have keys of their own.
_OWN_KEYS = ("articles", "news_events")


class Session:
    """Any number of validations in this process, which Great Expectations judges.

    Opening one imports Great Expectations (several seconds, once a process). Nothing is
    written to disk before `build_docs`, and nothing goes over the network.
    """

    def __init__(self) -> None:
        from expectations.great_expectations_context import Context

        self._context = Context()

    def check_snapshot(  # noqa: PLR0913 - a snapshot, and all that it is measured by
        self,
        gate: Gate,
        unit_id: str,
        tables: Mapping[str, pa.Table],
        baseline: int | None = None,
        previous: Mapping[str, pa.Table] | None = None,
        *,
        reported: Reported | None = None,
        shape: Shape | None = None,
    ) -> Verdict:
        """Validates a snapshot's tables, as a parser returned them, against its source's gate.

        `unit_id` names the snapshot in the results; `reported` is what its parser reports. `previous` are
        the tables of the last good snapshot, `baseline` is the number of rows that were promoted of its main
        table, None if there is none. For a day of the news `shape` is that of the last good day. A main
        table that is missing counts as empty. Raises RuntimeError if an expectation cannot be evaluated,
        which is a mistake in a suite.

        DuckDB counts which rows fail, and Great Expectations judges the counts.
        """
        unit = Unit(gate.source_id, unit_id, gate.observed_at)
        main = contract(gate.main_table)
        given = {main.name: main.parsed_schema.empty_table(), **tables}
        if self._columns_hold(unit, given, {name: contract(name).parsed_schema for name in given}):
            with duckdb.connect() as database:
                _set_up(database, given, gate.observed_at)
                for name in sorted(given):
                    self._validate(unit, contract(name), database, snapshot_checks(gate, contract(name)))
                if previous is not None and main.primary_key[0] == "record_id":
                    for name, table in _complete(previous).items():
                        database.register(f"before_{name}", table)
                    self._check_keys(gate, unit, database, given[main.name].num_rows)
                    compared = given.keys() | previous.keys()
                    self._check_fill(gate, unit, losses_of_list(database, compared, main.name, gate.fill))
                elif main.primary_key[0] != "record_id":
                    unit.verdict.shape = shape_of(database, given)
                    if shape:
                        self._check_fill(gate, unit, losses_of_day(shape, unit.verdict.shape, gate.fill))
                self._check_size(gate, unit, database, size_checks(gate, baseline), reported or Reported())
        return in_order(unit.verdict)

    def check_release(self, con: duckdb.DuckDBPyConnection) -> Verdict:
        """Validates those tables of a release, `valid_from` and `valid_to` included, that `con` holds;
        every failure holds.

        Raises RuntimeError as `check_snapshot` does.
        """
        unit = Unit(None, None, datetime.now(UTC))
        known = contracts()
        held = con.execute("SELECT DISTINCT table_name FROM information_schema.tables").fetchall()
        names = sorted({name for (name,) in held} & known.keys())
        headers = {name: _header(con, known[name]) for name in names}
        if self._columns_hold(unit, headers, {name: known[name].arrow_schema for name in names}):
            for name in names:
                self._validate(unit, known[name], con, release_checks(known[name], names))
        return in_order(unit.verdict)

    def build_docs(self, folder: Path) -> Path:
        """Writes the Data Docs of all that the session validated into `folder`; returns index.html."""
        return self._context.build_docs(folder)

    def _columns_hold(
        self, unit: Unit, tables: Mapping[str, pa.Table], expected: Mapping[str, pa.Schema]
    ) -> bool:
        """Whether all tables have their contract's columns and types. Only those that have not are validated.

        If a column is missing or has another type, no other check of the tables can be computed.
        """
        import pandas as pd  # takes a second

        differing = [
            name for name in sorted(tables) if _columns(tables[name].schema) != _columns(expected[name])
        ]
        for name in differing:
            columns, check = _columns(tables[name].schema), columns_check(_columns(expected[name]))
            outcome = self._outcome(unit, name, pd.DataFrame(columns=columns), [check])
            for _, result in _paired([check], outcome):
                detail = difference(check.kwargs["column_list"], columns)
                record(unit, name, Counted(check, 0, rows=0, failing=None, detail=detail), result.success)
        return not differing

    def _validate(
        self, unit: Unit, table: Contract, database: duckdb.DuckDBPyConnection, checks: list[Check]
    ) -> None:
        """Validates the rows of a table that has its contract's columns."""
        found = _failing(database, table, checks)
        columns = Counted(columns_check([column.name for column in table.columns]), 0, rows=0, failing=None)
        failed = self._judge(unit, table.name, table.name, [columns, *found])
        unit.causes += [(table.name, each) for each in found if each.check in failed]
        for check in failed:
            if check.severity == "quarantine":
                reason = f"{table.name}: {check.label} fails: {check.meaning}"
                for (key,) in database.execute(failing_keys(table, check)).fetchall():
                    unit.verdict.quarantined.append({"table": table.name, "record_id": key, "reason": reason})

    def _check_keys(self, gate: Gate, unit: Unit, database: duckdb.DuckDBPyConnection, rows: int) -> None:
        """Validates the keys of the main table's `rows` against the tables before."""
        database.execute(KEYS.read_text("utf-8"))
        found = _failing(database, contract(gate.main_table), key_checks(gate, rows))
        self._judge(unit, gate.main_table, "keys", found)

    def _check_fill(self, gate: Gate, unit: Unit, losses: list[Loss]) -> None:
        """Validates what the snapshot's columns lost since the last good one."""
        for table in sorted({gate.main_table, *(loss.table for loss in losses)}):
            found = []
            for severity, check in FILL_CHECKS.items():
                lost = [loss for loss in losses if loss.table == table and loss.severity == severity]
                detail = f"lost since the last good snapshot: {', '.join(map(str, lost))}" if lost else None
                allowed = replace(check, severity="warn") if gate.fill_accepted else check
                found.append(Counted(allowed, len(lost), rows=len(lost), detail=detail))
            self._judge(unit, table, f"{table} fill", found)

    def _check_size(
        self,
        gate: Gate,
        unit: Unit,
        database: duckdb.DuckDBPyConnection,
        checks: list[Check],
        reported: Reported,
    ) -> None:
        """Validates how many records would be promoted, and how many of those read are in quarantine."""
        lost = pa.array(sorted(unit.verdict.quarantined_ids), pa.string())
        database.register("lost", pa.table({"key": lost}))
        rows, kept = {}, {}
        for name in _OWN_KEYS if gate.family == "news" else (gate.main_table,):
            key = contract(name).primary_key[0]
            sql = (
                "SELECT count(*), count(*) FILTER (lost.key IS NULL) "  # noqa: S608  our own SQL
                f"FROM {name} LEFT JOIN lost ON {key}::VARCHAR = lost.key"
            )
            [(rows[name], kept[name])] = database.execute(sql).fetchall()
        main = gate.main_table
        unit.lost = rows[main] - kept[main]
        found = [Counted(check, kept[main], rows=kept[main]) for check in checks]
        found += quarantine_counts(gate, rows, kept, reported.files)
        if gate.family != "news":
            found.append(unread_dates(rows[main], reported.unknown))
        self._judge(unit, main, "size", found)

    def _judge(self, unit: Unit, table: str, suite_name: str, found: list[Counted]) -> list[Check]:
        """Has Great Expectations judge what was counted of `table`, and adds the results to the unit's
        verdict. Returns the checks that failed."""
        import pandas as pd  # takes a second

        frame = pd.DataFrame([{each.check.label: each.value for each in found}])
        checks = [counted(each.check) for each in found]
        outcome = self._outcome(unit, suite_name, frame, checks)
        passed = {check.kwargs["column"]: bool(result.success) for check, result in _paired(checks, outcome)}
        for each in found:
            record(unit, table, each, passed[each.check.label])
        return [each.check for each in found if not passed[each.check.label]]

    def _outcome(self, unit: Unit, suite_name: str, frame: pd.DataFrame, checks: list[Check]) -> Any:
        """The results of `checks`, under the suite's name, for `frame`."""
        return self._context.validate(unit, suite_name, frame, checks)


def _paired(checks: Iterable[Check], outcome: Any) -> Iterator[tuple[Check, Any]]:
    """Each check with its result of Great Expectations, which returns them in another order.

    Raises RuntimeError for an expectation that could not be evaluated.
    """
    by_label = {check.label: check for check in checks}
    for result in outcome.results:
        check = by_label[result.expectation_config.meta["label"]]
        # Where several metrics failed, the key is not at the top but beneath each metric's name.
        if result.exception_info.get("raised_exception", True):
            raise RuntimeError(f"{outcome.suite_name}: {check.label} could not be evaluated")
        yield check, result


def _header(con: duckdb.DuckDBPyConnection, table: Contract) -> pa.Table:
    """A table of a database without its rows, in the contract's order, in which it is to be written."""
    header = con.execute(f"FROM {table.name} LIMIT 0").to_arrow_table()
    return header.select([c.name for c in table.columns if c.name in header.column_names])


def _columns(schema: pa.Schema) -> list[str]:
    """Columns with their types, without the name of a list's element, in which writers differ."""
    return [
        f"{name} list<{type_.value_type}>" if pa.types.is_list(type_) else f"{name} {type_}"
        for name, type_ in zip(schema.names, schema.types, strict=True)
    ]


def _complete(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables, and empty ones for those of the contracts that are not there."""
    return {
        name: tables[name] if name in tables else each.arrow_schema.empty_table()
        for name, each in contracts().items()
    }


def _set_up(database: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], seen_at: datetime) -> None:
    """Makes the tables known to the rules."""
    database.execute("SET TimeZone = 'UTC'")
    for name, table in _complete(tables).items():
        database.register(name, table)
    latest = (seen_at.astimezone(UTC) + timedelta(days=1)).date().isoformat()
    database.execute("SET VARIABLE latest = $1", [latest])


def _failing(database: duckdb.DuckDBPyConnection, table: Contract, checks: list[Check]) -> list[Counted]:
    """Counts the rows of a table that fail each of the checks."""
    [found] = database.execute(counts(table, checks)).to_arrow_table().to_pylist()
    counted_checks = []
    for check in checks:
        failing: int = found[check.label]
        value: float = failing
        if check.mostly < 1:
            tested = found[TESTED + check.label]
            value = 1.0 if failing <= check.few else (tested - failing) / tested
        counted_checks.append(Counted(check, value, rows=found["rows"], failing=failing))
    return counted_checks
