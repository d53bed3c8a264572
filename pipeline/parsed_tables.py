"""From a snapshot's files to its staged tables and their report. A pure function of the files, the source's
entry and the code that this module imports (`pipeline.code_version`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

import pyarrow as pa

from contracts import contract
from sources.registry import Source
from transforms.reading.parse_result import SourceFormatError, parse


def parse_files(
    source: Source, files: Mapping[str, BinaryIO], hashes: Mapping[str, str], charsets: Mapping[str, str]
) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """Parses a snapshot's files, by name; `hashes` has the SHA-256 of each, `charsets` HTTP's charset.

    Returns the contract tables with the `quarantine`, and the report: `error` (why the snapshot cannot be
    read as a whole, or None), `rows` by table, `files` (what became of each file's records), `unknown`.
    """
    report: dict[str, Any] = {"error": None, "files": {}, "unknown": {}, "rows": {}}
    try:
        result = parse(source.source_id, source.parser, files, source.parser_options(charsets))
    except SourceFormatError as error:
        return {}, {**report, "error": str(error)}
    tables = result.arrow()
    report["rows"] = {name: table.num_rows for name, table in tables.items()}
    report["unknown"] = dict(sorted(result.unknown.items()))
    report["files"] = {name: found.to_dict() for name, found in result.files.items()}
    rejected = [
        {
            "source_id": source.source_id,
            "snapshot_id": hashes[record["file"] or ""],
            "locator": record["locator"],
            "reason": record["reason"],
            "record_id": f"{source.source_id}:{record['key']}" if record["key"] else None,
            "raw": record["raw"],
        }
        for record in result.quarantine
    ]
    tables["quarantine"] = pa.Table.from_pylist(rejected, contract("quarantine").arrow_schema)
    return tables, report
