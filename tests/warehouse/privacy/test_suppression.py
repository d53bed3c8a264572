"""The list of suppressed records, and the command that adds to it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.home import Home
from tests.builders import FAMILIES, House
from tests.suppressing import LOSIK, SALT, SPELLINGS, house_with_losik, listed, publish
from vigil import cli
from warehouse.privacy import suppression_list
from warehouse.privacy.suppression import read_suppressions, suppress_record
from warehouse.privacy.suppression_list import SuppressionError, Suppressions, parse_suppressions
from warehouse.release.reader import holding


@pytest.fixture
def house(tmp_path: Path) -> House:
    return house_with_losik(tmp_path / "home")


def test_an_entry_is_one_text_or_two() -> None:
    one = parse_suppressions(
        listed('record_id: "by_viasna:017", on: 2026-11-20, reason: risk'), "f", FAMILIES
    )
    two = parse_suppressions(
        listed("source_id: by_viasna, key: 017, on: 2026-11-20, reason: risk"), "f", FAMILIES
    )
    assert one == two
    [entry] = one.entries
    assert (entry.number, entry.record_id, entry.on, entry.reason) == (
        1, "by_viasna:017", date(2026, 11, 20), "risk",
    )  # fmt: skip


ENTRY = "record_id: by_viasna:17, on: 2026-11-20, reason: request"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no salt"),
        ("suppressed: []", "no salt"),
        ("salt: 1234", "salt: is shorter than 32 characters"),
        (listed("{"), "not YAML"),
        (listed(ENTRY) + f"salt: {SALT}\n", "a field twice"),
        (listed(ENTRY + ", on: 2026-11-21"), "a field twice"),
        (listed(ENTRY) + "suppressed: []\n", "a field twice"),
        ("- a\n", "not written as vigil suppress writes it"),
        (f"salt: {SALT}\nsuppressed: yes\n", "suppressed: not written as vigil suppress writes it"),
        (f"salt: {SALT}\nsuppressed: [by_viasna:17]\n", "entry 1: not written as vigil suppress writes it"),
        (listed(ENTRY) + "by_viasna:18: request\n", "has a field other than salt and suppressed"),
        (listed(ENTRY, ENTRY.replace("17", "18") + ", by_viasna:19: x"), "entry 2: has a field other than"),
        (listed(ENTRY, "record_id: by_viasna:18, on: 2026-11-20, reason: by_viasna:17"),
         "entry 2: reason: is none of request, family, risk, error, law"),
        (listed(ENTRY, "record_id: by_viasna:18, reason: risk"), "entry 2: no on"),
        (listed(ENTRY, "record_id: by_viasna:18, on: 2026-11-20"), "entry 2: no reason"),
        (listed("on: 2026-11-20, reason: risk"), "entry 1: needs either record_id, or source_id and key"),
        (listed("source_id: by_viasna, on: 2026-11-20, reason: risk"), "entry 1: needs a source and the key"),
        (listed(ENTRY + ", key: 17"), "entry 1: needs either"),
        (listed(ENTRY.replace("by_viasna:17", "17")), "entry 1: needs a source and the key"),
        (listed(ENTRY.replace("by_viasna:17", '"by_viasna:"')), "entry 1: needs a source and the key"),
        (listed(ENTRY.replace("by_viasna:17", '"by_viasna:17 "')), "entry 1: record_id: has a space"),
        (listed(ENTRY.replace("by_viasna:17", '"by_viasna:\\u00ad17"')), "a character that cannot be seen"),
        (listed(ENTRY.replace("by_viasna:17", "[by_viasna:17]")), "entry 1: record_id: Input should be"),
        (listed(ENTRY.replace("2026-11-20", "2026-13-20")), "entry 1: on: "),
        (listed(ENTRY.replace("2026-11-20", "20261120")), "entry 1: on: is not a date such as 2026-11-20"),
        (listed(ENTRY.replace("2026-11-20", "9999-01-01")), "entry 1: on: is in the future"),
        (listed(ENTRY, ENTRY.replace("by_viasna", "by_vesna")), "entry 2: its source is not in the registry"),
        (listed(ENTRY, "source_id: by_viasna, key: 17, on: 2026-11-21, reason: law"),
         "entry 2: the same record as entry 1"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_line_that_repeats_nothing(text: str, said: str) -> None:
    with pytest.raises(SuppressionError) as raised:
        parse_suppressions(text, "/home/suppressions.yml", FAMILIES)
    message = str(raised.value)
    assert message.startswith("/home/suppressions.yml: ")
    assert said in message
    assert "\n" not in message
    assert not re.search("viasna|vesna|17|18|19", message.replace("line 17", ""))
    # nor does what a traceback would show
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "suppressions.yml").write_bytes(b"salt: \xff")
    with pytest.raises(SuppressionError, match="not UTF-8"):
        read_suppressions(Home.at(str(tmp_path)), FAMILIES)


@settings(max_examples=200)
@given(st.text(max_size=60).map(lambda text: f"salt: {SALT}\n{text}") | st.text(max_size=60))
def test_no_text_gives_another_error(text: str) -> None:
    try:
        parse_suppressions(text, "f", FAMILIES)
    except SuppressionError as error:
        assert "\n" not in str(error)


def test_without_a_file_nothing_is_suppressed(tmp_path: Path) -> None:
    assert read_suppressions(Home.at(str(tmp_path)), FAMILIES) == Suppressions()


def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    home = Home.at(str(tmp_path))
    suppress_record(home, FAMILIES, LOSIK, "risk", date(2026, 11, 20))
    read_suppressions(home, FAMILIES)
    assert caplog.records == []
    (tmp_path / "suppressions.yml").chmod(0o644)
    read_suppressions(home, FAMILIES)
    assert "can be read by others than its owner" in caplog.text


def test_adding_makes_a_private_file_and_keeps_what_stands_in_it(tmp_path: Path) -> None:
    home = Home.at(str(tmp_path))
    file = tmp_path / "suppressions.yml"
    suppress_record(home, FAMILIES, LOSIK, "request", date(2026, 11, 20))
    assert file.stat().st_mode & 0o777 == 0o600
    salt = read_suppressions(home, FAMILIES).salt
    assert len(salt) == 64
    file.write_text(file.read_text("utf-8") + "  # asked by mail\n", "utf-8")
    assert suppress_record(home, FAMILIES, "un_sc:9", "law", date(2026, 11, 21)).number == 2
    assert file.stat().st_mode & 0o777 == 0o600
    assert "# asked by mail" in file.read_text("utf-8")
    found = read_suppressions(home, FAMILIES)
    assert found.salt == salt
    assert [(e.record_id, e.reason) for e in found.entries] == [(LOSIK, "request"), ("un_sc:9", "law")]
    assert yaml.safe_load(file.read_text("utf-8"))["salt"] == salt  # YAML for everyone


@pytest.mark.parametrize(
    "text",
    [
        f"salt: {SALT}\nsuppressed: []\n",
        f"salt: {SALT}\n",
        f"suppressed:\n  - {{{ENTRY}}}\nsalt: {SALT}\n",
    ],
)
def test_a_file_that_cannot_be_added_to_stays_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "suppressions.yml").write_text(text, "utf-8")
    with pytest.raises(SuppressionError, match="add the entry by hand"):
        suppress_record(Home.at(str(tmp_path)), FAMILIES, "by_viasna:18", "risk", date(2026, 11, 20))
    assert (tmp_path / "suppressions.yml").read_text("utf-8") == text


@pytest.fixture
def vigil(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str | Path) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["vigil", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def test_the_command_tells_what_it_does_and_what_is_left_to_do(
    house: House, vigil: Any, tmp_path: Path
) -> None:
    first, second = publish(house, 0), publish(house, 1)
    code, said = vigil("suppress", LOSIK, "--reason", "family", "--on", "2026-11-20", "--home", house.folder)
    assert code == 0, said
    assert f"{LOSIK} is suppressed: entry 1 of {house.folder}/suppressions.yml" in said
    assert f"it is in the latest release, {second.id}" in said
    assert f"withdraw them: {first.id}, {second.id}" in said
    assert "un_sc:9" in said
    assert "the next vigil run publishes without it" in said
    for name in SPELLINGS:
        assert name not in said
    assert read_suppressions(house.home, FAMILIES).entries[0].on == date(2026, 11, 20)

    code, said = vigil("verify", first.id, "--home", house.folder)
    assert code == 1
    assert "(entry 1 of suppressions.yml): withdraw this release" in said
    assert LOSIK not in said
    house.suppressed = read_suppressions(house.home, FAMILIES)
    third = publish(house, 2)
    code, said = vigil("verify", "--home", house.folder)
    assert code == 0, said
    assert holding(house.home, LOSIK) == ([first.id, second.id], [])
    assert third.id not in holding(house.home, LOSIK)[0]

    code, said = vigil("suppress", LOSIK, "--reason", "risk", "--home", house.folder)
    assert (code, said.count("\n")) == (1, 1)
    assert "entry 1 is of this record already" in said
    code, said = vigil("suppress", "by_viasna:18", "--reason", "risk", "--home", house.folder)
    assert code == 0
    assert f"it is not in the latest release, {third.id}" in said
    assert "withdraw" not in said
    code, said = vigil("diff", first.id, third.id, "--home", house.folder)
    assert code == 0
    assert "prisoners" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("by_vesna:1", "--reason", "risk"), "its source is not in the registry"),
        (("by_viasna", "--reason", "risk"), "needs a source and the key"),
        (("by_viasna:1", "--reason", "whim"), "reason: is none of request, family, risk, error, law"),
        (("by_viasna:1", "--reason", "risk", "--on", "9999-01-01"), "on: is in the future"),
    ],
)
def test_the_command_refuses_in_one_line(tmp_path: Path, vigil: Any, arguments: Any, said: str) -> None:
    code, told = vigil("suppress", *arguments, "--home", tmp_path)
    assert (code, told.count("\n")) == (1, 1)
    assert said in told
    assert not (tmp_path / "suppressions.yml").exists()


def test_the_command_wants_a_home(tmp_path: Path, vigil: Any) -> None:
    code, said = vigil("suppress", LOSIK, "--reason", "risk", "--home", tmp_path / "gone")
    assert (code, said.count("\n")) == (1, 1)
    assert "which home is meant" in said
    assert not (tmp_path / "gone").exists()


def test_before_any_release(tmp_path: Path, vigil: Any) -> None:
    code, said = vigil("suppress", LOSIK, "--reason", "risk", "--home", tmp_path)
    assert code == 0
    assert "there is no latest release" in said


def test_a_wrong_file_stops_verify_in_one_line(house: House, vigil: Any) -> None:
    publish(house, 0)
    suppression_list.list_path(house.home).write_text(listed(ENTRY.replace("request", "whim")), "utf-8")
    code, said = vigil("verify", "--home", house.folder)
    assert (code, said.count("\n")) == (1, 1)
    assert "entry 1: reason: is none of" in said
