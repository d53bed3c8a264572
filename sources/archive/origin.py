"""Whether a home holds bundled samples or publishers' lists: never both in one history.

raw/origin    `samples` or `publishers`: written once, before the first bytes are stored in the archive
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from upath import UPath

from sources.archive.batch import Via
from storage.atomic_writes import write_atomic, write_new
from storage.files import is_plain_file, remove_tree, storage_errors
from storage.home import Home

SAMPLES = "samples"
PUBLISHERS = "publishers"
_KNOWN = {SAMPLES, PUBLISHERS}


class MixedHome(Exception):
    """Bundled samples and publishers' lists would meet in one home. One line."""


def check(home: Home, via: Via, vias: Callable[[], Collection[Via]]) -> None:
    """Raises MixedHome if what comes in by `via` must not be in the home. `vias` gives how everything in the
    fetch log came in; it is called if the home has no readable `raw/origin`, as homes of earlier versions."""
    origin = _of(via)
    held = _read(_path(home))
    if ({held} if held else {_of(each) for each in vias()}) - {origin}:
        raise MixedHome(_message(home, origin))


def claim(home: Home, via: Via, vias: Callable[[], Collection[Via]]) -> None:
    """Makes an empty home one of samples or of publishers' lists: of several processes that try at once one
    succeeds. Raises MixedHome if the home is of the other kind, StorageError."""
    path, origin = _path(home), _of(via)
    check(home, via, vias)
    if _read(path) == origin:
        return
    home.shut()
    if not write_new(path, f"{origin}\n".encode(), private=True) and _read(path) is None:
        remove_tree(path)  # it is damaged; `check` has read the log instead
        write_atomic(path, f"{origin}\n".encode(), private=True)
    check(home, via, vias)


def _path(home: Home) -> UPath:
    return home.raw / "origin"


def _of(via: Via) -> str:
    return SAMPLES if via == "sample" else PUBLISHERS


def _read(path: UPath) -> str | None:
    """What the home holds; None if `raw/origin` is missing or damaged."""
    if not is_plain_file(path):
        return None
    with storage_errors("read", path):
        text = path.read_bytes()[:100].strip().decode("ascii", "replace")
    return text if text in _KNOWN else None


def _message(home: Home, origin: str) -> str:
    if origin == SAMPLES:
        return f"{home.root} holds publishers' lists: give the samples a home of their own (--home)"
    return f"{home.root} holds bundled samples: give the publishers' lists another home (--home)"
