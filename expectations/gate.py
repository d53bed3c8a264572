"""What a source's snapshot is validated against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sources.bounds import Fill
from sources.registry import Content, Source

NO_FILL = Fill()


@dataclass(frozen=True)
class Gate:
    """What a source's snapshot is held against.

    `minimum`, `maximum`: rows of the main table in a healthy snapshot. `max_drop`: the share
    of the last good snapshot's rows that may be missing. `rekeyed`: the publisher is known
    to have changed its keys with this snapshot. `observed_at`: when the snapshot was seen (UTC).
    `fill`: what its columns may lose.
    """

    source_id: str
    family: str
    main_table: str
    minimum: int
    maximum: int | None
    max_drop: float
    rekeyed: bool
    observed_at: datetime
    fill: Fill = NO_FILL
    content: Content = "full"

    @property
    def fill_accepted(self) -> bool:
        return self.observed_at.date() in self.fill.accepted

    @classmethod
    def of(cls, source: Source, observed_at: datetime) -> Gate:
        """The gate of a source, for a snapshot that was observed then."""
        return cls(
            source_id=source.source_id,
            family=source.family,
            main_table=source.main_table,
            minimum=source.sizes.minimum,
            maximum=source.sizes.maximum,
            max_drop=source.sizes.max_drop,
            rekeyed=observed_at.date() in source.rekeyed,
            observed_at=observed_at,
            fill=source.fill,
            content=source.content,
        )
