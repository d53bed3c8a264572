"""The release writer: from checked tables to Parquet files, changes, a DuckDB file and a manifest.

Everything is written into the release's own folder, the manifest last; then `latest.json`
makes it visible (`warehouse.release.publication`).

    releases/<id>/manifest.json manifest.sig public_key.pem SHA256SUMS
    releases/<id>/LICENSES.md datapackage.json vigil.duckdb
    releases/<id>/parquet/<table>.parquet   or  <table>/month=YYYY-MM/part-0.parquet
    releases/<id>/changes/<table>.parquet
    releases/latest.json
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from upath import UPath

from contracts import Contract, contracts
from sources.list_facts import list_facts
from sources.registry import registry
from storage import database
from storage.atomic_writes import place_scratch, scratch, write_atomic, write_json
from storage.database import sql_literal
from storage.files import relative_name
from storage.home import Home
from storage.lease import lease
from storage.parquet import parquet_files, scan, write_table
from warehouse.privacy.redaction import NO_REDACTION, Redaction
from warehouse.release.catalog import describe_database
from warehouse.release.changes import suppressed_removals, write_changes
from warehouse.release.manifest import DATABASE, DATAPACKAGE, LICENSES, seal_release, table_files
from warehouse.release.publication import (
    PUBLICATION,
    check_base,
    latest,
    new_folder,
    remove_unfinished,
    reveal,
)
from warehouse.release.signing import signing_key

VIEWS = Path(__file__).parent / "sql" / "views"
MACROS = Path(__file__).parent / "sql" / "macros"

# DuckDB clients from 1.0 on read this storage version; 1.0 alone fails at a list column in a group of
# 122,880 rows that are all empty lists.
DUCKDB_STORAGE = "v1.0.0"


LATEST = "latest"

PATIENCE = 5.0
"""Seconds to wait for a process that removes leftovers of a killed run; a release takes longer."""


NEWEST_DAY = "(SELECT (max(last_seen_at) AT TIME ZONE 'UTC')::DATE FROM snapshots)"
"""SQL of the day of the newest observation. What is announced for a later day has not happened yet."""


def _current(contract: Contract) -> str:
    """SQL of the current rows; a record that its publisher keeps as delisted has none.

    A list's main table has beside its columns the `entity_id`, when the record was last seen on its list and
    the list's freshness. A prisoner whose release is announced for a later day is detained until then.
    """
    if parents := contract.references.get("record_id"):
        records = " UNION ALL ".join(f"SELECT record_id FROM current_{parent}" for parent in parents)  # noqa: S608
        return (
            f"SELECT * EXCLUDE (valid_to) FROM {contract.name} "  # noqa: S608
            f"WHERE valid_to IS NULL AND record_id IN ({records})"
        )
    columns = {column.name for column in contract.columns}
    listed = f"coalesce(t.delisting_date > {NEWEST_DAY}, t.delisting_date IS NULL)"
    to_come = f"t.status = 'released' AND t.release_date_earliest > {NEWEST_DAY}"
    status = f"REPLACE (CASE WHEN {to_come} THEN 'detained' ELSE t.status END AS status)"
    return f"""
        SELECT
            r.entity_id, t.* EXCLUDE (valid_to) {status if "status" in columns else ""},
            coalesce(u.last_read_at, l.last_seen_at) AS last_seen_at, s.freshness
        FROM {contract.name} AS t
        LEFT JOIN entity_records AS r ON r.record_id = t.record_id
        LEFT JOIN sources AS s ON s.source_id = t.source_id
        LEFT JOIN (
            SELECT source_id, max(last_seen_at) AS last_seen_at FROM snapshots
            WHERE gate = 'promoted' GROUP BY source_id
        ) AS l ON l.source_id = t.source_id
        LEFT JOIN unread_records AS u
            ON u.record_id = t.record_id AND u.observed_at = s.last_snapshot_at AND u.reason = 'possible'
        WHERE t.valid_to IS NULL AND {listed if "delisting_date" in columns else "true"}
    """  # noqa: S608  the table is a contract's


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Creates the views and macros of a release in a database that holds its tables: `current_<table>`, then
    those of `sql/macros/` and `sql/views/`."""
    versioned = [contract for contract in contracts().values() if contract.versioned]
    for contract in sorted(versioned, key=lambda each: len(each.references)):  # a child reads its parents'
        con.execute(f"CREATE VIEW current_{contract.name} AS {_current(contract)}")
    programs = _program_values()
    for folder in (MACROS / "spans", VIEWS, MACROS):  # each reads what is made before it
        for path in sorted(folder.glob("*.sql")):
            con.execute(path.read_text("utf-8").replace("{list_programs}", programs))


def _program_values() -> str:
    """SQL of the countries of all lists' programmes: source_id, number, pattern in lower case, countries."""
    rows = []
    for row in list_facts(registry().values()).programs.to_pylist():
        countries = ", ".join(map(sql_literal, row["countries"]))
        key = f"{sql_literal(row['source_id'])}, {row['row']}, {sql_literal(row['pattern'].lower())}"
        rows.append(f"({key}, [{countries}]::VARCHAR[])")
    return f"VALUES {', '.join(rows)}"


def write_database(folder: UPath, tables: dict[str, Contract], target: UPath) -> None:
    """Writes `vigil.duckdb`: every table with its comments, the views and the macros. Raises StorageError."""
    with scratch(target.parent) as local:
        with database.duckdb_errors("write", target), database.connect() as con:
            con.execute(f"ATTACH {sql_literal(str(local))} AS vigil (STORAGE_VERSION '{DUCKDB_STORAGE}')")
            con.execute("USE vigil")
            con.execute("BEGIN")  # one write to the disk, not one a comment
            for contract in tables.values():
                con.execute(f"CREATE TABLE {contract.name} AS {scan(folder / 'parquet', contract)}")
                con.execute(f"COMMENT ON TABLE {contract.name} IS {sql_literal(contract.description)}")
                for column in contract.columns:
                    comment = sql_literal(column.description)
                    con.execute(f'COMMENT ON COLUMN {contract.name}."{column.name}" IS {comment}')
            create_views(con)
            con.execute("COMMIT")
            con.execute("USE memory")
            con.execute("DETACH vigil")
        place_scratch(local, target)


FRICTIONLESS = {
    "string": "string",
    "bool": "boolean",
    "int32": "integer",
    "int64": "integer",
    "double": "number",
    "date": "date",
    "timestamp": "datetime",
    "list<string>": "array",
}


def datapackage(
    release: str, tables: dict[str, Contract], folder: UPath, redaction: Redaction = NO_REDACTION
) -> dict[str, Any]:
    """The data dictionary in the form of a Frictionless Data Package (specs.frictionlessdata.io). An
    example that identifies a suppressed record is left out."""
    return {
        "name": "vigil",
        "title": "Vigil: prisoners, sanctions and news over time",
        "version": release,
        "profile": "data-package",
        "resources": [
            {
                "name": contract.name,
                "title": contract.title,
                "description": contract.description,
                "path": [relative_name(p, folder) for p in parquet_files(folder / "parquet", contract)],
                "format": "parquet",
                "schema": {
                    "primaryKey": list(contract.primary_key),
                    "fields": [
                        {
                            "name": c.name,
                            "type": FRICTIONLESS[c.type],
                            "description": c.description,
                            "constraints": {"required": not c.nullable}
                            | ({"enum": list(c.enum)} if c.enum else {}),
                        }
                        | ({"unit": c.unit} if c.unit else {})
                        | ({"example": c.example} if _may_be_shown(c.example, redaction) else {})
                        for c in contract.columns
                    ],
                },
            }
            for contract in tables.values()
        ],
    }


def _may_be_shown(example: Any, redaction: Redaction) -> bool:
    texts = example if isinstance(example, list) else [example]
    return example is not None and not any(redaction.identifies(None, str(text)) for text in texts)


def licenses(con: duckdb.DuckDBPyConnection) -> str:
    """`LICENSES.md`: the terms of each source, how to cite it, and whom to ask to take a person out
    (`VIGIL_CONTACT`)."""
    rows = con.execute(
        "SELECT source_id, title, publisher, licence, licence_url, attribution "
        "FROM sources ORDER BY source_id"
    ).fetchall()
    contact = os.environ.get("VIGIL_CONTACT", "").strip() or "whoever gave you this release"
    parts = [
        "# Licences\n\nEach row of this release carries its `source_id`; the publisher's terms go with it.\n",
        f"To have a person taken out of the releases to come, write to {contact}: no reason is needed.\n",
    ]
    for source_id, title, publisher, licence, url, attribution in rows:
        where = f" ({url})" if url else ""
        parts.append(
            f"## {source_id}: {title}\n\nPublisher: {publisher}\n\n"
            f"Terms: {licence}{where}\n\nCite as: {attribution}\n"
        )
    return "\n".join(parts)


def write_release(  # noqa: PLR0913 - what is released, from what, on what
    con: duckdb.DuckDBPyConnection,
    home: Home,
    inputs: dict[str, Any],
    now: datetime | None = None,
    redaction: Redaction = NO_REDACTION,
    *,
    previous: str | None = LATEST,
    moving: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> str:
    """Write the tables of `con` as a release and make it visible; return its id.

    `inputs`, as `ReleaseInputs.to_json` makes them, are part of the manifest. The tables have
    no suppressed records; `redaction` keeps them out of the other files, `changes` included. `previous` is
    the id of the release that this one was built on, None for a first one, by default the latest. The
    pointer moves within `moving`, which raises if the release must not become visible.

    Raises LeaseHeld if another process makes a release, ReleaseRefused if the latest release is not the one
    that this one was built on, and StorageError. Nothing of the release is left then.
    """
    with lease(home, PUBLICATION, "publishing a release", patience=PATIENCE) as held:
        before = latest(home)
        if previous == LATEST:
            previous = str(before["release"]) if before else None
        check_base(home, previous)
        remove_unfinished(home)
        with new_folder(home, now or datetime.now(UTC)) as folder:
            _write_files(con, home, folder, inputs, previous, redaction)
            with moving():
                held.check()
                check_base(home, previous)
                reveal(home, folder, inputs["fingerprint"])
    return folder.name


def _write_files(  # noqa: PLR0913, PLR0917
    con: duckdb.DuckDBPyConnection,
    home: Home,
    folder: UPath,
    inputs: dict[str, Any],
    previous: str | None,
    redaction: Redaction,
) -> None:
    """Writes all files of a release into its folder, the manifest last."""
    before = home.releases / previous if previous else None
    tables = contracts()
    rows = {name: write_table(con, contract, folder / "parquet") for name, contract in tables.items()}
    suppressed = suppressed_removals(con, before, redaction)
    changes = {
        name: write_changes(con, contract, before, folder / "changes", suppressed)
        for name, contract in tables.items()
    }
    write_database(folder, tables, folder / DATABASE)
    write_json(folder / DATAPACKAGE, datapackage(folder.name, tables, folder, redaction))
    write_atomic(folder / LICENSES, licenses(con).encode())
    seal_release(
        con,
        folder,
        signing_key(home),
        {
            "release": folder.name,
            "previous": previous,
            **inputs,
            "tables": {
                name: {"rows": rows[name], "changes": changes[name], "files": table_files(folder, contract)}
                for name, contract in tables.items()
            },
            "database": describe_database(folder / DATABASE),
        },
    )
