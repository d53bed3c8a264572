"""Fetch attempts that ended before they could be logged: no disk, no mirror, a mistake of ours, a kill.

    raw/attempts/<source_id>.json    there from the start of a fetch until it ends well

The fetch log has what a publisher answered; this has what kept us from asking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from storage.files import StorageError, read_json, remove, write_json
from storage.home import Home

UNFINISHED = "fetch did not end: its process was killed"
_OURS = frozenset({"contracts", "dags", "expectations", "sources", "transforms", "warehouse"})


@dataclass(frozen=True)
class Attempt:
    """The newest attempt of a source that did not end well. `since`: when the first of the failed ones in a
    row began; `began`: when this one did; `run_id`: the run it belongs to; `error`: why, in one line, or
    None if it has not ended."""

    since: datetime
    began: datetime
    run_id: str | None
    error: str | None

    @property
    def second(self) -> datetime:
        """When it began, to the second, as the fetch log keeps time."""
        return self.began.replace(microsecond=0)


def failed_attempt(home: Home, source_id: str, run_id: str | None) -> Attempt | None:
    """The newest attempt of a source if it failed, with its error. One of another run than `run_id` that has
    not ended may still be under way, and does not count. A damaged record counts as none."""
    attempt = _stored(home, source_id)
    if attempt is None or (attempt.error is None and attempt.run_id != run_id):
        return None
    return Attempt(attempt.since, attempt.began, attempt.run_id, attempt.error or UNFINISHED)


@contextmanager
def attempting(
    home: Home, source_id: str, at: datetime, run_id: str | None, hidden: Mapping[str, str]
) -> Iterator[None]:
    """Records an attempt that begins `at` for as long as the block has not ended well, and with the error
    that ends it. `hidden` has words in place of paths that no release may name. Raises StorageError."""
    earlier = _stored(home, source_id)
    path = home.raw / "attempts" / f"{source_id}.json"
    record = {
        "since": (earlier.since if earlier else at).isoformat(),
        "began": at.isoformat(),
        "run_id": run_id,
    }
    home.shut()
    write_json(path, record | {"error": None}, private=True)
    try:
        yield
    except BaseException as error:
        try:
            write_json(path, record | {"error": f"fetch failed: {one_line(error, hidden)}"}, private=True)
        except StorageError as also:
            error.add_note(str(also))
        raise
    remove(path)


def one_line(error: BaseException, hidden: Mapping[str, str]) -> str:
    """What an error says, without the paths of `hidden`. One of another's making may repeat data: of it only
    the kind is given, and of the system's errors the system's words."""
    kind = type(error)
    if kind.__module__.partition(".")[0] in _OURS:
        text = " ".join(str(error).split())
        for path, word in hidden.items():
            text = text.replace(path, word)
        return f"{kind.__name__}: {text}"
    if isinstance(error, OSError) and error.strerror:
        return f"{kind.__name__}: {error.strerror}"
    return f"{kind.__name__}: the log of its task has more"


def _stored(home: Home, source_id: str) -> Attempt | None:
    path = home.raw / "attempts" / f"{source_id}.json"
    try:
        stored = read_json(path)
        since, began = (datetime.fromisoformat(stored[each]) for each in ("since", "began"))
        return Attempt(since, began, stored["run_id"], stored["error"])
    except (StorageError, KeyError, TypeError, ValueError):
        return None
