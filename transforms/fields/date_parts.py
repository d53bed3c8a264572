"""A date that a list gives in parts, in the Gregorian or another calendar."""

from __future__ import annotations

from typing import NamedTuple

from transforms.fields.dates import PartialDate, between, from_parts
from transforms.fields.dates_in_text import FileOrder, read_date
from transforms.fields.record_parts import joined


class DateParts(NamedTuple):
    """The parts as texts in figures.

    `full` is the whole date, which is Gregorian. `start` and `end` are the ends of a range; `calendar` is the
    other parts', None if that is Gregorian.
    """

    full: str | None
    year: str | None
    month: str | None
    day: str | None
    start: str | None
    end: str | None
    circa: bool
    calendar: str | None

    def read(self, order: FileOrder) -> PartialDate:
        """The date; `raw` alone if the parts make none, are in another calendar or one end of a range."""
        raw = self._raw()
        if raw is None:
            return PartialDate()
        if self.full:
            read = read_date(self.full, ("%Y-%m-%d",), order, self.circa)
        elif self.calendar:
            return PartialDate(raw=raw)
        elif self.start or self.end:
            return between(self.start, self.end, raw)
        elif self.month or self.day:
            read = from_parts(self.year, self.month, self.day, self.circa)
        else:
            read = read_date(self.year, ("%Y",), circa=self.circa)
        return PartialDate(read.date, read.precision, raw)

    def _raw(self) -> str | None:
        text = self.full or joined((self.year, self.month, self.day), "-")
        if text is None and (self.start or self.end):
            text = f"{self.start or ''}/{self.end or ''}"
        return text and joined(("circa" if self.circa else None, text, self.calendar), " ")

    @property
    def is_plain(self) -> bool:
        """Return whether the parts form one Gregorian date: not in another calendar, not a range."""
        return bool(self.full) or not (self.calendar or self.start or self.end)
