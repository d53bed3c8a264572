"""A day of GDELT 2: its knowledge graph, events and mentions, of the English and the translated stream.

Each file is zipped and holds a quarter of an hour: `<stamp>[.translation].gkg.csv.zip`, `….export.CSV.zip`,
`….mentions.CSV.zip`. All rows are worked on in DuckDB; Python sees distinct codes only.
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
    """The rows of files of one kind, as one table; what cannot be read goes to quarantine."""
    empty = pa.schema([(name, pa.string()) for name in ("file", *layout.read)]).empty_table()
    rows = [empty]
    for found in zip_csv.read(files, layout, known):
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
    """Reads the files of a day into the tables of articles and of news events.

    `options` say which rows are wanted, and if none is given all are: `countries` (ISO codes of places, for
    an event of its actors too), `themes`, `names` (one of which stands within a person's, body's or actor's
    name, in any case), `listed` (whoever is named in the day's file of names); a mention is wanted with its
    event or its article. What they leave out and the
    repetitions of an article or event count as outside. A file that cannot be read as a whole is put into
    quarantine as one record; SourceFormatError if that is so of every file, OptionError for another option.
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
