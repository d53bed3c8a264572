"""Between the archive and a release: parsed snapshots, their gate's verdicts, what is promoted.

All of it can be deleted and is then made anew from the archive. `code` is a hash of the code
that makes it, so that a changed parser never meets an old parser's tables. What is promoted
names the code it was made by, and stands until the changed code has made it anew.

Nothing in it is believed: a report names its snapshot's tables with size and SHA-256, and report, verdict and
state are sealed (`storage.sealed_json`). What is not as it was written counts as not written.

    staging/<code>/source=<source_id>/unit=<unit_id>/<table>.parquet   parsed tables
    staging/<code>/source=<source_id>/unit=<unit_id>/report.json       written last: parsing is done
    staging/<code>/source=<source_id>/unit=<unit_id>/gate-<key>.json   a verdict
    staging/release/<fingerprint>.duckdb                               a release in the making
    state/<source_id>.json                                             what is promoted
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    """The staging area of one home, as the code of the hash `code` fills it."""

    home: Home
    code: str

    def of(self, code: str) -> Staging:
        """The same area as other code filled it."""
        return replace(self, code=code)

    def folder(self, source_id: str, unit_id: str) -> UPath:
        return self.home.staging / self.code / f"source={source_id}" / f"unit={unit_id}"

    def write(
        self, source_id: str, unit_id: str, tables: Mapping[str, pa.Table], report: dict[str, Any]
    ) -> None:
        """Stores a parsed snapshot; `report` last, so that a half-written one counts as not parsed.

        Two runs may parse the same one at once: no reader sees a part of a file."""
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
        """What parsing said, or None if the snapshot has not been parsed by this code, or what was staged
        of it is not there in its size (`is_whole` looks closer)."""
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
        """Whether a snapshot has been parsed, and its tables are what was staged, to the byte. If they are
        not, it counts as not parsed from now on. Raises StorageError if that cannot be noted."""
        report = self.report(source_id, unit_id)
        try:
            for name in report["staged"] if report else ():
                self.verified(source_id, unit_id, name)
        except StorageError:
            remove_tree(self.folder(source_id, unit_id) / "report.json")
            return False
        return report is not None

    def verified(self, source_id: str, unit_id: str, table: str) -> UPath:
        """The path of a table of a parsed snapshot, if it is what was staged, to the byte. Raises
        StorageError."""
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
        paths = {name: self.path(source_id, unit_id, name) for name in report["rows"]}
        return {name: pq.read_table(path.path, filesystem=path.fs) for name, path in paths.items()}

    def quarantine(self, source_id: str, unit_id: str) -> pa.Table:
        """The records that parsing put into quarantine."""
        path = self.path(source_id, unit_id, "quarantine")
        return pq.read_table(path.path, filesystem=path.fs)

    def verdict(self, source_id: str, unit_id: str, key: str | None) -> dict[str, Any] | None:
        """The verdict under a key; None if there is none."""
        return sealed_json.read_sealed(self._gate(source_id, unit_id, key)) if key else None

    def write_verdict(self, source_id: str, unit_id: str, key: str, verdict: dict[str, Any]) -> None:
        sealed_json.write_sealed(self._gate(source_id, unit_id, key), verdict)

    def _gate(self, source_id: str, unit_id: str, key: str) -> UPath:
        return self.folder(source_id, unit_id) / f"gate-{key}.json"

    def promote(self, source_id: str, state: dict[str, Any]) -> bool:
        """Makes a source's sequence of snapshots what releases are built from; False if it already was."""
        path = self._state(source_id)
        if sealed_json.read_sealed(path) == state:
            return False
        sealed_json.write_sealed(path, state)
        return True

    def promoted(self) -> dict[str, dict[str, Any]]:
        """Every source's promoted state, by source id in alphabetical order, but for damaged ones."""
        read = {name: self.state(name) for name in self.stated()}
        return {source_id: state for source_id, state in read.items() if state is not None}

    def state(self, source_id: str) -> dict[str, Any] | None:
        """What is promoted of a source; None if nothing is, or the file that says so is damaged."""
        return sealed_json.read_sealed(self._state(source_id))

    def stated(self) -> list[str]:
        """The ids of the sources that have a state, whole or damaged."""
        with storage_errors("read", self.home.state):
            found = list_names(self.home.state)
        return [name.removesuffix(".json") for name in found if name.endswith(".json")]

    def _state(self, source_id: str) -> UPath:
        return self.home.state / f"{source_id}.json"

    def sweep(self) -> None:
        """Removes what code filled in that neither runs now nor made anything that is promoted."""
        needed = {self.code, *(state["code"] for state in self.promoted().values())}
        for name in list_names(self.home.staging):
            if name not in needed and name != WORK:
                folder = self.home.staging / name
                folder.fs.rm(folder.path, recursive=True)

    def work(self, fingerprint: str) -> UPath:
        """The database in which a release is being made."""
        return self.home.staging / WORK / f"{fingerprint}.duckdb"
