"""What is wrong with the snapshots that a source has: what holds them, what warns, what its parser did not
know and what is in quarantine. All of it is read from the staging area, so it is a function of the archive
and the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from warehouse.staging.staging import Staging

What = Literal["held", "missing", "warnings", "unknown", "quarantined"]

LONGEST = 100
"""Characters of a parser's label that are shown: it may hold a value of the data."""

MOST_HELD = 5
"""Held snapshots of a source that are listed besides the newest."""


@dataclass(frozen=True)
class Finding:
    """One line of the table that a run ends with. `day`: the snapshot's, empty for what is of no snapshot;
    `number`: how many there are; `texts`: each in words, the weightiest first."""

    source_id: str
    day: str
    what: What
    number: int
    texts: tuple[str, ...] = ()


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def unknown_labels(report: Mapping[str, Any]) -> dict[str, int]:
    """What a parser did not know, by a label of safe length, the most frequent first."""
    found: dict[str, int] = {}
    for label, count in report.get("unknown", {}).items():
        if count:
            short = shortened(label)
            found[short] = found.get(short, 0) + count
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def quarantined(report: Mapping[str, Any], verdict: Mapping[str, Any] | None) -> int:
    """How many records of a snapshot its parser and the gate put into quarantine."""
    by_parser: int = sum(found["quarantined"] for found in report["files"].values())
    return by_parser + len({row["record_id"] for row in verdict["quarantined"]} if verdict else ())


def of_source(staging: Staging, source_id: str, state: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with a source's newest snapshot, and which others are held; `state` is what has been
    promoted of it."""
    staged, units = staging.of(state["code"]), state["units"]
    found: list[Finding] = []
    if state["held"] and not (units and units[-1]["held"]):
        day, _, reason = state["held"].partition(": ")
        found.append(Finding(source_id, day, "held", 1, (reason,)))
    if state.get("missing"):
        found.append(Finding(source_id, "", "missing", 1, (state["missing"],)))
    older = [unit for unit in units[:-1] if unit["held"]]
    for unit in [*units[-1:], *reversed(older[-MOST_HELD:])]:
        day = unit["observed_at"][:10]
        if unit["held"]:
            found.append(Finding(source_id, day, "held", len(unit["held"]), tuple(unit["held"])))
        found += _of_unit(staged, source_id, unit)
    if len(older) > MOST_HELD:
        found.append(Finding(source_id, "", "held", len(older) - MOST_HELD, ("older snapshots",)))
    return found


def _of_unit(staged: Staging, source_id: str, unit: Mapping[str, Any]) -> Iterator[Finding]:
    day, unit_id = unit["observed_at"][:10], unit["unit_id"]
    report = staged.report(source_id, unit_id)
    if report is None:
        return
    verdict = staged.verdict(source_id, unit_id, unit["verdict"])
    if verdict and verdict["warned"]:
        yield Finding(source_id, day, "warnings", len(verdict["warned"]), tuple(verdict["warned"]))
    if labels := unknown_labels(report):
        texts = (label if count == 1 else f"{label} ({count:,} times)" for label, count in labels.items())
        yield Finding(source_id, day, "unknown", len(labels), tuple(texts))
    if number := quarantined(report, verdict):
        declared = sum(found["declared"] for found in report["files"].values())
        yield Finding(source_id, day, "quarantined", number, (f"of {declared:,} declared",))


def note_of(staging: Staging, source_id: str, state: Mapping[str, Any]) -> str | None:
    """What the parser and the gate noticed of a source's newest snapshot, in one short line; None for
    nothing."""
    said = []
    for unit in state["units"][-1:]:
        for finding in _of_unit(staging.of(state["code"]), source_id, unit):
            one, many = _NOUNS[finding.what]
            noun = one if finding.number == 1 else many
            said.append(f"{finding.number:,} {noun}: {in_short(finding.texts)}")
    return "; ".join(said) or None


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
    unit: Mapping[str, Any],
    source_id: str,
    shown: Callable[[str, str | None], str | None],
) -> list[dict[str, Any]]:
    """Rows of `quality` of what a parser did not know in a snapshot, and of one that it could not read.
    `shown` gives what may be shown of a source's text."""
    row = {"table_name": table, "source_id": source_id, "unit_id": unit["unit_id"], "success": False}
    if report.get("error"):
        text = shown(source_id, report["error"])
        read = {"expectation": "read_by_parser(snapshot)", "severity": "hold", "observed": text}
        return [{**row, **read, "unexpected_count": None}]
    counts: dict[str, int] = {}
    for label, count in unknown_labels(report).items():
        name = f"known_to_parser({shown(source_id, label)})"
        counts[name] = counts.get(name, 0) + count
    known = {"severity": "warn", "observed": None}
    return [
        {**row, **known, "expectation": name, "unexpected_count": count} for name, count in counts.items()
    ]


def redacted(found: Iterable[Finding], shown: Callable[[str, str | None], str | None]) -> Iterator[Finding]:
    """The findings with only what may be shown of their texts."""
    for each in found:
        yield replace(each, texts=tuple(shown(each.source_id, text) or "" for text in each.texts))


def lines(found: Iterable[Finding]) -> list[str]:
    """The findings as a table for people, in lines whose columns are aligned; none if there are none."""
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
