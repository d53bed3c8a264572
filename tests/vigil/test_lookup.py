"""Names against a release, and lists of names from files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from storage import database
from tests.builders import LISTS, Rows, article, both, day, filled, prisoner, row, target, with_names
from transforms.identity.linking.linking import link
from transforms.identity.mentions.mentions import find_mentions
from transforms.names.name_index import build_name_index
from vigil.lookup import release_names, search_names
from vigil.name_list import NameListError, read_name_list
from warehouse.release.writer import create_views


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect() as opened:
        yield opened


def ready(con: duckdb.DuckDBPyConnection, *parts: Rows) -> None:
    """A database as that of a release, so far as names need it."""
    filled(con, both(*parts))
    link(con, lists=LISTS)
    find_mentions(con)
    build_name_index(con)
    create_views(con)


def found(con: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    header, rows = search_names(con, name)
    return [dict(zip(header, found, strict=True)) for found in rows]


HELD = prisoner("by_viasna:1", "Ihar Losik", birth_date="1992-05-20", country="BY", status="detained")


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("Ihar Losik", 1),
        ("LOSIK Ihar", 1),
        ("losik", 0.9),
        ("Лосик", 0.9),
        ("Лосік Ігар", 1),
        ("Igor LOSIK", 1),
        ("I. Losik", 0.85),
        ("Losik I.", 0.85),
        ("Ihar Losyk", 1),
        ("Ihar Lopsik", 0.8),
    ],
)
def test_one_is_found_by_any_part_of_the_name_in_any_spelling(
    con: duckdb.DuckDBPyConnection, name: str, score: float
) -> None:
    ready(con, HELD, target("eu_fsf:1"))
    [who] = found(con, name)
    assert (who["name"], who["schema"], who["birth_date"], who["countries"], who["lists"]) == (
        "Ihar Losik",
        "Person",
        "1992-05-20",
        ["BY"],
        "by_viasna: detained",
    )
    assert who["matched_name"] == "Ihar Losik"
    assert who["score"] == pytest.approx(score, abs=0.05)


@pytest.mark.parametrize("name", ["", "?", "(", "'", "Los", "Ivan Ivanov", "Ihar Babaryka"])
def test_nobody_is_found_by_nothing_or_by_another_name(con: duckdb.DuckDBPyConnection, name: str) -> None:
    ready(con, HELD)
    assert found(con, name) == []


def test_the_likeliest_come_first_and_among_them_those_of_most_records(
    con: duckdb.DuckDBPyConnection,
) -> None:
    ready(
        con,
        prisoner("by_viasna:1", "Viktar Lukashenka"),
        target("eu_fsf:1", "Aliaksandr Lukashenka", schema="Person", birth_dates=["1954-08-30"]),
        target("ch_seco:1", "LUKASHENKA Aliaksandr", schema="Person", birth_dates=["1954-08-30"]),
        prisoner("by_viasna:2", "Volha Lukashova"),
    )
    for name in ("Лукашенко", "Лукашэнка", "Lukashenko", "Łukaszenka", "Lukaschenko"):
        assert [(who["name"].title(), who["records"]) for who in found(con, name)] == [
            ("Aliaksandr Lukashenka", 2),
            ("Viktar Lukashenka", 1),
        ]
    for name in ("Viktor Lukashenko", "Лукашэнка Віктар"):
        first, *_ = found(con, name)
        assert first["name"] == "Viktar Lukashenka"


def test_an_entity_is_one_row_with_all_its_lists_and_articles(con: duckdb.DuckDBPyConnection) -> None:
    news = both(*(article(f"a{i}", organizations=["belavia"], seen_at=day(0)) for i in (1, 2)))
    gone = target("un_sc:1", "Belavia", programs=["BY-1"])
    gone["sanctions"][0]["valid_to"] = day(300)
    ready(con, gone, target("eu_fsf:1", "Belavia", programs=["BLR", "UKR"]), with_names(news))
    [who] = found(con, "belavia")
    assert who["lists"] == "eu_fsf: BLR UKR; un_sc: BY-1 (no longer listed)"
    assert who["articles"] == 2


def test_one_that_its_list_keeps_as_delisted_is_no_longer_listed(con: duckdb.DuckDBPyConnection) -> None:
    ready(con, target("ch_seco:1", "Belavia", programs=["BY"], delisting_date=date(2024, 12, 24)), HELD)
    [who] = found(con, "belavia")
    assert who["lists"] == "ch_seco: BY (no longer listed)"
    assert release_names(con)["name"].to_pylist() == ["Ihar Losik"]


def test_the_last_version_speaks(con: duckdb.DuckDBPyConnection) -> None:
    old, new = (prisoner("by_viasna:1", "Ihar Losik", status=status) for status in ("detained", "released"))
    old["prisoners"][0] |= {"valid_from": day(0), "valid_to": day(1)}
    new["prisoners"][0] |= {"valid_from": day(1)}
    ready(con, old, new)
    [who] = found(con, "Losik")
    assert who["lists"] == "by_viasna: released"


def test_the_names_of_a_release_are_those_that_stand_now(con: duckdb.DuckDBPyConnection) -> None:
    eu = target(
        "eu_fsf:1",
        "Belavia",
        {"alias": "Belavia JSC", "weak_alias": "BA"},
        birth_dates=["1996"],
        nationalities=["BY"],
    )
    eu["names"].append(row("names", record_id="eu_fsf:1", name="Belavia", kind="alias", lang="de"))
    gone = target("eu_fsf:2", "Gone")
    for table in ("sanctions", "names"):
        gone[table][0]["valid_to"] = day(300)
    ready(con, HELD, eu, gone)
    linked = release_names(con).to_pylist()
    ids = [row.pop("entity_id") for row in linked]
    assert linked == [
        listed("Ihar Losik", True, "1992-05-20", "by_viasna:1"),
        listed("Belavia", False, "1996", "eu_fsf:1"),
        listed("Belavia JSC", False, "1996", "eu_fsf:1"),
    ]
    assert ids == [entity(con, "by_viasna:1"), entity(con, "eu_fsf:1"), entity(con, "eu_fsf:1")]


def listed(name: str, person: bool, birth: str, record_id: str) -> dict[str, Any]:
    return {"name": name, "person": person, "births": [birth], "countries": ["BY"], "record_id": record_id}


def entity(con: duckdb.DuckDBPyConnection, record_id: str) -> str:
    row = con.execute("SELECT entity_id FROM entity_records WHERE record_id = ?", [record_id]).fetchone()
    assert row
    return str(row[0])


def read(tmp_path: Path, data: str | bytes) -> list[dict[str, Any]]:
    path = tmp_path / "names.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_name_list(path).names.select(["name", "births", "countries"]).to_pylist()


def test_a_list_gives_its_first_column_with_birth_date_and_country(tmp_path: Path) -> None:
    lines = [
        "\ufeffwho,note,country,birth_date",
        "Ihar Losik,x,by,1992-05-20",
        '"Losik, Ihar",,Belarus,20.05.1992',
        " Maria ,,,1982",
        ",nobody,BY,1980",
        "",
        "Last One",
    ]
    assert read(tmp_path, "\r\n".join(lines)) == [
        {"name": "Ihar Losik", "births": ["1992-05-20"], "countries": ["BY"]},
        {"name": "Losik, Ihar", "births": ["1992-05-20"], "countries": ["BY"]},
        {"name": "Maria", "births": ["1982"], "countries": []},
        {"name": "Last One", "births": [], "countries": []},
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("parted_by", [",", ";", "\t", "|"])
def test_a_list_is_read_as_spreadsheet_programs_save_it(
    tmp_path: Path, parted_by: str, encoding: str
) -> None:
    lines = ["", "Name,BIRTH DATE,Country ", "Лосік Ігар,1992-05-20,BY", "", "Ales Bialiatski,,"]
    expected = [
        {"name": "Лосік Ігар", "births": ["1992-05-20"], "countries": ["BY"]},
        {"name": "Ales Bialiatski", "births": [], "countries": []},
    ]
    text = "\r\n".join(lines).replace(",", parted_by)
    assert read(tmp_path, text.encode(encoding)) == expected
    assert read(tmp_path, f"sep={parted_by}\r\n{text}".encode(encoding)) == expected


@pytest.mark.parametrize(
    ("born", "read_as"),
    [
        ("1992~", "1992~"),
        ("1990/1994-05", "1990/1994-05"),
        ("1992-05-20 00:00:00", "1992-05-20"),
        ("1992-05-20T00:00:00", "1992-05-20"),
    ],
)
def test_dates_are_read_as_releases_and_programs_write_them(tmp_path: Path, born: str, read_as: str) -> None:
    [listed] = read(tmp_path, f"name,birth_date\nA B,{born}\n")
    assert listed["births"] == [read_as]


def test_a_cell_may_hold_several_countries(tmp_path: Path) -> None:
    rows = read(tmp_path, 'name,country\nA B,"BY, RU"\nC D,Belarus; by\nE F,"Korea, Republic of"\n')
    assert [row["countries"] for row in rows] == [["BY", "RU"], ["BY", "BY"], ["KR"]]


def test_how_a_list_was_read_is_told_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("Ihar Losik,Date of birth,country\nAles Bialiatski,1962,BY\n,,\n,1980,\n", "utf-8")
    told = "1 name in the column Ihar Losik; with country; no name in line 4; not used: Date of birth"
    assert read_name_list(path).summary == f"{path}: {told}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "is empty: it needs a header line"),
        ("name\n", "has no names"),
        ("name\n ,\n", "has no names"),
        ("name\nИгорь".encode("cp1251"), "line 2: not UTF-8: save it as CSV in UTF-8"),
        ("name\nИгорь".encode("utf-16-le"), "zero bytes: save it as CSV in UTF-8"),
        ("name,birth_date\nA B,1980\nC D,05/20/1992\n", "line 3: birth_date 05/20/1992 is neither"),
        ("name,country\nA B,Atlantis\n", "line 2: Atlantis is not the name or code of a country"),
        ("name,birth_date\nA B,٢٠٢٠\n", "line 2: birth_date ٢٠٢٠ is neither"),
        ("name,birth_date\nA B,1990/1994-13\n", "line 2: birth_date 1990/1994-13 is neither"),
        ("name,country\nA B,BY; Atlantis\n", "line 2: BY; Atlantis is not the name or code of a country"),
        ("name,country,Country\nA B,BY,RU\n", "line 1: the column country is there twice"),
        ("birth_date,name\n1980,A B\n", "line 1: the first column is birth_date: put the names there"),
        ("Ihar Losik,1992-05-20\nAles Bialiatski,1962-09-25\n", "line 1: a date, where titles should be"),
        ("name\nLosik, Ihar\n", "line 2: 2 cells, not 1: quote a name that holds a comma"),
        ('name,note\n"Ihar Losik,x\nAles Bialiatski,y\n', "line 2: not CSV"),
        (f'name\n"{"a" * 200_000}"\n', "line 2: not CSV .field larger"),
    ],
)
def test_a_list_that_cannot_be_read_is_told_in_a_line(tmp_path: Path, data: str | bytes, said: str) -> None:
    with pytest.raises(NameListError, match=said) as told:
        read(tmp_path, data)
    assert "\n" not in str(told.value)
    assert "names.csv" in str(told.value)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NameListError, match=r"cannot read .*gone\.csv: No such file"):
        read_name_list(tmp_path / "gone.csv")
    with pytest.raises(NameListError, match="Is a directory"):
        read_name_list(tmp_path)


def test_a_name_of_bytes_that_are_no_text_is_an_error_of_one_line() -> None:
    with database.connect() as con, pytest.raises(NameListError, match="the name is not UTF-8"):
        search_names(con, "Ivan \udcff")
