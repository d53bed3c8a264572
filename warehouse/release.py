"""The release writer: checked tables to Parquet, what changed, a manifest, a DuckDB file.

Everything is written into the release's own folder, the manifest last; `latest.json` then
makes it visible. A folder without a manifest is no release.

    releases/<id>/manifest.json SHA256SUMS LICENSES.md datapackage.json vigil.duckdb
    releases/<id>/parquet/<table>.parquet   or  <table>/month=YYYY-MM/part-0.parquet
    releases/<id>/changes/<table>.parquet
    releases/latest.json
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from upath import UPath

from contracts import Contract, contracts
from warehouse import database
from warehouse.storage import Home, place, read_json, scratch, sql_path, write_atomic, write_json
from warehouse.withheld import NOTHING, TOLD_BY, Withheld

ROWS_AT_A_TIME = 100_000
VIEWS = Path(__file__).parent / "views"

# DuckDB clients from 1.0 on read this storage version; 1.0 alone fails at a list column in a group of
# 122,880 rows that are all empty lists.
DUCKDB_STORAGE = "v1.0.0"


MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"


def _release_id(home: Home, now: datetime) -> str:
    """A free id of this second, or of the next that is free: what stands there, whole or broken off,
    is never written over."""
    while (home.releases / (release := now.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ"))).exists():
        now += timedelta(seconds=1)
    return release


def latest(home: Home) -> dict[str, Any] | None:
    """The newest visible release as `latest.json` names it, or None."""
    path = home.releases / "latest.json"
    return read_json(path) if path.exists() else None


def parquet_files(folder: UPath, contract: Contract) -> list[UPath]:
    """A table's Parquet files in a release's `parquet` folder, in order."""
    if contract.partition_by:
        return sorted((folder / contract.name).glob("month=*/*.parquet"), key=str)
    return [folder / f"{contract.name}.parquet"]


def scan(folder: UPath, contract: Contract) -> str:
    """SQL that reads a table of a release, with the contract's columns alone. In an earlier release,
    whose contract may have been another, a column that was not there is empty."""
    paths = [path for path in parquet_files(folder, contract) if path.exists()]
    there = pq.read_schema(paths[0].path, filesystem=paths[0].fs).names if paths else []
    columns = ", ".join(f'"{c.name}"' if c.name in there else f'NULL AS "{c.name}"' for c in contract.columns)
    if not paths:
        return f"SELECT {columns} WHERE false"
    files = ", ".join(literal(sql_path(path)) for path in paths)
    return f"SELECT {columns} FROM read_parquet([{files}], hive_partitioning = false)"  # noqa: S608


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _write(
    con: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, path: UPath, metadata: dict[str, str]
) -> int:
    """Streams a query into one Parquet file in `schema`; returns its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    reader = con.execute(query).to_arrow_reader(ROWS_AT_A_TIME)
    schema = schema.with_metadata(metadata)
    rows = 0
    with pq.ParquetWriter(path.path, schema, filesystem=path.fs, compression="zstd") as writer:
        for batch in reader:
            table = pa.Table.from_batches([batch]).cast(schema)
            writer.write_table(table)
            rows += table.num_rows
    return rows


def _order(contract: Contract) -> str:
    """A total order of a table's rows, so that equal tables are equal files."""
    key = list(contract.primary_key)
    rest = [c.name for c in contract.columns if c.name not in key]
    return ", ".join(f'"{name}"' for name in key + rest)


def table_query(contract: Contract) -> str:
    """SQL that reads a table of the working database, with the contract's columns alone."""
    columns = ", ".join(f'"{c.name}"' for c in contract.columns)
    return f"SELECT {columns} FROM {contract.name}"  # noqa: S608


def read_tables(con: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """Every table of the working database by name, each in its contract's schema."""
    return {
        name: con.execute(table_query(contract)).to_arrow_table().cast(contract.arrow_schema)
        for name, contract in contracts().items()
    }


def write_table(con: duckdb.DuckDBPyConnection, contract: Contract, folder: UPath) -> int:
    """Writes a table into a release's `parquet` folder; returns its rows."""
    select = table_query(contract)
    order = f" ORDER BY {_order(contract)}"
    meta = {"title": contract.title, "description": contract.description}
    if not contract.partition_by:
        path = folder / f"{contract.name}.parquet"
        return _write(con, select + order, contract.arrow_schema, path, meta)
    month = f"strftime(\"{contract.partition_by}\" AT TIME ZONE 'UTC', '%Y-%m')"
    months = con.execute(
        f"SELECT DISTINCT coalesce({month}, 'unknown') AS m FROM {contract.name} ORDER BY m"  # noqa: S608
    ).fetchall()
    rows = 0
    for (value,) in months or [("unknown",)]:
        path = folder / contract.name / f"month={value}" / "part-0.parquet"
        part = f"{select} WHERE coalesce({month}, 'unknown') = '{value}'{order}"
        rows += _write(con, part, contract.arrow_schema, path, meta)
    return rows


def compare(con: duckdb.DuckDBPyConnection, contract: Contract, old: str, new: str) -> str:
    """SQL that gives what tells the rows of query `new` from those of query `old`, with `change`: `added`
    or `changed` rows are new ones, `removed` ones old; rows are told apart by the contract's key."""
    same_key = " AND ".join(f'n."{k}" IS NOT DISTINCT FROM o."{k}"' for k in contract.primary_key)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE came AS {new} EXCEPT ALL {old};
        CREATE OR REPLACE TEMP TABLE went AS {old} EXCEPT ALL {new};
        """
    )
    return f"""
        SELECT CASE WHEN EXISTS (SELECT 1 FROM went AS o WHERE {same_key}) THEN 'changed' ELSE 'added' END
            AS change, n.* FROM came AS n
        UNION ALL
        SELECT 'removed' AS change, n.* FROM went AS n
        WHERE NOT EXISTS (SELECT 1 FROM came AS o WHERE {same_key})
    """  # noqa: S608


def count_changes(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    """How many rows of a query by `compare` there are of each kind."""
    counts = con.execute(f"SELECT change, count(*) FROM ({query}) GROUP BY change ORDER BY change")  # noqa: S608
    return {str(change): int(n) for change, n in counts.fetchall()}


@dataclass(frozen=True)
class Gone:
    """Rows of the release before that must not be told of as removed: by a column's values, those of
    `withheld` records, the entities and the articles that went with them; and what else tells of them."""

    withheld: Withheld = NOTHING
    keys: dict[str, list[str]] = field(default_factory=dict)

    def leave_out(self, con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        """Takes them out of `went`, the rows that `compare` found gone from a table."""
        for column, keys in self.keys.items():
            if column in contract.arrow_schema.names:
                con.execute(f'DELETE FROM went WHERE "{column}" IN (SELECT unnest(?::VARCHAR[]))', [keys])  # noqa: S608
        if self.withheld and contract.name in TOLD_BY:
            rows = con.execute("SELECT rowid AS went_row, * FROM went").to_arrow_reader(ROWS_AT_A_TIME)
            telling = list(self.withheld.telling(rows, contract.name, "went_row"))
            con.execute("DELETE FROM went WHERE rowid IN (SELECT unnest(?::BIGINT[]))", [telling])


def gone(con: duckdb.DuckDBPyConnection, previous: UPath | None, withheld: Withheld) -> Gone:
    """What the release in folder `previous` holds of records that are `withheld` from the one in `con`."""
    if previous is None or not withheld:
        return Gone(withheld)
    ids = sorted(withheld.ids)
    linked = scan(previous / "parquet", contracts()["entity_records"])
    articles = scan(previous / "parquet", contracts()["articles"])
    entities = con.execute(
        f"SELECT DISTINCT entity_id FROM ({linked}) WHERE list_contains(?::VARCHAR[], record_id) "  # noqa: S608
        "AND entity_id NOT IN (SELECT entity_id FROM entities)",
        [ids],
    ).fetchall()
    lost = con.execute(
        f"SELECT * FROM ({articles}) WHERE article_id NOT IN (SELECT article_id FROM articles)"  # noqa: S608
    ).to_arrow_reader(ROWS_AT_A_TIME)
    return Gone(
        withheld,
        {
            "record_id": ids,
            "entity_id": sorted(entity_id for (entity_id,) in entities),
            "article_id": sorted(set(withheld.telling(lost, "articles", "article_id"))),
        },
    )


def write_changes(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    previous: UPath | None,
    folder: UPath,
    left_out: Gone | None = None,
) -> dict[str, int]:
    """Writes what changed in a table since the release in folder `previous`; returns counts by kind.

    Rows with `change` `added` or `changed` are the new rows, `removed` the old ones: the old
    table less all rows whose key is `changed` or `removed`, plus the `added` and `changed`
    rows, is the new table. It is so but for rows of suppressed records, and those that went with them,
    which are `left_out`: they are in the old table, and neither in the new one nor told of as removed.
    """
    new = table_query(contract)
    old = f"{new} WHERE false" if previous is None else scan(previous / "parquet", contract)
    query = f"{compare(con, contract, old, new)} ORDER BY change, {_order(contract)}"
    (left_out or Gone()).leave_out(con, contract)
    field = pa.field("change", pa.string(), False, {"description": "added, changed or removed"})
    schema = pa.schema([field, *contract.arrow_schema])
    path = folder / f"{contract.name}.parquet"
    _write(con, query, schema, path, {"title": f"{contract.title}: changes"})
    return count_changes(con, query)


def _current(contract: Contract) -> str:
    """SQL of what stands now: of a record that its publisher keeps as delisted, nothing does."""
    standing = ["valid_to IS NULL"]
    if any(column.name == "delisting_date" for column in contract.columns):
        standing.append("delisting_date IS NULL")
    if parents := contract.references.get("record_id"):
        records = " UNION ALL ".join(f"SELECT record_id FROM current_{parent}" for parent in parents)  # noqa: S608
        standing.append(f"record_id IN ({records})")
    return f"SELECT * EXCLUDE (valid_to) FROM {contract.name} WHERE {' AND '.join(standing)}"  # noqa: S608


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Creates the views of a release in a database that holds its tables: `current_<table>`, then those of
    `warehouse/views/`."""
    versioned = [contract for contract in contracts().values() if contract.versioned]
    for contract in sorted(versioned, key=lambda each: len(each.references)):  # a child reads its parents'
        con.execute(f"CREATE VIEW current_{contract.name} AS {_current(contract)}")
    for view in sorted(VIEWS.glob("*.sql")):
        con.execute(view.read_text("utf-8"))


def write_database(folder: UPath, tables: dict[str, Contract], target: UPath) -> None:
    """Writes `vigil.duckdb`: every table with its comments, and the views."""
    with scratch(target.parent) as local:
        with database.connect() as con:
            con.execute(f"ATTACH {literal(str(local))} AS vigil (STORAGE_VERSION '{DUCKDB_STORAGE}')")
            con.execute("USE vigil")
            con.execute("BEGIN")  # one write to the disk, not one a comment
            for contract in tables.values():
                con.execute(f"CREATE TABLE {contract.name} AS {scan(folder / 'parquet', contract)}")
                con.execute(f"COMMENT ON TABLE {contract.name} IS {literal(contract.description)}")
                for column in contract.columns:
                    con.execute(
                        f'COMMENT ON COLUMN {contract.name}."{column.name}" IS {literal(column.description)}'
                    )
            create_views(con)
            con.execute("COMMIT")
            con.execute("USE memory")
            con.execute("DETACH vigil")
        place(local, target)


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
    release: str, tables: dict[str, Contract], folder: UPath, withheld: Withheld = NOTHING
) -> dict[str, Any]:
    """The data dictionary in the form of a Frictionless Data Package (specs.frictionlessdata.io). An
    example that tells of a `withheld` record is left out."""
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
                "path": [_relative(p, folder) for p in parquet_files(folder / "parquet", contract)],
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
                        | ({"example": c.example} if _may_be_shown(c.example, withheld) else {})
                        for c in contract.columns
                    ],
                },
            }
            for contract in tables.values()
        ],
    }


def _may_be_shown(example: Any, withheld: Withheld) -> bool:
    texts = example if isinstance(example, list) else [example]
    return example is not None and not any(withheld.tells(None, str(text)) for text in texts)


def licenses(con: duckdb.DuckDBPyConnection) -> str:
    """`LICENSES.md`: under which terms each source's rows stand, how to cite it, and who takes people out
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


def _relative(path: UPath, folder: UPath) -> str:
    return path.path.removeprefix(folder.path).lstrip("/")


def files(folder: UPath) -> Iterator[tuple[str, UPath]]:
    """Every file of a release but the checksums: relative name and path, in order."""
    for path in sorted(folder.rglob("*"), key=lambda p: p.path):
        if path.is_file() and (name := _relative(path, folder)) != SUMS:
            yield name, path


def sha256(path: UPath) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _json(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()


def write_release(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    inputs: dict[str, Any],
    now: datetime | None = None,
    withheld: Withheld = NOTHING,
) -> str:
    """Writes the tables of `con` as a release and makes it visible; returns its id.

    `inputs` goes into the manifest as it is: fingerprint, code version, snapshots by sha256. The tables
    hold nothing of `withheld` records; nor does what is told of the release before.
    """
    before = latest(home)
    release = _release_id(home, now or datetime.now(UTC))
    folder = home.releases / release
    tables = contracts()
    rows = {name: write_table(con, contract, folder / "parquet") for name, contract in tables.items()}
    previous = home.releases / before["release"] if before else None
    left_out = gone(con, previous, withheld)
    changes = {
        name: write_changes(con, contract, previous, folder / "changes", left_out)
        for name, contract in tables.items()
    }
    write_database(folder, tables, folder / "vigil.duckdb")
    write_json(folder / "datapackage.json", datapackage(release, tables, folder, withheld))
    write_atomic(folder / "LICENSES.md", licenses(con).encode())
    sums = {name: (sha256(path), path.stat().st_size) for name, path in files(folder)}
    quality = con.execute(
        "SELECT severity, count(*), count(*) FILTER (NOT success) "
        "FROM quality GROUP BY severity ORDER BY severity"
    ).fetchall()
    manifest = _json(
        {
            "release": release,
            "previous": before["release"] if before else None,
            **inputs,
            "tables": {
                name: {
                    "rows": rows[name],
                    "changes": changes[name],
                    "files": {
                        file: {"sha256": digest, "bytes": size}
                        for file, (digest, size) in sums.items()
                        if file.startswith((f"parquet/{name}.", f"parquet/{name}/"))
                    },
                }
                for name in tables
            },
            "quality": {
                severity: {"expectations": total, "failed": failed} for severity, total, failed in quality
            },
        },
    )
    listed = {name: digest for name, (digest, _) in sums.items()}
    listed[MANIFEST] = hashlib.sha256(manifest).hexdigest()
    write_atomic(folder / SUMS, "".join(f"{listed[name]}  {name}\n" for name in sorted(listed)).encode())
    write_atomic(folder / MANIFEST, manifest)
    write_json(home.releases / "latest.json", {"release": release, "fingerprint": inputs["fingerprint"]})
    return release
