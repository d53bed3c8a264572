"""Batches: what one fetch attempt brought, as recorded in the fetch log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, StringConstraints

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Outcome = Literal["new", "unchanged", "failed"]
Role = Literal["required", "optional", "listing"]
Via = Literal["live", "mirror", "sample"]


@dataclass(frozen=True)
class Entry:
    """One fetched file of a batch.

    `outcome` compares the content with the last one seen at the same address; an `unchanged` entry still
    has the content's `sha256`. A `failed` one has an `error`, in one line, and may have the `sha256` of the
    bytes that came (of an error page, say).
    `role`: the file is `required` in the snapshot, or `optional`; a `listing` only names other files and
    is not part of the snapshot. `total`: how many pages the publisher says its list has.
    `md5` of the content is None in logs of earlier versions of Vigil.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    file: str
    url: str
    outcome: Outcome
    role: Role = "required"
    status: int | None = None
    sha256: Sha256 | None = None
    bytes: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    total: int | None = None
    md5: str | None = None
    error: str | None = None

    @property
    def has_content(self) -> bool:
        return self.outcome != "failed"

    @property
    def finding(self) -> tuple[str | None, ...]:
        """What was found, whatever was asked for: two entries with equal findings state the same."""
        return (self.file, self.url, self.role, self.sha256, self.error)


@dataclass(frozen=True)
class Batch:
    """What one fetch attempt brought. `observed_at` is in UTC, without fractions of a second."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    source_id: str
    observed_at: datetime
    via: Via
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        if self.observed_at.tzinfo is None:
            raise ValueError(f"observation time {self.observed_at} has no time zone")
        moment = self.observed_at.astimezone(UTC).replace(microsecond=0)
        object.__setattr__(self, "observed_at", moment)

    @cached_property
    def current(self) -> dict[str, Entry]:
        """By file, the entry that applies: the last one with content, or else the last one."""
        chosen: dict[str, Entry] = {}
        for entry in self.entries:
            earlier = chosen.get(entry.file)
            if earlier is None or entry.has_content or not earlier.has_content:
                chosen[entry.file] = entry
        return chosen

    @property
    def files(self) -> dict[str, Entry]:
        """The snapshot's files, sorted by name, fetched or failed."""
        return {file: entry for file, entry in sorted(self.current.items()) if entry.role != "listing"}

    @property
    def content(self) -> dict[str, Entry]:
        """The snapshot's files that were fetched, sorted by name."""
        return {file: entry for file, entry in self.files.items() if entry.has_content}

    @property
    def failure(self) -> str | None:
        """Why the batch as a whole failed, in one line, or None if it did not.

        It failed if a file that is not optional failed, or if all its files did.
        """
        failed = [entry for entry in self.current.values() if not entry.has_content]
        grave = [entry for entry in failed if entry.role != "optional"]
        if not grave and len(failed) < len(self.current):
            return None
        reported = grave or failed
        if not reported:
            return None
        more = f" (and {len(reported) - 1} more)" if len(reported) > 1 else ""
        return f"{reported[0].url}: {reported[0].error}{more}"
