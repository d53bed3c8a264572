"""Names that very many people or bodies bear, of `common_names.tsv`: see its head."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).with_suffix(".tsv")


def common_names() -> Iterator[tuple[str, float, str]]:
    """Each name with how telling it is, in bits, and of what it is one: east, slavic, body or `-`."""
    for line in FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            bits, region, names = line.split("\t")
            for name in names.split():
                yield name, float(bits), region
