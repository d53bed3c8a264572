"""Between the archive and a release: parsed snapshots, their gate's verdicts, what is promoted.

All of it can be deleted and is then made anew from the archive. `code` is a hash of the code
that makes it, so that a changed parser never meets an old parser's tables. What is promoted
names the code it was made by, and stands until the changed code has made it anew.

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

from warehouse.storage import Home, names, place, read_json, scratch, write_json

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
        for name, table in tables.items():
            with scratch(folder) as part:
                pq.write_table(table, part)
                place(part, folder / f"{name}.parquet")
        write_json(folder / "report.json", report)

    def report(self, source_id: str, unit_id: str) -> dict[str, Any] | None:
        """What parsing said, or None if the snapshot has not been parsed by this code."""
        path = self.folder(source_id, unit_id) / "report.json"
        return read_json(path) if path.exists() else None

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

    def judged(self, source_id: str, unit_id: str, key: str) -> bool:
        return self._gate(source_id, unit_id, key).exists()

    def verdict(self, source_id: str, unit_id: str, key: str) -> dict[str, Any]:
        """A verdict that has been written. Raises StorageError if it is not there."""
        return dict(read_json(self._gate(source_id, unit_id, key)))

    def write_verdict(self, source_id: str, unit_id: str, key: str, verdict: dict[str, Any]) -> None:
        write_json(self._gate(source_id, unit_id, key), verdict)

    def _gate(self, source_id: str, unit_id: str, key: str) -> UPath:
        return self.folder(source_id, unit_id) / f"gate-{key}.json"

    def promote(self, source_id: str, state: dict[str, Any]) -> bool:
        """Makes a source's sequence of snapshots what releases are built from; False if it already was."""
        path = self.home.state / f"{source_id}.json"
        if path.exists() and read_json(path) == state:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, state)
        return True

    def promoted(self) -> dict[str, dict[str, Any]]:
        """Every source's promoted state, by source id in alphabetical order."""
        return {path.stem: read_json(path) for path in sorted(self.home.state.glob("*.json"), key=str)}

    def sweep(self) -> None:
        """Removes what code filled in that neither runs now nor made anything that is promoted."""
        needed = {self.code, *(state["code"] for state in self.promoted().values())}
        for name in names(self.home.staging):
            if name not in needed and name != WORK:
                folder = self.home.staging / name
                folder.fs.rm(folder.path, recursive=True)

    def work(self, fingerprint: str) -> UPath:
        """The database in which a release is being made."""
        return self.home.staging / WORK / f"{fingerprint}.duckdb"
