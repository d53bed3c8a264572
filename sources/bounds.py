"""What a healthy snapshot of a source looks like: how many rows, how full its columns."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from sources.locations import Strict


class Size(Strict):
    """The rows of the main table in a healthy snapshot. Below `minimum`: hold; above `maximum`: warn.

    `max_drop` is the share of the last good snapshot's rows that may be missing before the
    source is held.
    """

    minimum: int = 0
    maximum: int | None = None
    max_drop: float = 1.0


class FillBounds(Strict):
    """The share of a column's values that may be lost from one good snapshot to the next before the gate
    warns, and before it holds the source; empty for never. With `hold: 1` only a column that lost all of ten
    values or more holds."""

    warn: float | None = Field(default=0.05, gt=0, le=1)
    hold: float | None = Field(default=0.25, gt=0, le=1)


class Fill(FillBounds):
    """How full the columns of a healthy snapshot are, measured by the last good one.

    `columns` gives a column (`sanctions.reason`), or the number of a table's rows (`names.rows`), bounds of
    its own. `accepted` lists the days (UTC) of snapshots whose losses are the publisher's own change: on
    them nothing of this holds the source.
    """

    columns: dict[str, FillBounds] = Field(default_factory=dict)
    accepted: tuple[date, ...] = ()

    def of(self, table: str, column: str) -> FillBounds:
        return self.columns.get(f"{table}.{column}", self)
