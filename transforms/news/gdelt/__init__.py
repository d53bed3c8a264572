"""Parse a day of GDELT 2: its knowledge graph, events and mentions, from the English and translated streams.

Each zip file covers a quarter of an hour: `<stamp>[.translation].gkg.csv.zip`, `….export.CSV.zip`,
`….mentions.CSV.zip`. Rows are processed in DuckDB; Python handles distinct codes only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

from sources.registry import NAMES_FILE
from transforms.names.listed_people import ListedNames, parse_names_file
from transforms.news import articles
from transforms.news.gdelt import events, graph, vocabulary, zip_csv
from transforms.news.gdelt.news_filter import define, keep
from transforms.news.gdelt.zip_csv import Layout
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError

_KINDS = {".gkg.csv.zip": "graph", ".export.csv.zip": "export", ".mentions.csv.zip": "mention"}


def _kind(name: str) -> str | None:
    return next((kind for end, kind in _KINDS.items() if name.lower().endswith(end)), None)


def _rows(
    layout: Layout, files: Mapping[str, BinaryIO], snapshot: ParseResult, known: Mapping[str, pa.Table] = {}
) -> pa.Table:
    """Return the rows of files of one kind as one table; what cannot be read is quarantined."""
    empty = pa.schema([(name, pa.string()) for name in ("file", *layout.read)]).empty_table()
    rows = [empty]
    for found in zip_csv.read_files(files, layout, known):
        snapshot.files[found.file] = FileReport(declared=found.declared)
        snapshot.unknown.update(found.unknown)
        for number, reason, line in found.rejected:
            snapshot.reject(found.file, f"line {number}", reason, line[: layout.shown])
        if found.wanted is None:
            snapshot.reject(found.file, found.file, found.error or "")
        else:
            rows.append(found.wanted)
    return zip_csv.concatenated(rows)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Parse the files of a day into the tables of articles and of news events.

    `options` select rows; without options all rows are kept. `countries`: ISO codes of places, for events
    also of actors. `themes`. `names`: texts contained in the name of a person, body or actor, in any case.
    `listed`: people in the day's file of names. A mention is kept with its event or its article. Rows that
    are not selected, and repetitions of an article or event, count as outside.

    An unreadable file is quarantined as one record. Raises SourceFormatError if no file is readable,
    OptionError for an unknown option.
    """
    snapshot = ParseResult()
    listed: list[str] = []
    kinds: dict[str, dict[str, BinaryIO]] = {kind: {} for kind in _KINDS.values()}
    for name in sorted(files):
        if kind := _kind(name):
            kinds[kind][name] = files[name]
        elif name.endswith(NAMES_FILE):
            snapshot.files[name] = FileReport()
            listed += parse_names_file(files[name].read())
        else:
            snapshot.files[name] = FileReport(declared=1)
            snapshot.reject(name, name, f"{name}: no file of GDELT's is called so")
    with duckdb.connect(":memory:") as con:
        vocabulary.define(con)
        articles.define_url_macros(con)
        kept = keep(con, options, ListedNames(listed))
        define(con, kept)
        con.register("graph_rows", _rows(graph.layout(kept), kinds["graph"], snapshot))
        snapshot.tables |= graph.build(con, snapshot, source_id, kept)
        con.unregister("graph_rows")
        con.register("export_rows", _rows(events.export_layout(kept), kinds["export"], snapshot))
        known = events.known(con, kept)
        con.register("mention_rows", _rows(events.mention_layout(kept), kinds["mention"], snapshot, known))
        snapshot.tables |= events.build(con, snapshot, source_id)
    whole = [record["reason"] for record in snapshot.quarantine if record["locator"] == record["file"]]
    if len(whole) == sum(not name.endswith(NAMES_FILE) for name in files):
        raise SourceFormatError(whole[0] or "" if whole else "no file in the snapshot")
    for report in snapshot.files.values():
        report.outside = report.declared - report.quarantined - report.parsed
    return snapshot
