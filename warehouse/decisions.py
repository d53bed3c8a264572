"""What a person has decided on who is who: `decisions.csv` in the home.

    left_record,right_record,decision,reason,decided_on,by
    by_viasna:17,un_sc:9,same,"the court's papers name both",2026-11-20,A. Analyst
    eu_fsf:EU.1.2,us_ofac_sdn:345,different,father and son,2026-11-20,

`same` puts two records into one entity whatever contradicts, `different` keeps them apart for ever, also
where other records would join them. The column `by` may be missing. The reasons are published with the links.

A record may be one that is withheld: no message about the file repeats what stands in it, a row is named by
its line.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta

from upath import UPath

from warehouse.storage import Home, told

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


def path(home: Home) -> UPath:
    return home.root / FILE


def read(home: Home) -> tuple[Decision, ...]:
    """The home's decisions, none if there is no file. Raises DecisionError, StorageError."""
    file = path(home)
    with told("read", file):
        if not file.exists():
            return ()
        data = file.read_bytes()
    try:
        return parse(data.decode("utf-8-sig"), str(file))
    except UnicodeDecodeError:
        raise DecisionError(f"{file}: not UTF-8: save it as CSV in UTF-8") from None


def parse(text: str, where: str) -> tuple[Decision, ...]:
    """The decisions in a text; DecisionError names `where`, and the line at fault."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        table = [(rows.line_num, cells) for cells in rows]
    except csv.Error as error:
        raise DecisionError(f"{where}: line {rows.line_num}: not CSV ({error})") from error
    header = [name.strip() for name in (table[0][1] if table else [])]
    if missing := [name for name in NEEDED if name not in header]:
        raise DecisionError(f"{where}: line 1: no column {', '.join(missing)}: begin with {','.join(NEEDED)}")
    if len(set(header)) < len(header) or set(header) - {*NEEDED, *OPTIONAL}:
        raise DecisionError(f"{where}: line 1: a column twice, or other than {', '.join(NEEDED + OPTIONAL)}")
    found: list[Decision] = []
    first: dict[frozenset[str], int] = {}
    for number, cells in table[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        line = f"{where}: line {number}"
        if len(cells) != len(header):
            raise DecisionError(f"{line}: {len(cells)} cells, not {len(header)}: quote what holds a comma")
        row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        if fault := _fault(row):
            raise DecisionError(f"{line}: {fault}")
        pair = frozenset((row["left_record"], row["right_record"]))
        if (earlier := first.setdefault(pair, number)) != number:
            raise DecisionError(f"{line}: the same two records as in line {earlier}: keep one of the rows")
        left, right = sorted(pair)
        found.append(Decision(number, left, right, row["decision"] == "same", row["reason"]))
    return tuple(found)


def _fault(row: dict[str, str]) -> str | None:
    """What is wrong with a row, and what to do."""
    for name in ("left_record", "right_record"):
        source_id, _, key = row[name].partition(":")
        if not (source_id and key and row[name].isprintable()):
            return f"{name} is no record: write its record_id, as in source:key"
    if row["left_record"] == row["right_record"]:
        return "a record and itself: write two"
    if row["decision"] not in {"same", "different"}:
        return "decision is neither same nor different: write one of them"
    if not row["reason"] or not row["reason"].isprintable():
        return "no reason, or one with characters that cannot be seen: say why in a few words"
    return _no_day(row["decided_on"])


def _no_day(text: str) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "decided_on is no date: write it as 2026-11-20"
    if day > (datetime.now(UTC) + _LAST_ZONE).date():
        return "decided_on is in the future: write the day on which it was decided"
    return None


def digest(decisions: tuple[Decision, ...], salt: str) -> str | None:
    """A hash of what is decided, None of nothing. With the `salt` of the suppressed records in it nobody
    can find out by trying which of them a decision is about."""
    if not decisions:
        return None
    said = sorted(astuple(each)[1:] for each in decisions)
    return hmac.new(salt.encode(), json.dumps(said).encode(), hashlib.sha256).hexdigest()[:16]
