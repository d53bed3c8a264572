"""The session: same verdict in any order, Data Docs, nothing of the data in what it says."""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from contracts import contract
from expectations.gate import Gate
from expectations.runner import Session
from expectations.verdict import Verdict
from tests.expectations.snapshots import (
    PRISONERS,
    SANCTIONS,
    damaged_sanctions,
    failed,
    prisoners,
    release,
    sanctions,
    validate,
    validate_release,
)
from transforms.reading.parse_result import parse


def test_same_rows_in_any_order_and_any_session_give_the_same_verdict(
    great_expectations_session: Session,
) -> None:
    session = great_expectations_session
    first = validate(session, SANCTIONS, damaged_sanctions())
    turned = {table: rows[::-1] for table, rows in damaged_sanctions().items()}
    keys = [(row["table_name"], row["expectation"]) for row in first.results]
    assert keys == sorted(set(keys))
    assert len(first.quarantined) == 4
    assert validate(session, SANCTIONS, turned).to_json() == first.to_json()
    assert validate(Session(), SANCTIONS, damaged_sanctions()).to_json() == first.to_json()


def test_a_verdict_survives_json(session: Session) -> None:
    verdict = validate(session, SANCTIONS, damaged_sanctions())
    assert Verdict.from_json(verdict.to_json()) == verdict


def test_results_are_rows_of_the_quality_table(session: Session) -> None:
    verdict = validate(session, SANCTIONS, damaged_sanctions(), 12, sanctions())
    quality = pa.Table.from_pylist(verdict.results, contract("quality").arrow_schema)
    assert quality.to_pylist() == verdict.results
    assert validate_release(session, {"quality": quality}).held == []


def test_neither_verdict_nor_docs_repeat_a_person_s_data(tmp_path: Path) -> None:
    own = Session()
    rows = prisoners(4, name_original="Зміцер", gender="zmicier", country="Zmicier", facility="Zmicier st. 5")
    rows["prisoners"][0] |= {"birth_date": "Zmicier"}
    verdict = validate(own, PRISONERS, rows)
    assert len(verdict.quarantined) >= 3
    own.build_docs(tmp_path)
    pages = "".join(page.read_text("utf-8") for page in tmp_path.rglob("*.html"))
    for word in ("zmicier", "зміцер", rows["prisoners"][1]["name"].lower()):
        assert word not in verdict.to_json().lower()
        assert word not in pages.lower()


def test_data_docs_tell_of_every_suite(tmp_path: Path) -> None:
    own = Session()
    validate(own, SANCTIONS, sanctions())
    validate(own, SANCTIONS, sanctions(), None, sanctions())
    validate_release(own, {})
    validate_release(own, {"events": release()["events"]})
    index = own.build_docs(tmp_path / "docs")
    assert index == tmp_path / "docs" / "index.html"
    text = index.read_text("utf-8")
    for suite in ("eu_fsf.sanctions", "eu_fsf.names", "eu_fsf.size", "eu_fsf.keys", "release.events"):
        assert suite in text
    assert own.build_docs(tmp_path / "docs") == index
    files = [path for path in (tmp_path / "docs").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html"}  # not 4 MB of fonts that no page uses


def test_a_validation_is_silent_and_stays_off_the_network(
    great_expectations_session: Session, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    validate(great_expectations_session, SANCTIONS, damaged_sanctions())
    assert capfd.readouterr() == ("", "")


def test_the_runner_loads_without_great_expectations() -> None:
    code = "import sys, expectations.runner; sys.exit('great_expectations' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}
        ).returncode
        == 0
    )


def test_real_sdn_list_passes(session: Session, shared_data: Path) -> None:
    with (shared_data / "us_ofac_sdn" / "2024-05-07" / "SDN.XML").open("rb") as file:
        tables = parse("us_ofac_sdn", "sanctions.us_ofac", {"SDN.XML": file}, {}).arrow()
    gate = Gate(
        "us_ofac_sdn", "sanctions", "sanctions", 10_000, 30_000, 0.1, False, datetime(2024, 5, 7, tzinfo=UTC)
    )
    verdict = session.check_snapshot(gate, "unit", tables, 14_966)
    assert failed(verdict) == []
    assert verdict.quarantined == []
