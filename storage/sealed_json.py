"""JSON files that detect damage: each has the SHA-256 of its other content, its name and its folder's name.

For what can be rebuilt: a file that is cut, edited, swapped for another such file or missing reads as None.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from upath import UPath

from storage.atomic_writes import write_json
from storage.files import StorageError, is_plain_file, read_json, remove_tree

_SEAL = "sha256"


def write_sealed(path: UPath, value: dict[str, Any]) -> None:
    """Write a value with its seal, replacing whatever is there. Raises StorageError."""
    if not is_plain_file(path):
        remove_tree(path)
    write_json(path, {**value, _SEAL: _seal(path, value)})


def read_sealed(path: UPath) -> dict[str, Any] | None:
    """What `write_sealed` wrote, or None if the file is not that."""
    if not is_plain_file(path):
        return None
    try:
        value = read_json(path)
    except StorageError:
        return None
    if not isinstance(value, dict) or value.pop(_SEAL, None) != _seal(path, value):
        return None
    return value


def _seal(path: UPath, value: dict[str, Any]) -> str:
    whole = [path.parent.name, path.name, value]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
