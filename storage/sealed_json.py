"""JSON files that show whether they are what was written: each holds the SHA-256 of the rest of itself, of
its name and of that of its folder.

For what can be rebuilt. A file that is cut, edited, swapped for another such file or removed reads as None.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from upath import UPath

from storage import files

_SEAL = "sha256"


def write(path: UPath, value: dict[str, Any]) -> None:
    """Writes a value with its seal, in the place of whatever lies there. Raises StorageError."""
    if not files.is_plain_file(path):
        files.clear(path)
    files.write_json(path, {**value, _SEAL: _seal(path, value)})


def read(path: UPath) -> dict[str, Any] | None:
    """What `write` wrote, or None if that is not what lies there."""
    if not files.is_plain_file(path):
        return None
    try:
        value = files.read_json(path)
    except files.StorageError:
        return None
    if not isinstance(value, dict) or value.pop(_SEAL, None) != _seal(path, value):
        return None
    return value


def _seal(path: UPath, value: dict[str, Any]) -> str:
    whole = [path.parent.name, path.name, value]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
