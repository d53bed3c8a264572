"""The promoted state of each source: which of its snapshots releases are built from.

state/<source_id>.json    a PromotedState, sealed (`storage.sealed_json`): a damaged one counts as missing
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upath import UPath

from storage import sealed_json
from storage.files import list_names, storage_errors
from storage.home import Home


@dataclass(frozen=True)
class PromotedSnapshot:
    """A snapshot as promotion decided on it.

    `files` has the SHA-256 of each file by name, `urls` its address, `sizes` the bytes of each SHA-256.
    `verdict` is the key of the gate's verdict, None without one. `held` states why the snapshot is held;
    it is empty for a good one. `last_seen_at` is the newest fetch attempt that found the same content, None
    where it does not matter. `came_at` has the time of each file fetched before `observed_at`.
    """

    unit_id: str
    observed_at: datetime
    files: Mapping[str, str]
    urls: Mapping[str, str | None]
    sizes: Mapping[str, int | None]
    verdict: str | None
    held: tuple[str, ...]
    last_seen_at: datetime | None
    came_at: Mapping[str, datetime]

    @property
    def day(self) -> str:
        """The day of observation, in ISO format."""
        return self.observed_at.date().isoformat()

    def to_json(self) -> dict[str, Any]:
        """The snapshot as state files and manifests have it."""
        value = {
            "unit_id": self.unit_id,
            "observed_at": self.observed_at.isoformat(),
            "files": dict(self.files),
            "urls": dict(self.urls),
            "sizes": dict(self.sizes),
            "came_at": {file: at.isoformat() for file, at in self.came_at.items()},
            "verdict": self.verdict,
            "held": list(self.held),
        }
        if self.last_seen_at:
            value["last_seen_at"] = self.last_seen_at.isoformat()
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> PromotedSnapshot:
        """Reads what `to_json` made, also in an earlier version of Vigil."""
        last_seen_at = value.get("last_seen_at")
        return cls(
            unit_id=value["unit_id"],
            observed_at=datetime.fromisoformat(value["observed_at"]),
            files=value["files"],
            urls=value["urls"],
            sizes=value["sizes"],
            verdict=value["verdict"],
            held=tuple(value["held"]),
            last_seen_at=datetime.fromisoformat(last_seen_at) if last_seen_at else None,
            came_at={file: datetime.fromisoformat(at) for file, at in value.get("came_at", {}).items()},
        )


@dataclass(frozen=True)
class SnapshotSequence:
    """A source's snapshots in order of observation. `code` is the hash of the code that staged them."""

    code: str
    snapshots: tuple[PromotedSnapshot, ...]

    @property
    def good(self) -> list[PromotedSnapshot]:
        """The snapshots that are not held."""
        return [snapshot for snapshot in self.snapshots if not snapshot.held]


@dataclass(frozen=True)
class PromotedState(SnapshotSequence):
    """What releases are built from, for one source.

    `held`: since when and why fetch attempts bring no good snapshot, or None. `missing`: what could not be
    fetched though the attempts succeeded, or None. `checked_at`: the newest attempt that succeeded.
    `sample`: whether it is bundled sample data.
    """

    held: str | None
    missing: str | None
    checked_at: datetime | None
    sample: bool

    def to_json(self) -> dict[str, Any]:
        """The state as its file has it."""
        return {
            "code": self.code,
            "units": [snapshot.to_json() for snapshot in self.snapshots],
            "held": self.held,
            "missing": self.missing,
            "checked_at": self.checked_at.isoformat() if self.checked_at else None,
            "sample": self.sample,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> PromotedState:
        """Reads what `to_json` made, also in an earlier version of Vigil."""
        checked_at = value["checked_at"]
        return cls(
            code=value["code"],
            snapshots=tuple(map(PromotedSnapshot.from_json, value["units"])),
            held=value["held"],
            missing=value.get("missing"),
            checked_at=datetime.fromisoformat(checked_at) if checked_at else None,
            sample=value["sample"],
        )


@dataclass(frozen=True)
class States:
    """The state files of one home."""

    home: Home

    def save(self, source_id: str, state: PromotedState) -> bool:
        """Writes a source's state; False if it is already that. Raises StorageError."""
        path, value = self._path(source_id), state.to_json()
        if sealed_json.read_sealed(path) == value:
            return False
        sealed_json.write_sealed(path, value)
        return True

    def load(self, source_id: str) -> PromotedState | None:
        """A source's state; None if it has none, or its file is damaged."""
        value = sealed_json.read_sealed(self._path(source_id))
        return None if value is None else PromotedState.from_json(value)

    def load_all(self) -> dict[str, PromotedState]:
        """Every source's state, by source id in alphabetical order, without damaged ones."""
        found = {source_id: self.load(source_id) for source_id in self.source_ids()}
        return {source_id: state for source_id, state in found.items() if state is not None}

    def source_ids(self) -> list[str]:
        """The ids of the sources that have a state file, whole or damaged. Raises StorageError."""
        with storage_errors("read", self.home.state):
            found = list_names(self.home.state)
        return [name.removesuffix(".json") for name in found if name.endswith(".json")]

    def _path(self, source_id: str) -> UPath:
        return self.home.state / f"{source_id}.json"
