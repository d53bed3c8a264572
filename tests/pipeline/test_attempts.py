"""A fetch that ends before anything is logged is seen in `sources`, by day and reason."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from pipeline.fetching import fetch_source
from pipeline.parsing import parse_snapshot
from pipeline.promotion import promote_source
from pipeline.releasing import build_history, build_models, publish_release, validate_release
from pipeline.validation import validate_source
from sources.fetching import mirror as mirrors
from sources.registry import FOLDER
from storage.files import StorageError
from storage.home import Home
from warehouse.release.reader import connect, find

SOURCE = "by_viasna"
OTHER = "cu_prisonersdefenders"


def run(home: str, source_id: str, run_id: str | None = None) -> None:
    for unit_id in fetch_source(home, source_id, mirror=str(FOLDER), run_id=run_id):
        parse_snapshot(home, source_id, unit_id)
    validate_source(home, source_id, None)
    promote_source(home, source_id, run_id)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Homes with one and with two good sources, to be copied."""
    top = tmp_path_factory.mktemp("made")
    run(str(top / "other"), OTHER)
    shutil.copytree(top / "other", top / "both")
    run(str(top / "both"), SOURCE)
    return top


@pytest.fixture
def home(made: Path, tmp_path: Path) -> str:
    """A home in which the source was fetched once."""
    return str(shutil.copytree(made / "both", tmp_path / "home"))


@pytest.fixture
def bare(made: Path, tmp_path: Path) -> str:
    """A home in which the source never came; there is another one, so that there is a release."""
    return str(shutil.copytree(made / "other", tmp_path / "bare"))


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def read(*_: Any) -> None:
        raise error

    monkeypatch.setattr(mirrors, "import_date", read)


def fetch_and_promote(home: str, run_id: str | None = None) -> None:
    with pytest.raises(BaseException) as raised:
        fetch_source(home, SOURCE, mirror=str(FOLDER), run_id=run_id)
    assert not isinstance(raised.value, pytest.fail.Exception)
    promote_source(home, SOURCE, run_id)


def state(home: str) -> dict[str, Any]:
    return dict(json.loads((Path(home) / "state" / f"{SOURCE}.json").read_text("utf-8")))


ERRORS = {
    "StorageError: cannot write <home>/raw: no space left": StorageError(
        "cannot write {home}/raw: no space left"
    ),
    "OSError: No space left on device": OSError(28, "No space left on device", "/a/path"),
    "ConnectionError: the log of its task has more": ConnectionError("name of a person"),
    "KeyError: the log of its task has more": KeyError("name of a person"),
    "KeyboardInterrupt: the log of its task has more": KeyboardInterrupt(),
}


@pytest.mark.parametrize("reason", ERRORS)
def test_the_reason_is_kept_without_paths_or_data(
    bare: str, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    error = ERRORS[reason]
    failing(monkeypatch, StorageError(str(error).format(home=bare)) if "{home}" in str(error) else error)
    fetch_and_promote(bare)
    assert state(bare)["held"].partition(": ")[2] == f"fetch failed: {reason}"


def test_a_source_that_never_came_is_in_sources(bare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, OSError(28, "No space left on device", "/a/path"))
    fetch_and_promote(bare)
    fingerprint = build_history(bare)
    assert fingerprint
    validate_release(bare, build_models(bare, fingerprint), None)
    publish_release(bare, fingerprint)
    with connect(find(Home.at(bare), None)) as con:
        [(freshness, note, records)] = con.execute(
            "SELECT freshness, note, records FROM sources WHERE source_id = ?", [SOURCE]
        ).fetchall()
    assert (freshness, records) == ("held", 0)
    assert note.endswith(": fetch failed: OSError: No space left on device; no snapshot stands")


def test_it_heals_with_the_next_good_fetch_and_keeps_what_was_promoted(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = state(home)
    with monkeypatch.context() as patched:
        failing(patched, OSError(28, "No space left on device"))
        fetch_and_promote(home)
        assert "No space left" in state(home)["held"]
        assert state(home)["units"] == good["units"]
    run(home, SOURCE)
    assert state(home) == good


def test_held_since_the_first_of_the_failed_attempts(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, OSError(28, "No space left on device"))
    fetch_and_promote(home)
    path = Path(home) / "raw" / "attempts" / f"{SOURCE}.json"
    record = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(record | {"since": "2026-01-02T00:00:00+00:00"}), "utf-8")
    failing(monkeypatch, OSError(30, "Read-only file system"))
    fetch_and_promote(home)
    assert state(home)["held"] == "2026-01-02: fetch failed: OSError: Read-only file system"


def test_a_killed_fetch_is_known_to_its_run_and_may_be_under_way_for_another(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrors, "import_date", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    if not (child := os.fork()):
        fetch_source(home, SOURCE, mirror=str(FOLDER), run_id="one")
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    promote_source(home, SOURCE, "another")
    assert state(home)["held"] is None
    promote_source(home, SOURCE, "one")
    assert state(home)["held"].endswith(": fetch did not end: its process was killed")


@pytest.mark.parametrize("damaged", ["", "[]", "{}", "null", '{"since": 1}', "\x00"])
def test_a_damaged_record_counts_as_none(home: str, damaged: str) -> None:
    path = Path(home) / "raw" / "attempts" / f"{SOURCE}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(damaged, "utf-8")
    promote_source(home, SOURCE)
    assert state(home)["held"] is None
    run(home, SOURCE)
    assert state(home)["held"] is None
    assert not path.exists()


def test_a_mirror_that_lies_elsewhere_is_not_named(home: str, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    for folder in ("state", "raw"):  # a home of samples takes no mirror
        shutil.rmtree(Path(home) / folder)
    with pytest.raises(mirrors.MirrorError):
        fetch_source(home, SOURCE, mirror=str(missing))
    promote_source(home, SOURCE)
    assert str(tmp_path) not in state(home)["held"]
