"""Findings on a source's snapshots: why they are held, warnings, elements that the parser does not know, and
what is in quarantine. All are read from the staging area, so they are a function of the archive and the
code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from storage.home import Home
from warehouse.staging.staging import Staging
from warehouse.staging.states import PromotedSnapshot, PromotedState

What = Literal["held", "missing", "warnings", "unknown", "quarantined"]

LONGEST = 100
"""Characters of a parser's label that are shown, as it may hold a value of the data."""

MOST_HELD = 5
"""Held snapshots of a source that are listed besides the newest."""


@dataclass(frozen=True)
class Finding:
    """One line of the table with which a run ends. `day`: the snapshot's, empty if it is about no snapshot;
    `number`: how many there are; `texts`: each in words, the most important first."""

    source_id: str
    day: str
    what: What
    number: int
    texts: tuple[str, ...] = ()


def shorten(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def unknown_labels(report: Mapping[str, Any]) -> dict[str, int]:
    """Counts of what a parser did not know, by a label of safe length, the most frequent first."""
    found: dict[str, int] = {}
    for label, count in report.get("unknown", {}).items():
        if count:
            short = shorten(label)
            found[short] = found.get(short, 0) + count
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def count_quarantined(report: Mapping[str, Any], verdict: Mapping[str, Any] | None) -> int:
    """How many records of a snapshot the parser and the gate put into quarantine."""
    by_parser: int = sum(found["quarantined"] for found in report["files"].values())
    return by_parser + len({row["record_id"] for row in verdict["quarantined"]} if verdict else ())


def find_problems(home: Home, source_id: str, state: PromotedState) -> list[Finding]:
    """What is wrong with a source's newest snapshot, and which others are held, as promoted."""
    staged, snapshots = Staging(home, state.code), state.snapshots
    found: list[Finding] = []
    if state.held and not (snapshots and snapshots[-1].held):
        day, _, reason = state.held.partition(": ")
        found.append(Finding(source_id, day, "held", 1, (reason,)))
    if state.missing:
        found.append(Finding(source_id, "", "missing", 1, (state.missing,)))
    older = [snapshot for snapshot in snapshots[:-1] if snapshot.held]
    for snapshot in [*snapshots[-1:], *reversed(older[-MOST_HELD:])]:
        if snapshot.held:
            found.append(Finding(source_id, snapshot.day, "held", len(snapshot.held), snapshot.held))
        found += _of_snapshot(staged, source_id, snapshot)
    if len(older) > MOST_HELD:
        found.append(Finding(source_id, "", "held", len(older) - MOST_HELD, ("older snapshots",)))
    return found


def _of_snapshot(staged: Staging, source_id: str, snapshot: PromotedSnapshot) -> Iterator[Finding]:
    report = staged.report(source_id, snapshot.unit_id)
    if report is None:
        return
    verdict = staged.verdict(source_id, snapshot.unit_id, snapshot.verdict)
    if verdict and verdict["warned"]:
        yield Finding(source_id, snapshot.day, "warnings", len(verdict["warned"]), tuple(verdict["warned"]))
    if labels := unknown_labels(report):
        texts = (label if count == 1 else f"{label} ({count:,} times)" for label, count in labels.items())
        yield Finding(source_id, snapshot.day, "unknown", len(labels), tuple(texts))
    if number := count_quarantined(report, verdict):
        declared = sum(found["declared"] for found in report["files"].values())
        yield Finding(source_id, snapshot.day, "quarantined", number, (f"of {declared:,} declared",))


def newest_note(home: Home, source_id: str, state: PromotedState) -> str | None:
    """What the parser and the gate found in a source's newest snapshot, in one short line; None for
    nothing."""
    notes = []
    for snapshot in state.snapshots[-1:]:
        for finding in _of_snapshot(Staging(home, state.code), source_id, snapshot):
            one, many = _NOUNS[finding.what]
            noun = one if finding.number == 1 else many
            notes.append(f"{finding.number:,} {noun}: {in_short(finding.texts)}")
    return "; ".join(notes) or None


_NOUNS: dict[str, tuple[str, str]] = {
    "warnings": ("warning", "warnings"),
    "unknown": ("unknown element", "unknown elements"),
    "quarantined": ("record quarantined", "records quarantined"),
}


def in_short(texts: tuple[str, ...]) -> str:
    """The first text, and how many more there are."""
    if not texts:
        return ""
    more = f" and {len(texts) - 1:,} more" if len(texts) > 1 else ""
    return f"{texts[0]}{more}"


def quality_rows(
    report: Mapping[str, Any],
    table: str,
    unit_id: str,
    source_id: str,
    redact: Callable[[str, str | None], str | None],
) -> list[dict[str, Any]]:
    """Rows of `quality` for what a parser did not know in a snapshot, or for one that it could not read.
    `redact` takes a source's id and a text, and gives what may be published of it."""
    row = {"table_name": table, "source_id": source_id, "unit_id": unit_id, "success": False}
    if report.get("error"):
        text = redact(source_id, report["error"])
        read = {"expectation": "read_by_parser(snapshot)", "severity": "hold", "observed": text}
        return [{**row, **read, "unexpected_count": None}]
    counts: dict[str, int] = {}
    for label, count in unknown_labels(report).items():
        name = f"known_to_parser({redact(source_id, label)})"
        counts[name] = counts.get(name, 0) + count
    known = {"severity": "warn", "observed": None}
    return [
        {**row, **known, "expectation": name, "unexpected_count": count} for name, count in counts.items()
    ]


def redact_findings(
    found: Iterable[Finding], redact: Callable[[str, str | None], str | None]
) -> Iterator[Finding]:
    """The findings with only what `redact` leaves of their texts."""
    for each in found:
        yield replace(each, texts=tuple(redact(each.source_id, text) or "" for text in each.texts))


def format_table(found: Iterable[Finding]) -> list[str]:
    """The findings as lines of a table with aligned columns; none if there are none."""
    listed = [(each.source_id, each.day, each.what, f"{each.number:,}", _words(each)) for each in found]
    if not listed:
        return []
    table = [("source", "snapshot", "what", "number", "which"), *listed]
    widths = [max(map(len, column)) for column in list(zip(*table, strict=True))[:-1]]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]])
        for row in table
    ]


def _words(finding: Finding) -> str:
    return "; ".join(finding.texts) if finding.what == "held" else in_short(finding.texts)
