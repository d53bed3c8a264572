"""What came of a validation: the results, what holds, what warns, and what is left out."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from expectations.checks import ROWS_BETWEEN, Check
from expectations.fill import Shape
from expectations.sizes import Counted

MOST_CAUSES = 3


@dataclass
class Verdict:
    """What came of a validation.

    `results`: rows of the `quality` table. `held`, `warned`: one line a failed expectation.
    `quarantined`: `table`, `record_id` and `reason` of each row to leave out; `record_id` is
    the row's key, which is its table's first column: an article's `article_id`, an event's
    `news_event_id`. `shape`: of a day of the news, how full its columns are. Nothing in it repeats a value
    of the data other than these keys. Same input, same verdict, in the same order.
    """

    results: list[dict[str, Any]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    quarantined: list[dict[str, str]] = field(default_factory=list)
    shape: Shape = field(default_factory=dict)

    @property
    def quarantined_ids(self) -> set[str]:
        """The keys of the records to leave out, with all their rows in every table."""
        return {row["record_id"] for row in self.quarantined}

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Verdict:
        return cls(**json.loads(text))


@dataclass
class Unit:
    """What is validated: a source's snapshot, or with no source a release; and what came of it so far.

    `causes`: the checks that put rows into quarantine, with their tables; `lost`: how many records of the
    main table they took out.
    """

    source_id: str | None
    unit_id: str | None
    seen_at: datetime
    verdict: Verdict = field(default_factory=Verdict)
    causes: list[tuple[str, Counted]] = field(default_factory=list)
    lost: int = 0


def record(unit: Unit, table: str, found: Counted, success: bool) -> None:
    """Adds an expectation's result to the verdict: a row of `quality` and, if it failed, its line."""
    check = found.check
    size = check.expectation == ROWS_BETWEEN
    observed = found.detail if found.detail is not None else str(found.rows) if size else None
    unit.verdict.results.append(
        {
            "table_name": table,
            "source_id": unit.source_id,
            "unit_id": unit.unit_id,
            "expectation": check.label,
            "severity": check.severity,
            "success": success,
            "observed": observed,
            "unexpected_count": None if size else found.failing,
        }
    )
    if success or check.severity == "quarantine":
        return
    lines = unit.verdict.held if check.severity == "hold" else unit.verdict.warned
    if found.detail is not None:
        lines.append(f"{table}: {found.detail}")
    elif size:
        line = f"{table}: {found.rows:,} rows, {check.meaning}"
        lines.append(f"{_causes(unit)}; {line}" if _is_caused(unit, found) else line)
    else:
        lines.append(f"{table}: {found.failing:,} of {found.rows:,} rows fail: {check.meaning}")


def _is_caused(unit: Unit, found: Counted) -> bool:
    """Whether there would be rows enough without what the gate put into quarantine."""
    least = found.check.kwargs["min_value"]
    return unit.lost > 0 and least is not None and found.rows + unit.lost >= least


def _causes(unit: Unit) -> str:
    """The checks that put most rows into quarantine: `particulars.property: 7 of 7 outside the enum`."""
    causes = [each for each in unit.causes if each[1].check.severity == "quarantine"]
    causes.sort(key=lambda each: (-(each[1].failing or 0), each[0], each[1].check.label))
    texts = [
        f"{table}.{found.check.target}: {found.failing:,} of {found.rows:,} {_fault(found.check)}"
        for table, found in causes[:MOST_CAUSES]
    ]
    more = f"; and {len(causes) - MOST_CAUSES} more checks" if len(causes) > MOST_CAUSES else ""
    return "; ".join(texts) + more


def _fault(check: Check) -> str:
    outside = check.expectation.endswith("be_in_set") and not check.sql
    return "outside the enum" if outside else f"fail: {check.meaning}"


def difference(expected: list[str], found: list[str]) -> str:
    """How two lists of columns differ, in words."""
    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    parts = [f"{word} {', '.join(names)}" for word, names in (("lacks", missing), ("has", extra)) if names]
    return "; ".join(parts) or "columns are not in the contract's order"


def in_order(verdict: Verdict) -> Verdict:
    verdict.results.sort(key=lambda row: (row["table_name"], row["expectation"]))
    verdict.held.sort()
    verdict.warned.sort()
    verdict.quarantined.sort(key=lambda row: (row["table"], row["record_id"], row["reason"]))
    return verdict
