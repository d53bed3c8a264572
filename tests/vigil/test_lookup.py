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
from transforms.matching import Named
from vigil.lookup import NameListError, read_list, release_names, search
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
    create_views(con)


def found(con: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    header, rows = search(con, name)
    return [dict(zip(header, found, strict=True)) for found in rows]


HELD = prisoner("by_viasna:1", "Ihar Losik", birth_date="1992-05-20", country="BY", status="detained")


@pytest.mark.parametrize("name", ["Ihar Losik", "losik", "LOSIK Ihar", "Лосик"])
def test_one_is_found_by_any_part_of_the_name_in_any_spelling(
    con: duckdb.DuckDBPyConnection, name: str
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


@pytest.mark.parametrize("name", ["", "?", "Los", "Ihar Losik Jr"])
def test_nobody_is_found_by_nothing_or_by_what_is_no_part(con: duckdb.DuckDBPyConnection, name: str) -> None:
    ready(con, HELD)
    assert found(con, name) == []


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
    assert [named.name for named in release_names(con)] == ["Ihar Losik"]


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
    assert list(release_names(con)) == [
        Named("Ihar Losik", ("1992-05-20",), ("BY",), "by_viasna:1"),
        Named("Belavia", ("1996",), ("BY",), "eu_fsf:1"),
        Named("Belavia JSC", ("1996",), ("BY",), "eu_fsf:1"),
    ]


def read(tmp_path: Path, data: str | bytes) -> list[Named]:
    path = tmp_path / "names.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read_list(path))


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
        Named("Ihar Losik", ("1992-05-20",), ("BY",)),
        Named("Losik, Ihar", ("1992-05-20",), ("BY",)),
        Named("Maria", ("1982",)),
        Named("Last One"),
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
        list(read_list(tmp_path / "gone.csv"))
    with pytest.raises(NameListError, match="Is a directory"):
        list(read_list(tmp_path))
