"""Whole runs through Airflow: slow, so each is made once and looked at by many tests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from pipeline.fetching import fetch_source
from pipeline.parsing import parse_snapshot
from pipeline.promotion import promote_source
from pipeline.validation import validate_source
from sources.registry import FOLDER, samples
from vigil.airflow.embedded import running
from vigil.airflow.keeper import die_with_parent
from vigil.run import ENDED


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Vigil = Callable[..., Done]

# what stands in for the publisher's file when its server has failed
SERVER_ERROR = '{"status": 500, "error": "Internal Server Error"}'


@pytest.fixture(scope="session")
def vigil() -> Vigil:
    """Runs the command line in a process of its own."""

    def run(*arguments: str | Path) -> Done:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "VIGIL"))}
        done = subprocess.run(
            [sys.executable, "-c", "from vigil.cli import main; main()", *map(str, arguments)],
            env=environment | {"COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
            preexec_fn=partial(die_with_parent, os.getpid(), signal.SIGTERM),
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


def promoted_home(home: Path, sources: Iterable[str]) -> Path:
    """The home, with the bundled samples of some sources promoted by the steps, without Airflow."""
    for source_id in sources:
        for unit_id in fetch_source(str(home), source_id, mirror=str(FOLDER)):
            assert parse_snapshot(str(home), source_id, unit_id)["error"] is None
        validate_source(str(home), source_id, "before")
        assert promote_source(str(home), source_id)["held"] is None
    return home


@dataclass(frozen=True)
class Ran:
    home: Path
    done: Done


@pytest.fixture(scope="session")
def demo(vigil: Vigil, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The demo: every source, over the local publisher."""
    home = tmp_path_factory.mktemp("demo") / "home"
    return Ran(home, vigil("demo", "--home", home))


@dataclass(frozen=True)
class Mirrored:
    """Two sources from a mirror, by one Airflow: as they are, the same again, and with a broken snapshot of
    one added. Then upkeep, with records of old runs."""

    mirror: Path
    home: Path
    first: Done
    again: Done
    broken: Done


@pytest.fixture(scope="session")
def mirrored(vigil: Vigil, tmp_path_factory: pytest.TempPathFactory) -> Mirrored:
    top = tmp_path_factory.mktemp("mirrored")
    mirror, home = top / "mirror", top / "home"
    for source in ("eu_fsf", "by_viasna"):
        shutil.copytree(samples(source), mirror / source)
    (mirror / "xx_unknown" / "2025-01-01").mkdir(parents=True)
    run = ("run", "--mirror", mirror, "--home", home, "--source", "eu_fsf", "--source", "by_viasna")
    bad = mirror / "eu_fsf" / "2026-01-02" / "xmlFullSanctionsList_1_1.xml"
    with running(
        home / "airflow", home, 0, [], {"VIGIL_ON_FAILURE": "tests.end_to_end.notified.note"}
    ) as airflow:
        there = ("--airflow", str(airflow.client.base_url))
        first = vigil(*run, *there)
        again = vigil(*run, *there)
        bad.parent.mkdir()
        bad.write_text(SERVER_ERROR, "utf-8")
        broken = vigil(*run, *there)
        for number in range(20):
            old = home / "runs" / "by_viasna" / f"old-{number}"
            (old / "data_docs").mkdir(parents=True)
            os.utime(old, (number, number))
        airflow.trigger("upkeep", "by-hand", {})
        while airflow.states("by-hand")["upkeep"] not in ENDED:
            time.sleep(0.5)
        return Mirrored(mirror, home, first, again, broken)
