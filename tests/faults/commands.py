"""`vigil`'s commands in a child, and what they leave in a home."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.faults import homes


def command(home: Path | None, *words: str) -> None:
    """`vigil` with these words, in this process."""
    from vigil.cli import main

    os.environ["COLUMNS"] = "200"
    sys.argv = ["vigil", *words, *(["--home", str(home)] if home else [])]
    main()


def records(home: Path) -> list[str]:
    """The prisoners' records in the newest release, sorted. For a child: it reads Parquet."""
    import pyarrow.parquet as pq

    folder = home / "releases" / str(homes.newest(home)) / "parquet"
    return sorted(set(pq.read_table(folder / "prisoners.parquet", columns=["record_id"])[0].to_pylist()))


def suppressed(home: Path) -> list[str]:
    """The records that are suppressed, as the file has them."""
    import yaml

    path = home / "suppressions.yml"
    stored = yaml.safe_load(path.read_text("utf-8")) if path.exists() else None
    return [entry["record_id"] for entry in (stored or {}).get("suppressed", [])]
