"""Batches: what one visit to a source brought, as the fetch log has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, StringConstraints

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Content = Literal["full", "stream", "days"]
Outcome = Literal["new", "unchanged", "failed"]
Role = Literal["required", "optional", "listing"]
Via = Literal["live", "mirror", "sample"]


@dataclass(frozen=True)
class Entry:
    """One file of a batch.

    `outcome` compares with the last content seen at the same address; `unchanged` still carries
    the content's `sha256`. A `failed` one may carry the bytes that came (an error page, say).
    `role`: the file is `required` in the snapshot, or `optional`; a `listing` only names other
    files and is no part of the snapshot. `total`: how many pages the publisher says its list has.
    `md5` of the content, None in logs of before it was noted.
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
        """What was found, apart from how it was asked for: equal findings say the same."""
        return (self.file, self.url, self.role, self.sha256, self.error)


@dataclass(frozen=True)
class Batch:
    """What one visit to a source brought, at a time kept to the second in UTC."""

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
        """The entry that counts for each file: the last one with content, else the last one."""
        chosen: dict[str, Entry] = {}
        for entry in self.entries:
            earlier = chosen.get(entry.file)
            if earlier is None or entry.has_content or not earlier.has_content:
                chosen[entry.file] = entry
        return chosen

    @property
    def files(self) -> dict[str, Entry]:
        """The snapshot's files, by name, sorted, whether they came or not."""
        return {file: entry for file, entry in sorted(self.current.items()) if entry.role != "listing"}

    @property
    def content(self) -> dict[str, Entry]:
        """The snapshot's files that came, by name, sorted."""
        return {file: entry for file, entry in self.files.items() if entry.has_content}

    @property
    def failure(self) -> str | None:
        """Why the batch as a whole failed, in one line, or None.

        It failed if a file that is not optional did, or if all its files did.
        """
        failed = [entry for entry in self.current.values() if not entry.has_content]
        grave = [entry for entry in failed if entry.role != "optional"]
        if not grave and len(failed) < len(self.current):
            return None
        told = grave or failed
        if not told:
            return None
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        return f"{told[0].url}: {told[0].error}{more}"
