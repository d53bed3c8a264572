"""Whether manifest, `datapackage.json` and `LICENSES.md` agree with the tables."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
from upath import UPath

from contracts import contracts
from warehouse.release.manifest import (
    DATAPACKAGE,
    LICENSES,
    MANIFEST,
    Datapackage,
    Manifest,
    read_bytes,
    read_model,
)
from warehouse.release.writer import FRICTIONLESS


def check_statements(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> Iterator[str]:
    """Whether the manifest agrees with the tables on sources, snapshots, suppressed records and quality."""
    listed = dict(con.execute("SELECT source_id, freshness FROM sources").fetchall())
    if listed != {source_id: source.freshness for source_id, source in manifest.sources.items()}:
        yield f"sources: they are not those of {MANIFEST}, or not as fresh"
    fetched = {
        digest
        for source in manifest.sources.values()
        for snapshot in source.units
        for digest in snapshot.files.values()
    }
    snapshots = {digest for (digest,) in con.execute("SELECT DISTINCT snapshot_id FROM snapshots").fetchall()}
    if strays := len(snapshots - fetched):
        yield f"snapshots: {strays} are not in {MANIFEST}"
    tombstones = [row for (row,) in con.execute("SELECT tombstone_id FROM tombstones ORDER BY 1").fetchall()]
    stated = [tombstone.tombstone_id for tombstone in manifest.suppressed.tombstones]
    if tombstones != sorted(stated) or len(stated) != manifest.suppressed.records:
        yield f"tombstones: they are not those of {MANIFEST}"
    counts = con.execute(
        "SELECT severity, count(*), count(*) FILTER (NOT success) FROM quality GROUP BY severity"
    ).fetchall()
    if {severity: (total, failed) for severity, total, failed in counts} != {
        severity: (stated.expectations, stated.failed) for severity, stated in manifest.quality.items()
    }:
        yield f"quality: {MANIFEST} counts other expectations"


def check_datapackage(folder: UPath, manifest: Manifest) -> Iterator[str]:
    """Whether `datapackage.json` describes the tables of this release."""
    package = read_model(folder / DATAPACKAGE, Datapackage)
    if package.version != manifest.release:
        yield f"{DATAPACKAGE} is of release {package.version}"
    if sorted(resource.name for resource in package.resources) != sorted(contracts()):
        yield f"{DATAPACKAGE}: its resources are not the tables"
        return
    for resource in package.resources:
        contract = contracts()[resource.name]
        if resource.path != manifest.tables[resource.name].files:
            yield f"{DATAPACKAGE}: the files of {resource.name} are not those of {MANIFEST}"
        described = [
            (field.name, field.type, field.constraints.required, tuple(field.constraints.enum or ()))
            for field in resource.contents.fields
        ]
        wanted = [(c.name, FRICTIONLESS[c.type], not c.nullable, c.enum or ()) for c in contract.columns]
        if described != wanted or resource.contents.primary_key != list(contract.primary_key):
            yield f"{DATAPACKAGE}: the columns of {resource.name} are not its contract's"


def check_licenses(con: duckdb.DuckDBPyConnection, folder: UPath) -> Iterator[str]:
    """Whether `LICENSES.md` gives the terms of every source, and of no other."""
    _, *parts = read_bytes(folder / LICENSES).decode("utf-8").split("\n## ")
    sections = {part.partition(":")[0]: part for part in parts}
    rows = con.execute(
        "SELECT source_id, title, publisher, licence, licence_url, attribution FROM sources"
    ).fetchall()
    for source_id, *terms in rows:
        if source_id not in sections:
            yield f"{LICENSES} does not name {source_id}"
        elif any(text not in sections[source_id] for text in terms if text):
            yield f"{LICENSES} gives other terms of {source_id} than the table sources"
    for stray in sorted(set(sections) - {source_id for source_id, *_ in rows}):
        yield f"{LICENSES} names {stray}, which is not a source of this release"
