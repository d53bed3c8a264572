"""GDELT's codes: events, countries, regions and roles in words and ISO codes."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pycountry
import pytest

from transforms.fields import countries
from transforms.news.gdelt import vocabulary


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    vocabulary.define(made)
    return made


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("08", "YIELD"),
        ("0841", "Return, release person(s)"),
        ("085", "Ease economic sanctions, boycott, embargo"),
        ("0872", "Ease military blockade"),
        ("1014", "Demand intelligence cooperation"),
        ("1053", "Demand release of persons or property"),
        ("1243", "Refuse to release persons or property"),
        ("163", "Impose embargo, boycott, or sanctions"),
        ("173", "Arrest, detain, or charge with legal action"),
        ("2042", "Detonate nuclear weapons"),
    ],
)
def test_events_have_the_names_of_the_codebook(con: duckdb.DuckDBPyConnection, code: str, name: str) -> None:
    assert con.execute("SELECT name FROM cameo_event WHERE code = ?", [code]).fetchall() == [(name,)]


def test_every_event_has_a_root_and_a_tidy_name() -> None:
    named = vocabulary.cameo_events()
    assert {code for code in named if len(code) == 2} == {f"{root:02}" for root in range(1, 21)}
    for code, name in named.items():
        assert code[:2] in named and (len(code) < 4 or code[:3] in named), code
        assert name == " ".join(name.split()) and name[-1] not in ".,;[", code
        assert name.isupper() == (len(code) == 2), code


def test_every_root_has_the_category_that_is_not_specified_further() -> None:
    named = vocabulary.cameo_events()
    assert all("not specified below" in named[f"{root:02}0"] for root in range(1, 21) if root != 15)


def test_gdelts_own_list_of_codes_is_covered(shared_data: Path) -> None:
    table = shared_data / "gdelt_schema" / "cameoCodeTable.tsv"
    listed = set(re.findall(r"^\d{2,4}", table.read_text("utf-8"), re.MULTILINE))
    # These are of the codebook's older version, where the numbers mean something else.
    assert listed - set(vocabulary.cameo_events()) == {"0357", "1213", "1641", "1642", "1643"}


@pytest.mark.parametrize(
    ("cameo", "iso"),
    [("BLR", "BY"), ("USA", "US"), ("ROM", "RO"), ("ROU", "RO"), ("TMP", "TL"), ("WSB", "PS"), ("MTN", "ME")],
)
def test_countries_of_actors(con: duckdb.DuckDBPyConnection, cameo: str, iso: str) -> None:
    assert con.execute("SELECT country FROM cameo_country WHERE code = ?", [cameo]).fetchall() == [(iso,)]


def test_countries_of_actors_are_allowed_and_are_all_there() -> None:
    found = vocabulary.cameo_countries()
    assert set(found.values()) <= countries.ALL
    assert {country.alpha_2 for country in pycountry.countries} <= set(found.values())
    assert all(len(code) == 3 for code in found)


def test_a_region_is_no_country(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("SELECT name FROM cameo_region WHERE code = 'EUR'").fetchall() == [("Europe",)]
    both = con.execute("SELECT code FROM cameo_region JOIN cameo_country USING (code)").fetchall()
    assert not both  # NAM is Namibia, NMR North America
    assert con.execute("SELECT country FROM cameo_country WHERE code = 'NAM'").fetchall() == [("NA",)]


def test_places_countries(con: duckdb.DuckDBPyConnection) -> None:
    found = dict(con.execute("SELECT fips, country FROM fips_country").fetchall())
    assert (found["BO"], found["BL"], found["LH"], found["UP"]) == ("BY", "BO", "LT", "UA")
    nowhere = {code for (code,) in con.execute("FROM fips_no_country").fetchall()}
    assert nowhere == {"OS", "PF", "PG"} and not nowhere & set(found)


def test_roles(con: duckdb.DuckDBPyConnection) -> None:
    roles = dict(con.execute("SELECT code, role FROM cameo_role").fetchall())
    assert (roles["GOV"], roles["JUD"], roles["OPP"]) == ("government", "judiciary", "political opposition")
    assert all(len(code) == 3 and role for code, role in roles.items())


def test_types_of_places(con: duckdb.DuckDBPyConnection) -> None:
    given = [str(number) for number in range(7)] + [None, "", "x"]
    words = [con.execute("SELECT place_type(?)", [text]).fetchall()[0][0] for text in given]
    expected = [None, "country", "us_state", "us_city", "world_city", "world_state", None, None, None, None]
    assert words == expected


def test_it_can_be_defined_twice(con: duckdb.DuckDBPyConnection) -> None:
    before = con.execute("SELECT count(*) FROM cameo_event").fetchall()
    vocabulary.define(con)
    assert con.execute("SELECT count(*) FROM cameo_event").fetchall() == before
