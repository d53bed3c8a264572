"""The operator's decisions on who is who: `decisions.csv` in the home.

    left_record,right_record,decision,reason,decided_on,by
    by_viasna:17,un_sc:9,same,"the court's papers name both",2026-11-20,A. Analyst
    eu_fsf:EU.1.2,us_ofac_sdn:345,different,father and son,2026-11-20,

`same` puts two records into one entity whatever contradicts, `different` keeps them apart for ever, also
where other records would join them. The column `by` may be missing. The reasons are published with the links.

A record may be a suppressed one, so messages about the file do not repeat its content: a row is named by its
line.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb
from upath import UPath

from storage import user_csv
from storage.files import is_there, read_file, storage_errors
from storage.home import Home

FILE = "decisions.csv"
NEEDED = ("left_record", "right_record", "decision", "reason", "decided_on")
OPTIONAL = ("by",)
_LAST_ZONE = timedelta(hours=14)  # where a day begins first


class DecisionError(Exception):
    """The file of decisions is not what it should be. One line, without a record's id."""


@dataclass(frozen=True)
class Decision:
    """One row, by the `line` it ends on."""

    line: int
    left_record: str
    right_record: str
    same: bool
    reason: str


def decisions_path(home: Home) -> UPath:
    return home.root / FILE


def read_decisions(home: Home) -> tuple[Decision, ...]:
    """The home's decisions, none if there is no file. Raises DecisionError, StorageError."""
    file = decisions_path(home)
    with storage_errors("read", file):
        if not is_there(file):
            return ()
        data = read_file(file)
    try:
        return parse_decisions(user_csv.decode_csv(data), str(file))
    except user_csv.NotCells as error:
        raise DecisionError(f"{file}: {error}") from None


def parse_decisions(text: str, where: str) -> tuple[Decision, ...]:
    """Parse decisions. DecisionError names `where`, and the line at fault."""
    try:
        table = user_csv.parse_rows(text)
    except user_csv.NotCells as error:
        raise DecisionError(f"{where}: {error}") from None
    header = [name.strip().lower() for name in (table[0][1] if table else [])]
    if missing := [name for name in NEEDED if name not in header]:
        raise DecisionError(f"{where}: line 1: no column {', '.join(missing)}: begin with {','.join(NEEDED)}")
    if len(set(header)) < len(header) or set(header) - {*NEEDED, *OPTIONAL}:
        raise DecisionError(f"{where}: line 1: a column twice, or other than {', '.join(NEEDED + OPTIONAL)}")
    found: list[Decision] = []
    first: dict[frozenset[str], int] = {}
    for number, written in table[1:]:
        line = f"{where}: line {number}"
        if len(written) != len(header):
            raise DecisionError(f"{line}: {len(written)} cells, not {len(header)}: quote what holds a comma")
        row = dict(zip(header, (cell.strip() for cell in written), strict=True))
        if fault := _fault(row):
            raise DecisionError(f"{line}: {fault}")
        pair = frozenset((row["left_record"], row["right_record"]))
        if (earlier := first.setdefault(pair, number)) != number:
            raise DecisionError(f"{line}: the same two records as in line {earlier}: keep one of the rows")
        left, right = sorted(pair)
        found.append(Decision(number, left, right, row["decision"] == "same", row["reason"]))
    return tuple(found)


def _fault(row: dict[str, str]) -> str | None:
    """What is wrong with a row and how to correct it, None if nothing."""
    for name in ("left_record", "right_record"):
        source_id, _, key = row[name].partition(":")
        if not (source_id and key and row[name].isprintable()):
            return f"{name} is not a record: write its record_id, as in source:key, not that of an entity"
    if row["left_record"] == row["right_record"]:
        return "a record and itself: write two"
    if row["decision"] not in {"same", "different"}:
        return "decision is neither same nor different: write one of them"
    if not row["reason"] or not row["reason"].isprintable():
        return "no reason, or one with characters that cannot be seen: say why in a few words"
    return _day_fault(row["decided_on"])


def _day_fault(text: str) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "decided_on is not a date: write it as 2026-11-20"
    if day > (datetime.now(UTC) + _LAST_ZONE).date():
        return "decided_on is in the future: write the day on which it was decided"
    return None


def hash_decisions(decisions: tuple[Decision, ...], salt: str) -> str | None:
    """A hash of the decisions, None if there are none. The `salt` of the suppression list is in it, so that
    nobody can find out by trial which suppressed record a decision is about."""
    if not decisions:
        return None
    rows = sorted(astuple(each)[1:] for each in decisions)
    return hmac.new(salt.encode(), json.dumps(rows).encode(), hashlib.sha256).hexdigest()[:16]


def ineffective_decisions(con: duckdb.DuckDBPyConnection, decisions: tuple[Decision, ...]) -> list[str]:
    """A line for each decision that a release, opened by `con`, does not follow, and why."""
    entity_of = dict(con.execute("SELECT record_id, entity_id FROM entity_records").fetchall())
    lines = []
    for each in decisions:
        left, right = entity_of.get(each.left_record), entity_of.get(each.right_record)
        if left is None or right is None:
            lines.append(f"line {each.line}: no list has such a record: it has no effect")
        elif (left == right) != each.same:
            lines.append(f"line {each.line}: not followed, as another line is against it")
    return lines
