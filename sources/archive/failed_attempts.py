"""Fetch attempts that ended before they could be logged: disk full, no mirror, an error in Vigil, a kill.

    raw/attempts/<source_id>.json    exists from the start of a fetch attempt until it succeeds

The fetch log records what a publisher answered; this records why the publisher was not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from storage.atomic_writes import write_json
from storage.files import StorageError, read_json, remove
from storage.home import Home

UNFINISHED = "fetch did not end: its process was killed"
_OWN_PACKAGES = frozenset(
    {"contracts", "dags", "expectations", "pipeline", "sources", "storage", "transforms", "warehouse"}
)


@dataclass(frozen=True)
class FailedAttempt:
    """The newest fetch attempt of a source, which did not succeed. `since`: when the first of the consecutive
    failed attempts began; `began`: when this one began; `run_id`: the run it belongs to; `error`: why it
    failed, in one line, or None if it has not ended."""

    since: datetime
    began: datetime
    run_id: str | None
    error: str | None

    @property
    def second(self) -> datetime:
        """When it began, without fractions of a second, as the fetch log keeps time."""
        return self.began.replace(microsecond=0)


def failed_attempt(home: Home, source_id: str, run_id: str | None) -> FailedAttempt | None:
    """The newest fetch attempt of a source if it failed, with its error. An attempt of another run than
    `run_id` that has not ended may still be running, and does not count. Nor does a damaged record."""
    attempt = _stored(home, source_id)
    if attempt is None or (attempt.error is None and attempt.run_id != run_id):
        return None
    return FailedAttempt(attempt.since, attempt.began, attempt.run_id, attempt.error or UNFINISHED)


@contextmanager
def record_attempt(
    home: Home, source_id: str, at: datetime, run_id: str | None, hidden: Mapping[str, str]
) -> Iterator[None]:
    """Records a fetch attempt that begins `at`, until the block succeeds; if it fails, with its error.
    `hidden` maps paths that no release may name to the words that replace them. Raises StorageError."""
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
    """An error in one line, with the paths of `hidden` replaced. An error of a library may quote data: of it
    only the type is given, and of an OSError the system's message."""
    kind = type(error)
    if kind.__module__.partition(".")[0] in _OWN_PACKAGES:
        text = " ".join(str(error).split())
        for path, word in hidden.items():
            text = text.replace(path, word)
        return f"{kind.__name__}: {text}"
    if isinstance(error, OSError) and error.strerror:
        return f"{kind.__name__}: {error.strerror}"
    return f"{kind.__name__}: the log of its task has more"


def _stored(home: Home, source_id: str) -> FailedAttempt | None:
    path = home.raw / "attempts" / f"{source_id}.json"
    try:
        stored = read_json(path)
        since, began = (datetime.fromisoformat(stored[each]) for each in ("since", "began"))
        return FailedAttempt(since, began, stored["run_id"], stored["error"])
    except (StorageError, KeyError, TypeError, ValueError):
        return None
