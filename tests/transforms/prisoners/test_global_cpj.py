"""CPJ's censuses: which row of a person is read, who is held, and what stops a page."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import FOLDER, load, samples
from tests.builders import Row, everything, parsed
from transforms.prisoners import global_cpj
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "global_cpj/source.yml")
(PAGES,) = SOURCE.pages


def entry(**given: Any) -> dict[str, Any]:
    """A row of the API, of person 1 in the census of 2024 where a test says nothing else."""
    return {
        "personId": 1,
        "fullName": "Test Person",
        "status": "Imprisoned",
        "charges": None,
        "startDisplay": "June 25, 2020",
        "mtpage": None,
        "country": "Belarus",
        "type": "Journalist",
        "year": 2024,
    } | given


def page(*rows: Any, **around: Any) -> bytes:
    return json.dumps({"data": rows} | around).encode()


def read(*pages: bytes) -> ParseResult:
    files = {PAGES.file(number): io.BytesIO(data) for number, data in enumerate(pages, start=1)}
    snapshot = parse(SOURCE.source_id, SOURCE.parser, files, SOURCE.options)
    assert all(f.declared == f.parsed + f.quarantined + f.outside for f in snapshot.files.values())
    return snapshot


def one(**given: Any) -> tuple[Row, ParseResult]:
    snapshot = read(page(entry(**given)))
    return parsed(snapshot, "prisoners")[0], snapshot


def sample(day: str) -> ParseResult:
    folder = samples(SOURCE.source_id) / day
    return read(*(path.read_bytes() for path in sorted(folder.iterdir())))


def dated(row: Row, name: str) -> tuple[Any, ...]:
    return tuple(row[f"{name}{part}"] for part in ("", "_precision", "_raw"))


# The samples


def test_who_is_in_no_newer_census_is_not_called_released() -> None:
    before, after = (
        {row["name"]: row for row in parsed(sample(day), "prisoners")} for day in ("2024-11-04", "2025-02-03")
    )
    assert before.keys() == after.keys()
    assert {row["status"] for row in before.values()} == {"detained"}
    gone = after.pop("Evan Gershkovich")
    assert (gone["status"], gone["status_raw"], gone["release_date"]) == ("unknown", "Imprisoned 2023", None)
    assert {(row["status"], row["status_raw"]) for row in after.values()} == {("detained", "Imprisoned 2024")}
    assert not sample("2025-02-03").unknown
    assert not sample("2025-02-03").quarantine


def test_what_is_read_of_a_person() -> None:
    snapshot = sample("2025-02-03")
    rows = {row["record_id"]: row for row in parsed(snapshot, "prisoners")}
    found = rows["global_cpj:2"]
    assert (found["name"], found["country"], found["recognised"]) == ("Dawit Isaak", "ER", True)
    assert found["designation"] == "imprisoned journalist"
    assert dated(found, "arrest_date") == ("2001-09-23", "day", "September 23, 2001")
    assert found["charges"] == ["No Charge"]
    assert found["case_url"] == "https://cpj.org/data/people/dawit-isaak/"
    assert dated(rows["global_cpj:7"], "arrest_date") == ("2022-04", "month", "April 2022")
    names = {(row["record_id"], row["name"], row["kind"]) for row in parsed(snapshot, "names")}
    assert names == {(key, row["name"], "primary") for key, row in rows.items()}
    report = snapshot.files["entries-1.json"]
    assert (report.declared, report.parsed, report.outside) == (7, 4, 3)


def test_only_what_is_read_is_asked_for() -> None:
    asked = PAGES.url.partition("includes=")[2].partition("&")[0].split(",")
    assert sorted(asked) == sorted(global_cpj._READ)


# Censuses


def people(year: int, *numbers: int) -> list[dict[str, Any]]:
    return [entry(personId=number, fullName=f"Person {number}", year=year) for number in numbers]


def statuses(*rows: dict[str, Any]) -> dict[str, str]:
    return {row["record_id"]: row["status"] for row in parsed(read(page(*rows)), "prisoners")}


def test_the_newest_census_of_the_list_says_who_is_held() -> None:
    found = statuses(*people(2022, 1, 2, 3), *people(2023, 2, 3), *people(2024, 3, 4))
    assert found == {
        "global_cpj:1": "unknown",
        "global_cpj:2": "unknown",
        "global_cpj:3": "detained",
        "global_cpj:4": "detained",
    }


def test_a_census_that_is_being_entered_ends_nobodys_detention() -> None:
    found = statuses(*people(2023, 1), *people(2024, 2, 3, 4, 5), *people(2025, 5))
    assert found.pop("global_cpj:1") == "unknown"
    assert set(found.values()) == {"detained"}


def test_without_a_year_nobody_is_said_to_be_held() -> None:
    rows = [{key: value for key, value in entry().items() if key != "year"}]
    snapshot = read(page(*rows, entry(personId=2, year="soon")))
    found = parsed(snapshot, "prisoners")
    assert {(row["status"], row["status_raw"]) for row in found} == {("unknown", "Imprisoned")}
    assert snapshot.unknown == {"year: none": 2}


def test_of_a_persons_rows_the_newest_is_read() -> None:
    first, last = entry(year=2010, startDisplay="May 1, 2010"), entry(year="2024")
    for rows in ((first, last), (last, first)):
        snapshot = read(page(*rows))
        (found,) = parsed(snapshot, "prisoners")
        assert found["arrest_date"] == "2020-06-25"
        assert snapshot.files["entries-1.json"].outside == 1


def test_a_row_on_two_pages_is_one_and_a_different_one_is_rejected() -> None:
    other = entry(country="Russia")
    snapshot = read(page(entry()), page(entry(), other), page())
    assert [row["country"] for row in parsed(snapshot, "prisoners")] == ["BY"]
    assert snapshot.files["entries-2.json"].outside == 1
    assert snapshot.quarantine == [
        {
            "file": "entries-2.json",
            "locator": "data[1]",
            "reason": "the same person and census stand in an earlier row",
            "raw": None,
            "key": "1",
        }
    ]


def test_the_key_is_the_committees_number_or_a_hash() -> None:
    assert one(personId=12)[0]["record_id"] == "global_cpj:12"
    assert one(personId="a07Hs00001Bhl")[0]["record_id"] == "global_cpj:a07Hs00001Bhl"
    none: list[object] = [None, "", [], {}, "two words"]
    hashed = [one(personId=number)[0]["record_id"] for number in none]
    assert len(set(hashed)) == 1
    assert len(hashed[0].removeprefix("global_cpj:")) == 16
    others = [one(personId=None, **{field: "Iran"})[0] for field in ("fullName", "country", "startDisplay")]
    assert len({row["record_id"] for row in others} | {hashed[0]}) == 4
    assert one(personId=None, charges="Anti-State")[0]["record_id"] == hashed[0]


# Fields


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("September 23, 2001", "2001-09-23", "day"),
        ("March 5, 2021", "2021-03-05", "day"),
        ("March 2021", "2021-03", "month"),
        ("2021", "2021", "year"),
        ("early 2021", "2021", "year"),
        ("before 2021", None, None),
        ("03/05/2021", "2021", "year"),  # either in March or in May
        ("2021-03-05", "2021-03-05", "day"),
        ("2021-03-05T00:00:00Z", "2021-03-05", "day"),
        ("about March 2021", "2021-03", "circa"),
    ],
)
def test_the_date_of_arrest(text: str, date: str | None, precision: str | None) -> None:
    row, snapshot = one(startDisplay=text)
    assert dated(row, "arrest_date") == (date, precision, text)
    assert snapshot.unknown == ({} if date else {"startDisplay: form not known": 1})


def test_a_story_in_place_of_a_date_is_dropped() -> None:
    row, snapshot = one(startDisplay="some days after his brother had been taken from their home")
    assert dated(row, "arrest_date") == (None, None, None)
    assert "brother" not in everything(snapshot)


@pytest.mark.parametrize(
    ("charges", "told"),
    [
        ("Anti-State", ["Anti-State"]),
        ("Anti-State,Retaliatory; False News", ["Anti-State", "False News", "Retaliatory"]),
        (["Anti-State", "Defamation", None], ["Anti-State", "Defamation"]),
        ("No charge disclosed", ["No charge disclosed"]),
        (None, []),
        ("", []),
        ({"a": "b"}, []),
    ],
)
def test_charges_are_the_committees_categories(charges: object, told: list[str]) -> None:
    row, snapshot = one(charges=charges)
    assert row["charges"] == told
    assert {(charge["charge"], charge["article"]) for charge in parsed(snapshot, "charges")} == {
        (text, None) for text in told
    }


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://cpj.org/data/people/dawit-isaak/", "https://cpj.org/data/people/dawit-isaak/"),
        ("http://www.cpj.org/data/people/a-b/index.php", "https://cpj.org/data/people/a-b/index.php"),
        ("/data/people/dawit-isaak/", "https://cpj.org/data/people/dawit-isaak/"),
        ("data/people/dawit-isaak", "https://cpj.org/data/people/dawit-isaak"),
        ("https://example.org/data/people/dawit-isaak/", None),
        ("javascript:alert(1)", None),
        ("https://cpj.org/data/people/a b", None),
    ],
)
def test_the_page_on_a_case_is_the_committees(text: str, url: str | None) -> None:
    row, snapshot = one(mtpage=text)
    assert row["case_url"] == url
    assert snapshot.unknown == ({} if url else {"mtpage: form not known": 1})


def test_words_that_are_not_known_are_counted() -> None:
    row, snapshot = one(country="Atlantis", type="Poet")
    assert (row["country"], row["designation"]) == (None, "imprisoned journalist")
    assert snapshot.unknown == {"country: not known": 1, "type: not known": 1}
    assert one(type="Media Worker")[0]["designation"] == "imprisoned media worker"


@pytest.mark.parametrize("status", ["Killed", "Missing", "Released"])
def test_who_is_not_in_a_prison_census_is_left_out(status: str) -> None:
    snapshot = read(page(entry(status=status)))
    assert snapshot.files["entries-1.json"].outside == 1
    assert parsed(snapshot, "prisoners") == []


@pytest.mark.parametrize(
    "name",
    ["10 unidentified journalists", "Unidentified", "Anonymous", "Name withheld", "two unnamed bloggers"],
)
def test_rows_of_no_single_person_are_left_out(name: str) -> None:
    assert read(page(entry(fullName=name))).files["entries-1.json"].outside == 1
    assert one(fullName="Anna Nameless")[0]["name"] == "Anna Nameless"


def test_what_was_not_asked_for_is_passed_over_or_counted() -> None:
    withheld = global_cpj.WITHHELD_FIELDS
    assert withheld == SOURCE.withheld.keys()
    values = {field: f"sentinel {field}" for field in global_cpj.FIELDS.keys() - {*global_cpj._READ}}
    snapshot = read(page(entry(**values), entry(**values, country="Iran"), entry(**values, fullName="")))
    assert len(snapshot.quarantine) == 2
    assert not snapshot.unknown
    assert "sentinel" not in everything(snapshot)
    row = entry(spouse="sentinel", **{"a story of a sentinel": 1})
    snapshot = read(page(row, meta={"rowCount": 1}, pageCount=1, rowCount=1, note="sentinel"))
    assert snapshot.unknown == {"field spouse": 1, "field of an odd name": 1, "field note": 1}
    assert "sentinel" not in everything(snapshot)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (None, "not an object"),
        ([entry()], "not an object"),
        ({}, "no fullName"),
        (entry(fullName=None), "no fullName"),
        (entry(fullName={"first": "A"}), "no fullName"),
        (entry(status=False), "no status"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_with_its_place(row: object, reason: str) -> None:
    snapshot = read(page(entry(personId=2), row))
    assert [(each["locator"], each["reason"], each["raw"]) for each in snapshot.quarantine] == [
        ("data[1]", reason, None)
    ]
    assert len(parsed(snapshot, "prisoners")) == 1


# Pages


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (page(entry())[:-9], "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "no list `data`"),
        (b"{}", "no list `data`"),
        (b'{"data": {}}', "no list `data`"),
        (b'{"data": null, "message": "Limit"}', "no list `data`"),
        (b'{"data": ' + b"[" * 100_000, "nested too deep"),
        (b'{"data": [NaN]}', "no number"),
    ],
)
def test_what_is_no_page_stops_the_source(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message) as error:
        read(page(entry()), data)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("entries-2.json")


def test_a_list_with_a_gap_stops_the_source() -> None:
    def files(*names: str) -> dict[str, Any]:
        return {name: io.BytesIO(page(entry())) for name in names}

    for broken, message in (
        (files(), "no file"),
        (files("entries-1.json", "entries-3.json"), r"entries-2\.json: not in the snapshot"),
        (files("entries-2.json"), r"entries-1\.json: not in the snapshot"),
        (files("entries-1.json", "people.json"), r"people\.json: not a file of this source"),
        (files("entries-01.json"), r"entries-01\.json: not a file of this source"),
    ):
        with pytest.raises(SourceFormatError, match=message):
            parse(SOURCE.source_id, SOURCE.parser, broken, {})
    with pytest.raises(SourceFormatError, match=r"entries-2\.json: an empty page, but not the last one"):
        read(page(entry()), page(), page(entry(personId=2)))


def test_ten_pages_are_in_the_order_of_their_numbers() -> None:
    pages = [page(entry(personId=number)) for number in range(1, 12)]
    snapshot = read(*pages, page())
    assert len(parsed(snapshot, "prisoners")) == 11


def test_an_empty_list_gives_empty_tables() -> None:
    tables = read(page()).arrow()
    assert [tables[table].num_rows for table in ("prisoners", "names", "charges")] == [0, 0, 0]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_ROW = st.dictionaries(st.sampled_from([*global_cpj._READ, "body"]), _JSON)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=100) | st.lists(_JSON | _ROW | _ROW.map(lambda row: entry(**row)), max_size=4))
def test_any_content_ends_in_a_snapshot_that_adds_up_or_in_one_error(found: bytes | list[Any]) -> None:
    data = found if isinstance(found, bytes) else page(*found)
    try:
        read(page(entry()), data).arrow()
    except SourceFormatError as error:
        assert "\n" not in str(error)
