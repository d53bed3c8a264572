"""Names against a release, and lists of names from files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.builders import Rows, article, both, day, filled, prisoner, row, target, with_names
from transforms.linking import link
from transforms.mentions import mention
from vigil.lookup import FOUND, NameListError, read_list, release_names, search
from warehouse import database
from warehouse.release import create_views


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect() as opened:
        yield opened


def ready(con: duckdb.DuckDBPyConnection, *parts: Rows) -> None:
    """A database as that of a release, so far as names need it."""
    filled(con, both(*parts))
    link(con)
    mention(con)
    create_views(con)


def found(con: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    header, rows = search(con, name)
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
        ("I. Losik", None),
    ],
)
def test_one_is_found_by_any_part_of_the_name_in_any_spelling(
    con: duckdb.DuckDBPyConnection, name: str, score: float | None
) -> None:
    ready(con, HELD, target("eu_fsf:1"))
    [who] = found(con, name)
    assert (who["name"], who["schema"], who["birth_date"], who["countries"], who["lists"]) == (
        "Ihar Losik",
        "Person",
        "1992-05-20",
        "BY",
        "by_viasna: detained",
    )
    assert who["score"] == score or (score is None and FOUND <= who["score"] < 1)


@pytest.mark.parametrize("name", ["", "?", "Los", "Ivan Ivanov", "Ihar Babaryka"])
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
    con.execute("DROP TABLE entity_records")  # a release without links
    assert release_names(con)["entity_id"].null_count == len(linked)


def listed(name: str, person: bool, birth: str, record_id: str) -> dict[str, Any]:
    return {"name": name, "person": person, "births": [birth], "countries": ["BY"], "record_id": record_id}


def entity(con: duckdb.DuckDBPyConnection, record_id: str) -> str:
    row = con.execute("SELECT entity_id FROM entity_records WHERE record_id = ?", [record_id]).fetchone()
    assert row
    return str(row[0])


def read(tmp_path: Path, data: str | bytes) -> list[dict[str, Any]]:
    path = tmp_path / "names.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_list(path).select(["name", "births", "countries"]).to_pylist()


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


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "is empty: it needs a header line"),
        ("name\nИгорь".encode("cp1251"), "is not UTF-8: byte"),
        ("name,birth_date\nA B,1980\nC D,05/20/1992\n", "line 3: birth_date 05/20/1992 is neither"),
        ("name,country\nA B,Atlantis\n", "line 2: Atlantis is no country"),
        (f'name\n"{"a" * 200_000}"\n', "is not CSV: field larger"),
    ],
)
def test_a_list_that_cannot_be_read_is_told_in_a_line(tmp_path: Path, data: str | bytes, said: str) -> None:
    with pytest.raises(NameListError, match=said) as told:
        read(tmp_path, data)
    assert "\n" not in str(told.value)
    assert "names.csv" in str(told.value)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NameListError, match=r"cannot read .*gone\.csv: No such file"):
        read_list(tmp_path / "gone.csv")
    with pytest.raises(NameListError, match="Is a directory"):
        read_list(tmp_path)
