"""Makes days of GDELT files of realistic size and shape out of the real slices in ../shared/data/gdelt.

A generated row is a real row's in its shape and in what it is about (places, themes, counts, GCAM,
quotations), so that a filter keeps the share of rows that it keeps of the slices. New are its id, its quarter
of an hour, its address and domain, tone, title and time of publication; names are partly real, partly mixed
of real ones. Rows of 2015, from before GDELT gave titles, take the extras of a row that has them. Outlets are
drawn as they are in life, few of them often; no address comes twice. Equal arguments give equal files.

Nothing of it may be kept: the slices name real people, and the mixture tells untruths about them.
"""

from __future__ import annotations

import hashlib
import os
import random
import struct
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from isal import isal_zlib

from tests.bench.news_slices import Slices, slices

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "gdelt"
SITE = "http://data.gdeltproject.org/gdeltv2/"
STREAMS = {"": "masterfilelist.txt", "translation.": "masterfilelist-translation.txt"}
QUARTERS = 96
QUARTER = timedelta(minutes=15)
START = datetime(2015, 2, 18, tzinfo=UTC)  # of GDELT 2.0

# A file of 15 MB goes with so many rows of the two others; larger and smaller ones in proportion.
MEAN = 15
EVENTS = (1_500, 2_000)
MENTIONS = (2_700, 3_300)
SPREAD = (2 / 3, 4 / 3)  # of the files' sizes about their mean: 10 to 20 MB about 15
NUMBERS = 100_000  # more than the rows of a file
OUTLETS = 20_000
AS_THEY_ARE = 0.5  # of the names of persons

_Form = TypeVar("_Form")


@dataclass(frozen=True)
class Made:
    """What was written: files, rows by kind of file, bytes when unzipped and as they are."""

    files: int
    rows: dict[str, int]
    unzipped: int
    packed: int


class _Task(NamedTuple):
    """One stream's three files of a quarter of an hour."""

    folder: Path
    real: Path
    stream: str
    moment: datetime
    megabytes: float
    seed: int


def day(
    folder: Path,
    day: date,
    *,
    files: int = QUARTERS,
    megabytes: float = MEAN,
    seed: int,
    real: Path | None = None,
    workers: int | None = None,
) -> Made:
    """Writes a UTC day into `folder`: of its first `files` quarters of an hour, for each of the two streams,
    the graph, events and mentions, and the two master lists.

    `megabytes` is the mean size of a file of the graph, unzipped. It works in as many processes as there are
    cores, or in `workers`. FileNotFoundError without the slices, in `real` or beside the project.
    """
    source = real or REAL
    folder.mkdir(parents=True, exist_ok=True)
    midnight = datetime.combine(day, time(), UTC)
    made: list[Made] = []
    for stream, master in STREAMS.items():
        slices(source, stream)
        moments = [midnight + QUARTER * number for number in range(files)]
        sizes = _sizes(files, megabytes, random.Random(f"{seed} {stream} {day}"))  # noqa: S311
        tasks = [
            _Task(folder, source, stream, moment, size, seed)
            for moment, size in zip(moments, sizes, strict=True)
        ]
        quarters = _all(tasks, workers or os.cpu_count() or 1)
        lines = [line for each, _ in quarters for line in each]
        (folder / master).write_text("".join(f"{line}\n" for line in lines), "ascii")
        made += [part for _, parts in quarters for part in parts]
    return Made(
        len(made),
        {kind: sum(part.rows.get(kind, 0) for part in made) for kind in ("gkg", "export", "mentions")},
        sum(part.unzipped for part in made),
        sum(part.packed for part in made),
    )


def _sizes(files: int, mean: float, draw: random.Random) -> list[float]:
    """So many sizes, spread evenly about their mean, in a random order: days are of equal size."""
    low, high = SPREAD
    sizes = [mean * (low + (high - low) * (number + 0.5) / files) for number in range(files)]
    return draw.sample(sizes, files)


def _all(tasks: list[_Task], workers: int) -> list[tuple[list[str], list[Made]]]:
    if workers == 1:
        return [_quarter(task) for task in tasks]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        return list(pool.map(_quarter, tasks))


def _quarter(task: _Task) -> tuple[list[str], list[Made]]:
    """Writes a quarter of an hour: the files' lines in the master list, and what was made."""
    draw = random.Random(f"{task.seed} {task.stream} {task.moment:%Y%m%d%H%M}")  # noqa: S311
    share = task.megabytes / MEAN
    quarter = _Quarter(task.stream, task.moment, draw, slices(task.real, task.stream))
    tables = {
        "gkg.csv": quarter.graph(task.megabytes * 1e6),
        "export.CSV": quarter.events(round(draw.uniform(*EVENTS) * share)),
        "mentions.CSV": quarter.mentions(round(draw.uniform(*MENTIONS) * share)),
    }
    lines, made = [], []
    for kind, rows in tables.items():
        name = f"{task.moment:%Y%m%d%H%M%S}.{task.stream}{kind}"
        data = b"".join(rows)
        packed = _zipped(name, data, task.moment)
        (task.folder / f"{name}.zip").write_bytes(packed)
        lines.append(f"{len(packed)} {hashlib.md5(packed).hexdigest()} {SITE}{name}.zip")  # noqa: S324
        made.append(Made(1, {kind.split(".")[0]: len(rows)}, len(data), len(packed)))
    return lines, made


@dataclass
class _Quarter:
    """Makes the rows of one stream's quarter of an hour; those of the graph first: the others tell of its
    `sites`, domains and addresses."""

    stream: str
    moment: datetime
    draw: random.Random
    of: Slices
    sites: list[tuple[bytes, bytes]] = field(default_factory=list)

    def graph(self, size: float) -> list[bytes]:
        """Rows of so many bytes in all, or one row more."""
        draw, of = self.draw, self.of
        slots = {b"stamp": _stamp(self.moment), b"mark": b"T" if self.stream else b""}
        articles = self._in_turn(of.articles)
        rows: list[bytes] = []
        while size > 0:
            article = next(articles)
            slots[b"number"] = b"%d" % len(rows)
            slots[b"domain"] = self._domain()
            slots[b"url"] = article.address % slots
            persons = [self._person() for _ in range(article.persons.count)]
            slots[b"persons"], slots[b"persons_placed"] = article.persons.filled(persons)
            bodies = draw.choices(of.bodies, k=article.bodies.count)
            slots[b"bodies"], slots[b"bodies_placed"] = article.bodies.filled(bodies)
            good, bad = draw.random() * 8, draw.random() * 8
            slots[b"tone"] = b"%.14g,%.14g,%.14g,%.14g" % (good - bad, good, bad, good + bad)
            minute = draw.randrange(self.moment.hour * 60 + self.moment.minute + 1)
            slots[b"published"] = b"%b%02d%02d00" % (slots[b"stamp"][:8], *divmod(minute, 60))
            slots[b"title"] = b"%b %b" % (draw.choice(of.heads), draw.choice(of.tails))
            rows.append(article.form % slots)
            self.sites.append((slots[b"domain"], slots[b"url"]))
            size -= len(rows[-1])
        return rows

    def events(self, count: int) -> list[bytes]:
        first = _first_event(self.stream, self.moment)
        forms = self._in_turn(self.of.events)
        rows = []
        for number in range(count):
            form, back = next(forms)
            slots = {
                b"event": b"%d" % (first + number),
                b"days": _event_days(self.moment.date() - timedelta(days=back)),
                b"tone": b"%.14g" % self.draw.uniform(-10, 6),
                b"stamp": _stamp(self.moment),
                b"url": self.draw.choice(self.sites)[1],
            }
            rows.append(form % slots)
        return rows

    def mentions(self, count: int) -> list[bytes]:
        """Rows of which half tell of events of this quarter of an hour, the rest of those of a day back."""
        draw = self.draw
        forms = self._in_turn(self.of.mentions)
        rows = []
        for _ in range(count):
            seen = self.moment - QUARTER * (draw.randrange(QUARTERS) if draw.random() < 0.5 else 0)
            domain, url = draw.choice(self.sites)
            slots = {
                b"event": b"%d" % (_first_event(self.stream, seen) + draw.randrange(count // 2 + 1)),
                b"seen": _stamp(seen),
                b"stamp": _stamp(self.moment),
                b"domain": domain,
                b"url": url,
                b"tone": b"%.14g" % draw.uniform(-10, 6),
            }
            rows.append(next(forms) % slots)
        return rows

    def _in_turn(self, forms: list[_Form]) -> Iterator[_Form]:
        """All in a random order, then in another one, and so on: each comes as often as the others."""
        while True:
            yield from self.draw.sample(forms, len(forms))

    def _person(self) -> bytes:
        if self.draw.random() < AS_THEY_ARE:
            return self.draw.choice(self.of.persons)
        return b"%b %b" % (self.draw.choice(self.of.given), self.draw.choice(self.of.family))

    def _domain(self) -> bytes:
        """One of OUTLETS, the n-th with a chance of about 1/n: a real domain, or one with a number in it."""
        number, which = divmod(int(OUTLETS ** self.draw.random()) - 1, len(self.of.domains))
        domain = self.of.domains[which]
        return domain.replace(b".", b"%d." % number, 1) if number else domain


@cache
def _stamp(moment: datetime) -> bytes:
    return f"{moment:%Y%m%d%H%M%S}".encode()


@cache
def _event_days(happened: date) -> bytes:
    """The second to fifth column of an event: its day, month, year, and the year with its share past."""
    past = ((happened.month - 1) * 30 + happened.day) / 365
    return f"{happened:%Y%m%d}\t{happened:%Y%m}\t{happened:%Y}\t{happened.year + past:.4f}".encode()


def _first_event(stream: str, moment: datetime) -> int:
    """The number of the first event of a quarter of an hour; those of all files are distinct."""
    return ((moment - START) // QUARTER * len(STREAMS) + bool(stream)) * NUMBERS


def _zipped(name: str, data: bytes, moment: datetime) -> bytes:
    """A zip of one file, deflated by isal, which `zipfile` cannot use: many times as fast as zlib."""
    squeeze = isal_zlib.compressobj(isal_zlib.ISAL_BEST_COMPRESSION, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
    packed = squeeze.compress(data) + squeeze.flush()
    days = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
    minutes = moment.hour << 11 | moment.minute << 5
    title = name.encode()
    sizes = (isal_zlib.crc32(data), len(packed), len(data), len(title))
    entry = struct.pack("<HHHHHIIIHH", 20, 0, 8, minutes, days, *sizes, 0)
    local = b"PK\3\4" + entry + title + packed
    central = b"PK\1\2" + struct.pack("<H", 20) + entry + bytes(14) + title
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end
