"""Records the outcomes of parsing as they are now: `make golden`.

Run it after a change that is meant to change what parsers return, and read the difference before you
commit it.
Without the folder of real snapshots the recorded outcomes of these are kept as they are.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from sources.registry import registry
from tests.golden.outcomes import (
    REAL,
    REAL_DATA,
    differences,
    real_cases,
    record_path,
    recorded,
    sample_cases,
)


def main() -> None:
    for source in registry().values():
        before = recorded(source.source_id)
        kept = {name: outcome for name, outcome in before.items() if name.startswith(REAL)}
        samples = {case.name: case.outcome() for case in sample_cases(source)}
        real = {case.name: case.outcome() for case in real_cases(source)} if REAL_DATA.is_dir() else kept
        outcomes = dict(sorted((samples | real).items()))
        record_path(source.source_id).write_text(_json(outcomes), "utf-8")
        changed = len(differences(before, outcomes))
        sys.stdout.write(f"{source.source_id}: {len(outcomes)} cases, {changed} differences\n")


def _json(outcomes: dict[str, Any]) -> str:
    """The outcomes as JSON, with each innermost object on one line."""
    text = json.dumps(outcomes, indent=1, ensure_ascii=False)
    return re.sub(r"\{\s+([^{}]+?)\s+\}", lambda inner: f"{{{' '.join(inner[1].split())}}}", text) + "\n"


if __name__ == "__main__":
    main()
