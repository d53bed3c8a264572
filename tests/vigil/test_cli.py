"""The command line where it cannot do what it was asked: one clear line, exit code 1, nothing half-done."""

from __future__ import annotations

import csv
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from upath import UPath

from storage import database
from tests.builders import both, filled, prisoner, target
from vigil import cli
from warehouse.release.writer import create_views

Refusal = Callable[..., str]


@pytest.fixture
def refusal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refusal:
    """Runs `vigil` with arguments, and returns the one line it refuses with."""

    def run(*arguments: str | Path) -> str:
        monkeypatch.setattr("sys.argv", ["vigil", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 1
        said = capsys.readouterr().err.splitlines()
        assert len(said) == 1, said
        return said[0]

    return run


@pytest.fixture
def refusal_code(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs `vigil` with arguments that it cannot read, and returns its exit code."""

    def run(*arguments: str | Path) -> int:
        monkeypatch.setattr("sys.argv", ["vigil", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return run


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    return folder


def test_an_unknown_source_names_the_known_ones(refusal: Refusal, mirror: Path, tmp_path: Path) -> None:
    said = refusal("run", "--mirror", mirror, "--source", "xx_nowhere", "--home", tmp_path / "home")
    assert "unknown source xx_nowhere" in said
    assert "eu_fsf" in said
    assert not (tmp_path / "home").exists()


def test_a_missing_mirror(refusal: Refusal, tmp_path: Path) -> None:
    said = refusal("run", "--mirror", tmp_path / "gone", "--home", tmp_path / "home")
    assert str(tmp_path / "gone") in said
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("way", [[], ["--live", "--mirror", "."]])
def test_a_run_needs_one_way_in(refusal: Refusal, way: list[str], tmp_path: Path) -> None:
    assert "either --mirror DIR or --live" in refusal("run", *way, "--home", tmp_path / "home")


def test_a_home_that_cannot_be_written(refusal: Refusal, mirror: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in the way")
    said = refusal("run", "--mirror", mirror, "--home", tmp_path / "home")
    assert str(tmp_path / "home") in said


def test_a_port_in_use(refusal: Refusal, mirror: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refusal("run", "--mirror", mirror, "--home", tmp_path / "home", "--port", str(port))
    assert f"port {port} on 127.0.0.1 is in use" in said


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("September", "say FIRST..LAST"),
        ("2025-09-01..", "say FIRST..LAST"),
        ("2025-09-01...2025-09-02", "say FIRST..LAST"),
        ("2025-09-31", "say FIRST..LAST"),
        ("2025-09-02..2025-09-01", "the last day is before the first"),
        ("2025-09-01..2999-01-01", "the last day is not here yet"),
    ],
)
def test_days_that_make_no_range(refusal: Refusal, days: str, told: str, tmp_path: Path) -> None:
    said = refusal("run", "--live", "--source", "gdelt", "--days", days, "--home", tmp_path / "home")
    assert said.startswith(f"vigil: --days {days}: {told}")
    assert not (tmp_path / "home").exists()


def test_days_of_a_source_that_has_none(refusal: Refusal, tmp_path: Path) -> None:
    run = ("run", "--live", "--days", "2025-09-01..2025-09-02", "--home", tmp_path / "home")
    assert "chosen with --source: eu_fsf is none" in refusal(*run, "--source", "gdelt", "--source", "eu_fsf")
    assert "is none" in refusal(*run)


def test_decisions_that_cannot_be_read_stop_a_run_before_it_begins(
    refusal: Refusal, mirror: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "decisions.csv").write_text("left_record,right_record\n", "utf-8")
    said = refusal("run", "--mirror", mirror, "--home", home)
    assert f"{home / 'decisions.csv'}: line 1: no column decision, reason, decided_on" in said
    assert [each.name for each in home.iterdir()] == ["decisions.csv"]


@pytest.mark.parametrize(
    "command", [["query", "SELECT 1"], ["search", "Somebody"], ["verify"], ["diff", "a", "b"]]
)
def test_without_a_release(refusal: Refusal, command: list[str], tmp_path: Path) -> None:
    said = refusal(*command, "--home", tmp_path / "home")
    assert "no release" in said


def test_a_list_of_names_that_is_not_there(refusal: Refusal, tmp_path: Path) -> None:
    said = refusal("match", tmp_path / "gone.csv", "--against", tmp_path / "gone.csv")
    assert f"cannot read {tmp_path / 'gone.csv'}" in said


@pytest.mark.parametrize("floor", ["-0.1", "1.1", "half"])
def test_a_floor_that_is_no_score(refusal_code: Callable[..., int], floor: str, tmp_path: Path) -> None:
    assert refusal_code("match", tmp_path / "gone.csv", "--floor", floor) == 2


LEFT = """who,birth_date,country
Марыя Калеснікава,1982,BY
Ales Bialiatski,1962-09-25,
Vladimir Putin,07.10.1952,Russia
"""
RIGHT = """person,birth_date,country
Mariia KOLESNIKOVA,1982-04-24,Belarus
Kolesnikova Maria,1960-01-01,
"Беляцкий, Алесь Викторович",,
Viktar Babaryka,,
"""


@pytest.fixture
def screened(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., list[str]]:
    """Screens a list against another with `vigil match`, and returns the lines it prints."""
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    left.write_text(LEFT, "utf-8")
    right.write_text(RIGHT, "utf-8")

    def run(*arguments: str) -> list[str]:
        monkeypatch.setattr("sys.argv", ["vigil", "match", str(left), "--against", str(right), *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        return capsys.readouterr().out.splitlines()

    return run


def test_matching_two_lists_needs_no_release(screened: Callable[..., list[str]]) -> None:
    header, *lines = screened()
    assert header == "left,right,score,match"
    rows = list(csv.DictReader([header, *lines]))
    assert [(row["left"], row["right"], row["match"]) for row in rows] == [
        ("Марыя Калеснікава", "Mariia KOLESNIKOVA", "true"),
        ("Марыя Калеснікава", "Kolesnikova Maria", "false"),  # of another age
        ("Ales Bialiatski", "Беляцкий, Алесь Викторович", "true"),
    ]
    assert all(0.5 <= float(row["score"]) <= 1 for row in rows)


def test_a_screening_tells_how_the_lists_were_read_beside_the_pairs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    left.write_text("who;born;country\nMaria Kalesnikava;1982;BY\n", "utf-8")
    right.write_text(RIGHT, "utf-8")
    monkeypatch.setattr("sys.argv", ["vigil", "match", str(left), "--against", str(right)])
    with pytest.raises(SystemExit):
        cli.main()
    told = capsys.readouterr()
    assert [row["left"] for row in csv.DictReader(told.out.splitlines())] == ["Maria Kalesnikava"] * 2
    assert told.err.splitlines() == [
        f"{left}: 1 name in the column who; with country; not used: born",
        f"{right}: 4 names in the column person; with birth_date and country",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to write to")
def test_a_full_disk_is_told_in_a_line(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name\nIhar Losik\n", "utf-8")
    command = [sys.executable, "-c", "from vigil.cli import main; main()", "match", names, "--against", names]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == "vigil: cannot write what was asked for: No space left on device"
    assert "Traceback" not in ended.stderr


def test_with_no_floor_all_pairs_of_two_lists_are_printed(screened: Callable[..., list[str]]) -> None:
    rows = list(csv.DictReader(screened("--floor", "0")))
    assert len(rows) == 3 * 4
    assert {row["score"] for row in rows if row["left"] == "Vladimir Putin"} == {"0.0"}
    assert json.loads("".join(screened("--format", "json", "--floor", "0.99")))[0]["match"] is True


def test_a_list_is_screened_against_a_release_without_links(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    release = tmp_path / "releases" / "2026-01-01T000000Z"
    release.mkdir(parents=True)
    outline = {"release": release.name, "previous": None, "tables": {}}
    (release / "manifest.json").write_text(json.dumps(outline), "utf-8")
    with database.connect(UPath(release / "vigil.duckdb")) as con:
        held = prisoner("by_viasna:1", "Марыя Калеснікава", country="BY", birth_date="1982-04-24")
        filled(con, both(held, target("eu_fsf:1", "Belavia")))
        create_views(con)
    (tmp_path / "names.csv").write_text("name\nOJSC Belavia\nKolesnikova Maria\n", "utf-8")
    command = ["vigil", "match", tmp_path / "names.csv", "--home", tmp_path, "--release", release.name]
    monkeypatch.setattr("sys.argv", list(map(str, command)))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert list(rows[0]) == ["left", "right", "score", "match", "record_id", "entity_id"]
    assert [(row["record_id"], row["match"], row["entity_id"]) for row in rows] == [
        ("eu_fsf:1", "true", ""),
        ("by_viasna:1", "true", ""),
    ]


def test_the_registry_is_shown_before_any_release(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["vigil", "sources", "--home", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    said = capsys.readouterr().out
    assert "by_viasna" in said
    assert "not yet" in said


HOSTILE = "\x1b[31m[red]Ivan\u202e"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A home with a release of one record whose name is hostile and whose position is a formula."""
    release = tmp_path / "home" / "releases" / "2026-01-01T000000Z"
    release.mkdir(parents=True)
    outline = {"release": release.name, "previous": None, "tables": {}}
    (release / "manifest.json").write_text(json.dumps(outline), "utf-8")
    (release.parent / "latest.json").write_text(json.dumps({"release": release.name}), "utf-8")
    with database.connect(UPath(release / "vigil.duckdb")) as con:
        filled(con, target("eu_fsf:1", HOSTILE, position="=1+1"))
        create_views(con)
    (tmp_path / "names.csv").write_text("name\nAnother\n", "utf-8")
    return tmp_path


@pytest.fixture
def prints(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], small: Path) -> Refusal:
    """Runs `vigil query` with arguments on the small release, and returns what it prints."""

    def run(*arguments: str | Path) -> str:
        monkeypatch.setattr(
            "sys.argv", ["vigil", "query", *map(str, arguments), "--home", str(small / "home")]
        )
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code, capsys.readouterr().err
        return capsys.readouterr().out

    return run


def test_what_is_wrong_with_a_release_is_a_line_each_whatever_a_file_is_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], small: Path
) -> None:
    name = "a\nrelease 2026-01-01T000000Z is whole: 23 tables, 5 rows\r\nb"
    monkeypatch.setattr(
        "warehouse.release.verification.verify", lambda *_, **__: [f"{name} is not in manifest.json"]
    )
    monkeypatch.setattr(
        "sys.argv", ["vigil", "verify", str(small / "home" / "releases" / "2026-01-01T000000Z")]
    )
    monkeypatch.setenv("VIGIL_HOME", str(small / "other"))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    wrong, end = capsys.readouterr().err.splitlines()
    assert wrong.startswith("wrong a release 2026")
    assert end == "vigil: release 2026-01-01T000000Z is not whole: 1 problems"


def test_a_hostile_name_is_written_out(prints: Refusal) -> None:
    shown = prints("FROM sanctions SELECT name")
    assert "\\x1b[31m[red]Ivan\\u202e" in shown
    assert "\x1b" not in shown
    [row] = json.loads(prints("FROM sanctions SELECT name", "--format", "json"))
    assert row == {"name": HOSTILE}


def test_a_formula_is_marked_in_a_csv_unless_raw_cells_are_asked_for(prints: Refusal) -> None:
    question = ("FROM sanctions SELECT position", "--format", "csv")
    assert prints(*question).splitlines() == ["position", "'=1+1"]
    assert prints(*question, "--raw-cells").splitlines() == ["position", "=1+1"]


def test_files_are_read_only_where_that_is_allowed(prints: Refusal, refusal: Refusal, small: Path) -> None:
    question = f"SELECT name FROM '{small}/names.csv'"  # noqa: S608
    assert "file system operations are disabled" in refusal("query", question, "--home", small / "home")
    assert prints(question, "--format", "csv", "--allow-files").splitlines() == ["name", "Another"]
    assert "one statement that reads" in refusal("query", "SET threads = 1", "--home", small / "home")


def test_an_error_that_repeats_hostile_text_is_one_harmless_line(refusal: Refusal, small: Path) -> None:
    said = refusal("query", "SELECT \x1b[2J\x9bfrom\r\n nowhere\u202e", "--home", small / "home")
    assert said.isprintable()


def test_a_query_that_is_interrupted_ends_at_once_with_a_line(small: Path) -> None:
    endless = (
        "SELECT count(*) FROM range(10_000_000) a, range(10_000_000) b WHERE (a.range * b.range) % 7 = 3"
    )
    program = "import sys; print('ready', flush=True); from vigil.cli import main; main()"
    command = [sys.executable, "-c", program, "query", endless, "--home", str(small / "home")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout
        running.stdout.readline()
        for _ in range(12):  # it may not have begun to ask yet
            try:
                running.wait(5)
                break
            except subprocess.TimeoutExpired:
                running.send_signal(signal.SIGINT)
        else:
            running.kill()
        said = running.communicate()[1]
    assert running.returncode == 128 + signal.SIGINT
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 1
