"""The environment of the embedded Airflow."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import pytest

from contracts import contracts
from vigil.airflow.settings import PRELOADED, environment


def test_nothing_of_the_users_own_airflow_reaches_it_but_the_contact_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "theirs")
    monkeypatch.setenv("VIGIL_SOURCES", "nothing")
    monkeypatch.setenv("VIGIL_CONTACT", "desk@example.org")
    made = environment(tmp_path / "airflow", tmp_path, 8123, ["eu_fsf", "un_sc"])
    assert made["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert "AIRFLOW__CORE__FERNET_KEY" not in made
    assert made["VIGIL_SOURCES"] == "eu_fsf,un_sc"
    assert made["VIGIL_CONTACT"] == "desk@example.org"


def test_it_listens_on_loopback_and_tells_nobody(tmp_path: Path) -> None:
    made = environment(tmp_path / "airflow", tmp_path, 8123, [])
    assert made["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert made["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert made["GX_ANALYTICS_ENABLED"] == "False"


def test_what_is_preloaded_exists_and_loads() -> None:
    """The server that tasks are forked from passes over a module that it does not find."""
    assert [name for name in PRELOADED if importlib.util.find_spec(name) is None] == []
    importlib.import_module("vigil.airflow.preload")
    assert contracts.cache_info().currsize == 1
