"""What a step works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.code_version import gate_version, parser_version
from sources.archive.archive import Archive
from sources.registry import Source, registry
from storage.files import sql_path
from storage.home import Home
from warehouse.staging.evaluation import SourceSpec
from warehouse.staging.staging import Staging
from warehouse.staging.states import States


@dataclass(frozen=True)
class Workspace:
    """A home and the registry, as a step opens them once."""

    home: Home
    archive: Archive
    states: States
    sources: Mapping[str, Source]

    @classmethod
    def open(cls, home: str) -> Workspace:
        """Opens a home by path or URL. Raises StorageError, RegistryError."""
        at = Home.at(home)
        return cls(at, Archive(at), States(at), registry())

    def staging(self, source_id: str) -> Staging:
        """The staging area of the code that parses a source now."""
        return Staging(self.home, parser_version(self.sources[source_id]))

    def spec(self, source_id: str) -> SourceSpec:
        """What evaluation and promotion need to know of a source."""
        source = self.sources[source_id]
        return SourceSpec(source_id, source.content, source.main_table, gate_version())

    def docs_folder(self, dag_id: str, run_id: str | None) -> Path:
        """Where a run's Data Docs are written."""
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in run_id or "by-hand")
        return Path(sql_path(self.home.runs / dag_id / name / "data_docs"))
