"""What a run would make of a source's snapshots, without Airflow, an archive or a release."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from expectations.counting_session import CountingSession
from expectations.fill import Shape
from expectations.gate import Gate
from expectations.sizes import Reported, file_counts
from expectations.verdict import Verdict
from sources.fetching.mirror import list_dates, list_files
from sources.list_facts import find_unmatched, list_facts
from sources.registry import FOLDER, Source
from transforms.reading.parse_result import FileReport, SourceFormatError, parse


@dataclass(frozen=True)
class CheckedSnapshot:
    """A snapshot as parsed and validated. `error`: why it cannot be read; then all else is empty.
    `quarantine`: the parser's reasons for rejected records, with their places."""

    name: str
    error: str | None = None
    files: dict[str, FileReport] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    quarantine: list[str] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def is_good(self) -> bool:
        return self.error is None and not self.verdict.held


def sample_snapshots(source: Source) -> Iterator[tuple[str, datetime, dict[str, Path]]]:
    """The bundled snapshots of a source: name, time of observation, files by name."""
    for day in list_dates(FOLDER, source.source_id):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        yield day.isoformat(), at, {path.name: path for path in list_files(source, FOLDER, day)}


def check_snapshots(
    source: Source, snapshots: Iterable[tuple[str, datetime, Mapping[str, Path]]]
) -> Iterator[CheckedSnapshot]:
    """Parses and validates snapshots in order, each measured by the last good one before it as in a run."""
    session = CountingSession()
    previous: dict[str, pa.Table] | None = None
    baseline: int | None = None
    shape: Shape | None = None
    for name, observed_at, paths in snapshots:
        with ExitStack() as opened:
            files = {each: opened.enter_context(path.open("rb")) for each, path in paths.items()}
            try:
                result = parse(source.source_id, source.parser, files, source.parser_options())
            except SourceFormatError as error:
                yield CheckedSnapshot(name, str(error))
                continue
        tables, unknown = result.arrow(), dict(result.unknown)
        counts = file_counts(source, {each: vars(report) for each, report in result.files.items()})
        verdict = session.check_snapshot(
            Gate.of(source, observed_at),
            name,
            tables,
            baseline,
            previous,
            reported=Reported(counts, unknown),
            shape=shape,
        )
        rejected = [
            f"{each['file']} {each['locator']}: {each['reason']}"
            + (f" ({each['key']})" if each["key"] else "")
            for each in result.quarantine
        ]
        checked = CheckedSnapshot(name, None, result.files, tables, unknown, rejected, verdict)
        yield checked
        if checked.is_good and source.content == "full":
            main = tables.get(source.main_table)
            previous = tables
            baseline = (main.num_rows if main else 0) - len(verdict.quarantined_ids)
        elif checked.is_good and source.content == "days":
            shape = verdict.shape


def entry_faults(source: Source, snapshots: Iterable[CheckedSnapshot]) -> list[str]:
    """What the source's folder states otherwise than its parser and its samples, a line each."""
    faults = []
    declared = getattr(importlib.import_module(f"transforms.{source.parser}"), "WITHHELD_FIELDS", None)
    if declared is not None:
        faults += [
            f"source.yml: withheld: {name}: the parser does not withhold it"
            for name in sorted(source.withheld.keys() - declared)
        ]
        faults += [
            f"source.yml: withheld: gives no reason for {name}, which the parser withholds"
            for name in sorted(declared - source.withheld.keys())
        ]
    programs: set[str] = set()
    for each in snapshots:
        if "programs" in each.tables:
            programs |= set(each.tables["programs"]["program"].to_pylist())
    facts = list_facts([source])
    if unmatched := ", ".join(find_unmatched(facts, source.source_id, programs)):
        if facts.programs.num_rows:
            faults.append(f"programs.tsv: no row for {unmatched}: of no country")
        else:
            faults.append(f"no programs.tsv: the programmes {unmatched} are of no country")
    faults += [f"source.yml: {name}: still TODO" for name, value in source if "TODO" in str(value)]
    return faults
