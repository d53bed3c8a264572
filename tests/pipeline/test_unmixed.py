"""Samples and publishers' lists do not meet in a home, whoever starts a DAG and with what parameters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.fetching import fetch_source
from sources.archive.archive import Archive
from sources.archive.origin import MixedHome
from sources.fetching.sample_server import serve
from sources.registry import FOLDER, samples
from storage.home import Home

# Calls the task `fetch` of a source's DAG, as Airflow would with these parameters.
TASK = """
import sys
from airflow.sdk.exceptions import AirflowFailException
from dags.source_dags import un_sc
class Ti:
    def xcom_push(self, *_, **__): pass
params = {"mirror": sys.argv[1] or None, "publisher": sys.argv[2] or None}
try:
    un_sc.task_dict["fetch"].python_callable(params=params, ti=Ti())
except AirflowFailException as error:
    print(error)
    sys.exit(3)
"""


def fetch_task(home: Path, mirror: str, publisher: str, deployed: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home.parent / "airflow"),
        "VIGIL_HOME": str(home),
        "VIGIL_PUBLISHER": deployed,
        "VIGIL_SOURCES": "un_sc",
    }
    return subprocess.run(
        [sys.executable, "-c", TASK, mirror, publisher],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def vias(home: Path) -> set[str]:
    return set(Archive(Home.at(str(home))).vias())


@pytest.fixture
def mirror(tmp_path: Path) -> str:
    source = samples("un_sc")
    folder = tmp_path / "mirror" / "un_sc"
    folder.parent.mkdir()
    folder.symlink_to(source)
    return str(folder.parent)


@pytest.mark.slow
def test_with_a_publisher_of_samples_deployed_a_task_takes_no_mirror_and_asks_nobody_else(
    tmp_path: Path, mirror: str
) -> None:
    home = tmp_path / "home"
    with serve() as base:
        for named, publisher in ((mirror, base), (mirror, ""), ("", "")):
            done = fetch_task(home, named, publisher, base)
            assert done.returncode == 3, done.stderr
            assert "MixedHome: " in done.stdout
            assert vias(home) == set()
        assert fetch_task(home, "", base, base).returncode == 0
    assert vias(home) == {"sample"}


def test_a_mirror_and_a_publisher_of_samples_are_refused_together(tmp_path: Path, mirror: str) -> None:
    home = tmp_path / "home"
    with serve() as base, pytest.raises(MixedHome, match="both named"):
        fetch_source(str(home), "un_sc", mirror=mirror, publisher=base)
    assert vias(home) == set()


def test_a_mirror_does_not_get_into_a_home_of_samples(tmp_path: Path, mirror: str) -> None:
    home = str(tmp_path / "home")
    with serve() as base:
        fetch_source(home, "un_sc", publisher=base)
    with pytest.raises(MixedHome, match="holds bundled samples"):
        fetch_source(home, "un_sc", mirror=mirror)
    assert vias(tmp_path / "home") == {"sample"}


def test_the_folder_of_the_samples_as_a_mirror_gives_samples(tmp_path: Path, mirror: str) -> None:
    home = str(tmp_path / "home")
    fetch_source(home, "un_sc", mirror=str(FOLDER))
    assert vias(tmp_path / "home") == {"sample"}
    other = str(tmp_path / "other")
    fetch_source(other, "un_sc", mirror=mirror)
    with pytest.raises(MixedHome, match="holds publishers' lists"):
        fetch_source(other, "un_sc", mirror=str(FOLDER))
