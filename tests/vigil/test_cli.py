"""The command line where it cannot do what it was asked: one clear line, exit code 1, nothing half-done."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from vigil import cli

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


@pytest.mark.parametrize(
    "command", [["query", "SELECT 1"], ["search", "Somebody"], ["verify"], ["diff", "a", "b"]]
)
def test_without_a_release(refusal: Refusal, command: list[str], tmp_path: Path) -> None:
    said = refusal(*command, "--home", tmp_path / "home")
    assert "no release" in said


def test_a_list_of_names_that_is_not_there(refusal: Refusal, tmp_path: Path) -> None:
    said = refusal("match", tmp_path / "gone.csv", "--against", tmp_path / "gone.csv")
    assert f"cannot read {tmp_path / 'gone.csv'}" in said


def test_matching_two_lists_needs_no_release(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    left.write_text("name,birth_date\nКолесникова Мария,1982\nNobody Known,\n", "utf-8")
    right.write_text(
        "person,birth_date\nMariia KOLESNIKOVA,1982-04-24\nKolesnikova Mariya,1960-01-01\n", "utf-8"
    )
    monkeypatch.setattr("sys.argv", ["vigil", "match", str(left), "--against", str(right)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "left,right,score,match"
    assert all("Nobody" not in line for line in lines)


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
