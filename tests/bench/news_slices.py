"""The real slices of GDELT's files, taken apart into what generated rows are made of."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

_PUBLISHED = re.compile(rb"(<PAGE_PRECISEPUBTIMESTAMP>)[0-9]*(</)")
_OTHER_FORMS = re.compile(rb"(<PAGE_ALTURL_[A-Z]+>https?://)[^/<]+")
_TITLE = re.compile(rb"(<PAGE_TITLE>)(.*?)(</)", re.DOTALL)
_ADDRESS = re.compile(rb"(https?://)([^/]+)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Named:
    """A row's names: how many, which of them stand in the first column, and in the second with what place."""

    count: int
    first: tuple[int, ...]
    second: tuple[tuple[int, bytes], ...]

    @classmethod
    def of(cls, first: bytes, second: bytes) -> Named:
        numbers: dict[bytes, int] = {}
        listed = tuple(numbers.setdefault(name.lower(), len(numbers)) for name in first.split(b";") if name)
        placed = []
        for item in filter(None, second.split(b";")):
            name, _, place = item.rpartition(b",")
            placed.append((numbers.setdefault(name.lower(), len(numbers)), place))
        return cls(len(numbers), listed, tuple(placed))

    def filled(self, names: list[bytes]) -> tuple[bytes, bytes]:
        lower = b";".join(names[number].lower() for number in self.first)
        return lower, b";".join(b"%b,%b" % (names[number], place) for number, place in self.second)


@dataclass(frozen=True)
class Article:
    """A row of the graph with its slots, in `%(slot)b` form, and what fills them in its own way."""

    form: bytes
    address: bytes
    persons: Named
    bodies: Named


@dataclass(frozen=True)
class Slices:
    """What rows of one stream are made of."""

    articles: list[Article]
    events: list[tuple[bytes, int]]
    mentions: list[bytes]
    persons: list[bytes]
    given: list[bytes]
    family: list[bytes]
    bodies: list[bytes]
    domains: list[bytes]
    heads: list[bytes]
    tails: list[bytes]


@cache
def slices(real: Path, stream: str) -> Slices:
    """What rows of a stream are made of. FileNotFoundError if the slices are not there."""
    graph = _rows(real, stream, "gkg.csv")
    # The only whole file of events is of the English stream; events bear no mark of theirs.
    events = _rows(real, stream, "export.CSV") + (_rows(real, "", "export.CSV") if stream else [])
    titles = [
        words for row in graph for found in _TITLE.findall(row[26]) if len(words := found[1].split()) > 3
    ]
    persons = [name for row in graph for name in _names(row[12])]
    extras = [row[26] for row in graph if _TITLE.search(row[26])]
    return Slices(
        articles=[_article(row, extras[number % len(extras)]) for number, row in enumerate(graph)],
        events=[_event(row) for row in events],
        mentions=[_mention(row) for row in _rows(real, stream, "mentions.CSV")],
        persons=persons,
        given=[name.partition(b" ")[0] for name in persons if b" " in name],
        family=[name.rpartition(b" ")[2] for name in persons if b" " in name],
        bodies=[name for row in graph for name in _names(row[14])],
        domains=sorted({row[3] for row in graph if _ADDRESS.fullmatch(row[4])}),
        heads=[b" ".join(words[: len(words) // 2]) for words in titles],
        tails=[b" ".join(words[len(words) // 2 :]) for words in titles],
    )


def _rows(real: Path, stream: str, kind: str) -> list[list[bytes]]:
    """The rows of all real files of a stream and kind, cut at tabs."""
    found = sorted(real.glob(f"*/*.{kind}.zip"))
    paths = [path for path in found if (".translation." in path.name) == bool(stream)]
    if not paths:
        raise FileNotFoundError(f"no real {stream}{kind}.zip in {real}")
    rows = []
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            data = archive.read(archive.namelist()[0])
        rows += [line.split(b"\t") for line in data.split(b"\n") if line]
    return rows


def _names(placed: bytes) -> list[bytes]:
    """The names in a column of `name,place;name,place`, each once."""
    return list(dict.fromkeys(item.rpartition(b",")[0] for item in placed.split(b";") if item))


def _fixed(part: bytes) -> bytes:
    """Bytes that stand in a form as they are."""
    return part.replace(b"%", b"%%")


def _article(row: list[bytes], extras: bytes) -> Article:
    cells = [_fixed(cell) for cell in row]
    web = _ADDRESS.fullmatch(cells[4])
    if web:
        # what makes it distinct stands after the host, so that no way of cutting an address short unites two
        address = b"%b%%(domain)b/%%(stamp)b%%(mark)b%%(number)b%b" % (web[1], web[3])
    else:
        address = b"%b %%(stamp)b%%(mark)b%%(number)b" % cells[4]
    titled = _fixed(row[26] if _TITLE.search(row[26]) else extras)
    cells[0] = b"%(stamp)b-%(mark)b%(number)b"
    cells[1] = b"%(stamp)b"
    cells[3] = b"%(domain)b" if web else cells[3]
    cells[4] = b"%(url)b"
    cells[11:15] = [b"%(persons)b", b"%(persons_placed)b", b"%(bodies)b", b"%(bodies_placed)b"]
    cells[15] = b",".join([b"%(tone)b", *row[15].split(b",")[4:]])
    titled = _OTHER_FORMS.sub(rb"\1%(domain)b/%(stamp)b%(mark)b%(number)b", titled)
    cells[26] = _TITLE.sub(rb"\1%(title)b\3", _PUBLISHED.sub(rb"\1%(published)b\2", titled))
    return Article(
        form=b"\t".join(cells) + b"\n",
        address=address,
        persons=Named.of(row[11], row[12]),
        bodies=Named.of(row[13], row[14]),
    )


def _event(row: list[bytes]) -> tuple[bytes, int]:
    """A form of events, and how many days before its article it happened."""
    cells = [_fixed(cell) for cell in row]
    happened, added = (datetime.strptime(text[:8].decode(), "%Y%m%d") for text in (row[1], row[59]))
    cells[34], cells[59], cells[60] = b"%(tone)b", b"%(stamp)b", b"%(url)b"
    cells[0:5] = [b"%(event)b", b"%(days)b"]
    return b"\t".join(cells) + b"\n", (added - happened).days


def _mention(row: list[bytes]) -> bytes:
    cells = [_fixed(cell) for cell in row]
    cells[0:3] = [b"%(event)b", b"%(seen)b", b"%(stamp)b"]
    cells[4:6] = [b"%(domain)b", b"%(url)b"]
    cells[13] = b"%(tone)b"
    return b"\t".join(cells) + b"\n"
