"""Read `common_names.tsv`: names of very many people or bodies. Its header explains the columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).with_suffix(".tsv")


def common_names() -> Iterator[tuple[str, float, str]]:
    """Yield each name, its rarity in bits, and its group: east, slavic, body or `-`."""
    for line in FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            bits, region, names = line.split("\t")
            for name in names.split():
                yield name, float(bits), region
