"""The staging area, between the archive and a release: parsed snapshots and their verdicts.

All of it can be deleted and is then rebuilt from the archive. `code` is a hash of the code that parses a
source, so that a changed parser never meets an old parser's tables. A promoted state names the code that
staged its snapshots, and applies until the changed code has parsed and validated them again.

Everything is checked when it is read: a report names its snapshot's tables with size and SHA-256, and reports
and verdicts are sealed (`storage.sealed_json`). A damaged file counts as missing.

    staging/<code>/source=<source_id>/unit=<unit_id>/<table>.parquet   parsed tables
    staging/<code>/source=<source_id>/unit=<unit_id>/report.json       written last: parsing is done
    staging/<code>/source=<source_id>/unit=<unit_id>/gate-<key>.json   a verdict
    staging/release/<fingerprint>-<random>.duckdb                      a release that is being made
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from upath import UPath

from storage import sealed_json
from storage.atomic_writes import place_scratch, scratch
from storage.files import StorageError, hash_file, list_names, remove_tree, storage_errors
from storage.home import Home

WORK = "release"


@dataclass(frozen=True)
class Staging:
    """What code of the hash `code` has staged in one home."""

    home: Home
    code: str

    def folder(self, source_id: str, unit_id: str) -> UPath:
        return self.home.staging / self.code / f"source={source_id}" / f"unit={unit_id}"

    def write(
        self, source_id: str, unit_id: str, tables: Mapping[str, pa.Table], report: dict[str, Any]
    ) -> None:
        """Stores a parsed snapshot. The `report` is written last, so that a partly written snapshot counts as
        not parsed. Two runs may write the same snapshot at once: files are replaced atomically."""
        folder = self.folder(source_id, unit_id)
        for above in (folder.parent.parent, folder.parent, folder):
            if above.exists() and not above.is_dir():
                remove_tree(above)
        staged: dict[str, dict[str, Any]] = {}
        for name, table in tables.items():
            path = folder / f"{name}.parquet"
            with scratch(folder) as part:
                pq.write_table(table, part)
                staged[name] = {"bytes": part.stat().st_size, "sha256": hash_file(UPath(part))}
                if path.is_dir():
                    remove_tree(path)
                place_scratch(part, path)
        sealed_json.write_sealed(folder / "report.json", {**report, "staged": staged})

    def report(self, source_id: str, unit_id: str) -> dict[str, Any] | None:
        """The report of parsing; None if this code has not parsed the snapshot, or a table is missing or has
        another size (`is_whole` checks the bytes). Keys: `error` (why the snapshot could not be read, or
        None), `rows` by table, `files` (what became of each file's records), `unknown` (counts by label),
        `staged`."""
        folder = self.folder(source_id, unit_id)
        report = sealed_json.read_sealed(folder / "report.json")
        if report is None or not report["staged"]:
            return report
        try:
            there = {
                info["name"].rpartition("/")[2]: info["size"]
                for info in folder.fs.ls(folder.path, detail=True)
                if info["type"] == "file" and not info.get("islink")
            }
        except OSError:
            return None
        for name, file in report["staged"].items():
            if there.get(f"{name}.parquet") != file["bytes"]:
                return None
        return report

    def is_whole(self, source_id: str, unit_id: str) -> bool:
        """Whether a snapshot has been parsed and its tables have the staged bytes. If they have not, it
        counts as not parsed from now on. Raises StorageError if that cannot be recorded."""
        report = self.report(source_id, unit_id)
        try:
            for name in report["staged"] if report else ():
                self.verified(source_id, unit_id, name)
        except StorageError:
            remove_tree(self.folder(source_id, unit_id) / "report.json")
            return False
        return report is not None

    def verified(self, source_id: str, unit_id: str, table: str) -> UPath:
        """The path of a table of a parsed snapshot. Raises StorageError if it has not the staged bytes."""
        path = self.path(source_id, unit_id, table)
        report = self.report(source_id, unit_id)
        if report is None or table not in report["staged"]:
            raise StorageError(f"{source_id}: what was staged of a snapshot is damaged: run vigil again")
        with storage_errors("read", path):
            found = hash_file(path)
        if found != report["staged"][table]["sha256"]:
            raise StorageError(f"{source_id}: a staged table is damaged ({path}): run vigil again")
        return path

    def path(self, source_id: str, unit_id: str, table: str) -> UPath:
        return self.folder(source_id, unit_id) / f"{table}.parquet"

    def tables(self, source_id: str, unit_id: str) -> dict[str, pa.Table]:
        """The parsed contract tables of a snapshot, by name; the quarantine is not among them."""
        report = self.report(source_id, unit_id) or {"rows": {}}
        return {name: self.table(source_id, unit_id, name) for name in report["rows"]}

    def table(self, source_id: str, unit_id: str, name: str) -> pa.Table:
        """One table of a snapshot, by name; `quarantine` is what parsing rejected."""
        path = self.path(source_id, unit_id, name)
        return pq.read_table(path.path, filesystem=path.fs)

    def verdict(self, source_id: str, unit_id: str, key: str | None) -> dict[str, Any] | None:
        """The verdict under a key; None if there is none."""
        return sealed_json.read_sealed(self._gate(source_id, unit_id, key)) if key else None

    def write_verdict(self, source_id: str, unit_id: str, key: str, verdict: dict[str, Any]) -> None:
        sealed_json.write_sealed(self._gate(source_id, unit_id, key), verdict)

    def _gate(self, source_id: str, unit_id: str, key: str) -> UPath:
        return self.folder(source_id, unit_id) / f"gate-{key}.json"


def remove_outdated(home: Home, codes: Collection[str]) -> None:
    """Removes what code other than `codes` has staged. Raises StorageError."""
    for name in list_names(home.staging):
        if name not in codes and name != WORK:
            folder = home.staging / name
            folder.fs.rm(folder.path, recursive=True)
