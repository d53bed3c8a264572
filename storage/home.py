"""The folders of a Vigil installation."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from upath import UPath

from storage.files import LOCAL_PROTOCOLS, StorageError, is_local, storage_errors
from storage.leftovers import sweep_folder, unique_suffix
from storage.permissions import OPEN_FOLDER, OWN_FOLDER, make_folder, tighten

_OTHERS = 0o077
_OTHERS_WRITE = 0o022
_PRIVATE_FILES = ("suppressions.yml", "decisions.csv")


@dataclass(frozen=True)
class Home:
    """Root of one Vigil installation (local path or URL); each property is a subdirectory."""

    root: UPath

    @classmethod
    def at(cls, text: str) -> Home:
        """A home from a URL (`file:`, `s3:`, …) or a plain path, which may be relative or start with `~`.
        Raises StorageError if its name is not UTF-8, which libraries below cannot open."""
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise StorageError(f"cannot use {text!r}: its name is not UTF-8 in this locale") from error
        path = UPath(text)
        if path.protocol in LOCAL_PROTOCOLS:
            path = UPath(Path(path.path).expanduser().absolute())
        return cls(path)

    @property
    def raw(self) -> UPath:
        """Bytes as published, and the fetch log: `objects/`, `log/`."""
        return self.root / "raw"

    @property
    def staging(self) -> UPath:
        """Parsed snapshots and their verdicts."""
        return self.root / "staging"

    @property
    def state(self) -> UPath:
        """Which snapshots are promoted, held or quarantined; leases."""
        return self.root / "state"

    @property
    def releases(self) -> UPath:
        return self.root / "releases"

    @property
    def runs(self) -> UPath:
        """Records of runs."""
        return self.root / "runs"

    @property
    def airflow(self) -> UPath:
        """Airflow's own home."""
        return self.root / "airflow"

    def shut(self) -> None:
        """Create the subdirectories of a local home and make all but `releases` private, also those that an
        earlier version left open: they have withheld fields, suppressed people and Airflow's passwords.
        Nobody else may write in the home. Raises StorageError."""
        if not is_local(self.root):
            return
        with storage_errors("use", self.root):
            make_folder(self.root, OPEN_FOLDER)
            tighten(Path(self.root.path), _OTHERS_WRITE)
        for folder in (self.raw, self.staging, self.state, self.runs):
            with storage_errors("shut", folder):
                make_folder(folder, OWN_FOLDER)
                tighten(Path(folder.path), _OTHERS)
        for path in (self.airflow, *(self.root / name for name in _PRIVATE_FILES)):
            if path.exists():
                with storage_errors("shut", path):
                    tighten(Path(path.path), _OTHERS)
        if self.releases.exists():
            with storage_errors("shut", self.releases):
                tighten(Path(self.releases.path), _OTHERS_WRITE)

    def check_name(self) -> None:
        """Raises StorageError if DuckDB could not create a database in a local home: it cuts a path at a
        question mark."""
        if is_local(self.root) and "?" in self.root.path:
            raise StorageError(
                f"cannot use {self.root}: DuckDB writes nothing where a path has a ?: rename it"
            )

    def check_writable(self) -> None:
        """Creates the home if it is not there. Raises StorageError if it is not writable."""
        self.check_name()
        probe = self.root / f".probe.{unique_suffix()}.tmp"
        with storage_errors("use", self.root):
            make_folder(self.root, OPEN_FOLDER)
            probe.write_bytes(b"vigil")
            probe.unlink()


def sweep_home(home: Home) -> list[int]:
    """`sweep_folder` in all folders of a local home in which Vigil writes scratch files."""
    if not is_local(home.root):
        return []
    removed = []
    left_out = {(home.raw / "objects").path, home.airflow.path, home.runs.path}
    for folder, below, _ in os.walk(home.root.path):
        removed += sweep_folder(UPath(folder))
        in_releases = folder == home.releases.path
        below[:] = [] if in_releases else [name for name in below if str(Path(folder, name)) not in left_out]
    return removed
