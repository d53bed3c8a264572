"""The list of political prisoners in China: what is read, what is withheld, and what stops the file."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import FOLDER, load, samples
from tests.builders import content, everything, parsed
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

FILE = "chinese-political-prisoners.csv"
COLUMNS = ["Name", "Gender", "Date of Birth", "Date of Death", "Place", "Sentence", "Source"]
PAGE = "https://list.example/1.html"


def listed(*rows: dict[str, str], columns: list[str] = COLUMNS, bom: bool = False) -> bytes:
    """A list with the given values; each row has a name and a page of its own where a test gives none."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    for number, row in enumerate(rows, start=1):
        filled = {"Name": "某人", "Source": f"https://list.example/{number}.html"} | row
        writer.writerow({column: filled.get(column, "") for column in columns})
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def read(data: bytes) -> ParseResult:
    return parse("cn_cppc", "prisoners.cn_cppc", {FILE: io.BytesIO(data)}, {})


def one(**values: str) -> tuple[dict[str, Any], ParseResult]:
    snapshot = read(listed({name.replace("_", " "): value for name, value in values.items()}))
    return parsed(snapshot, "prisoners")[0], snapshot


def sample(date: str) -> ParseResult:
    return read((samples("cn_cppc") / date / FILE).read_bytes())


def balanced(snapshot: ParseResult) -> bool:
    return all(f.declared == f.parsed + f.quarantined + f.outside for f in snapshot.files.values())


# The real list


@pytest.fixture
def real_file(shared_data: Path) -> bytes:
    return (shared_data / "cn_cppc/2026-01-01" / FILE).read_bytes()


@pytest.fixture
def real(real_file: bytes) -> ParseResult:
    return read(real_file)


@pytest.fixture
def told(real_file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(real_file.decode(), newline="")))


def test_every_real_row_is_a_record_of_its_own(real: ParseResult) -> None:
    report = real.files[FILE]
    assert (report.declared, report.parsed, report.quarantined, report.outside) == (926, 926, 0, 0)
    # 1954-02-29 and two slips of the pen
    assert real.unknown == {"Date of Birth: not a date": 3}
    assert len({row["record_id"] for row in parsed(real, "prisoners")}) == 926
    assert content(real)["charges"] == []


def test_real_statuses_are_what_the_list_says_outright(real: ParseResult, told: list[dict[str, str]]) -> None:
    rows = parsed(real, "prisoners")
    for row, theirs in zip(rows, told, strict=True):
        said = "detained" if theirs["Sentence"] == "detention" else "unknown"
        assert row["status"] == ("died" if theirs["Date of Death"] else said)
        assert row["release_date_raw"] is None
    assert Counter(row["status"] for row in rows) == {"unknown": 813, "detained": 93, "died": 20}


def test_real_dates_are_no_more_precise_than_their_text(
    real: ParseResult, told: list[dict[str, str]]
) -> None:
    precision = {4: "year", 7: "month", 10: "day"}
    for row, theirs in zip(parsed(real, "prisoners"), told, strict=True):
        for ours, column in (("birth_date", "Date of Birth"), ("death_date", "Date of Death")):
            assert row[f"{ours}_raw"] == (theirs[column] if theirs[column] not in ("", "19812") else None)
        end = theirs["Sentence"] if theirs["Sentence"][:1].isdigit() else None
        assert row["term_end_date_raw"] == end
        for ours in ("birth_date", "death_date", "term_end_date"):
            if row[ours] is not None:
                assert row[ours] == row[f"{ours}_raw"]
                assert row[f"{ours}_precision"] == precision[len(row[ours])]
    unread = [
        r["birth_date_raw"] for r in parsed(real, "prisoners") if r["birth_date_raw"] and not r["birth_date"]
    ]
    assert unread == ["1954-02-29", "1952-08021"]  # and 19812, which may be anything


def test_real_sentences_are_the_lists_own(real: ParseResult, told: list[dict[str, str]]) -> None:
    rows = parsed(real, "prisoners")
    assert [row["sentence_raw"] for row in rows] == [theirs["Sentence"] for theirs in told]
    assert {row["sentence_months"] for row in rows} == {None}
    assert Counter(row["sentence_kind"] for row in rows) == {None: 897, "life": 26, "death": 3}
    assert Counter(row["term_end_date_precision"] for row in rows) == {
        "day": 624,
        "month": 125,
        "year": 32,
        None: 145,
    }


def test_real_names_and_pages(real: ParseResult, told: list[dict[str, str]]) -> None:
    rows = parsed(real, "prisoners")
    by_record: dict[str, list[str]] = {}
    for name in parsed(real, "names"):
        by_record.setdefault(name["record_id"], []).append(name["name"])
    for row, theirs in zip(rows, told, strict=True):
        written = "".join(by_record[row["record_id"]])
        assert written == theirs["Name"] or written == re.sub("[（）]", "", theirs["Name"])
        assert row["case_url"] == theirs["Source"].partition(" ")[0]
    kinds = Counter((name["kind"], name["script"]) for name in parsed(real, "names"))
    assert kinds == {("primary", "Hani"): 926, ("alias", "Latn"): 16, ("alias", "Hani"): 6}


def test_no_place_is_read_of_the_real_list(
    real: ParseResult, real_file: bytes, told: list[dict[str, str]]
) -> None:
    assert all(theirs["Place"] for theirs in told)
    rows = parsed(real, "prisoners")
    assert all(row["facility"] is row["facility_place"] is row["court_place"] is None for row in rows)
    elsewhere = io.StringIO(newline="")
    writer = csv.DictWriter(elsewhere, COLUMNS)
    writer.writeheader()
    writer.writerows(theirs | {"Place": ""} for theirs in told)
    assert content(read(elsewhere.getvalue().encode())) == content(real)


# The samples


def test_samples_tell_the_story() -> None:
    status = {
        date: {row["name"]: row["status"] for row in parsed(sample(date), "prisoners")}
        for date in ("2017-07-01", "2019-08-15", "2021-01-15")
    }
    assert [status[date]["刘晓波"] for date in sorted(status)] == ["unknown", "died", "died"]
    assert [status[date]["黄琦"] for date in sorted(status)] == ["detained", "unknown", "unknown"]
    # The term had ended, and he was free; the list does not say so.
    assert [status[date]["王全璋"] for date in sorted(status)] == ["detained", "unknown", "unknown"]
    assert [status[date].get("张展") for date in sorted(status)] == [None, None, "unknown"]


# Sentence and status


@pytest.mark.parametrize(
    ("sentence", "death", "status", "kind", "term_end"),
    [
        ("2019-12-07", "", "unknown", None, "2019-12-07"),
        ("2021-10", "", "unknown", None, "2021-10"),
        ("2015", "", "unknown", None, "2015"),
        ("2099-01-01", "", "unknown", None, "2099-01-01"),
        ("life", "", "unknown", "life", None),
        ("death", "", "unknown", "death", None),
        ("death", "2018-11-15", "died", "death", None),
        ("detention", "", "detained", None, None),
        ("detention", "2016-11-03", "died", None, None),
        ("detention", "2016-02-30", "died", None, None),
        ("detention", "unknown", "detained", None, None),
        ("unknown", "", "unknown", None, None),
        ("", "", "unknown", None, None),
    ],
)
def test_sentence_tells_a_term_a_kind_or_a_status(
    sentence: str, death: str, status: str, kind: str | None, term_end: str | None
) -> None:
    row, _ = one(Sentence=sentence, Date_of_Death=death)
    assert (row["status"], row["sentence_kind"], row["term_end_date"]) == (status, kind, term_end)
    assert row["status_raw"] == (sentence if sentence in ("detention", "unknown") else None)
    assert row["sentence_raw"] == (sentence or None)
    assert (row["sentence_months"], row["release_date_raw"]) == (None, None)


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ({"Sentence": "20205"}, "Sentence: not a date"),
        ({"Sentence": "in good time"}, "Sentence: form not known"),
        ({"Date of Birth": "1980-13"}, "Date of Birth: not a date"),
        ({"Date of Death": "2016-02-30"}, "Date of Death: not a date"),
        ({"Gender": "男"}, "Gender: not known"),
        ({"Source": "a book"}, "Source: no address"),
    ],
)
def test_what_the_list_is_not_known_to_write_is_counted(values: dict[str, str], counted: str) -> None:
    snapshot = read(listed(values))
    assert snapshot.unknown == {counted: 1}
    assert snapshot.files[FILE].parsed == 1


def test_a_sentence_that_tells_of_health_is_withheld() -> None:
    row, snapshot = one(Sentence="保外就医")
    assert row["sentence_raw"] is None
    assert "就医" not in everything(snapshot)
    assert snapshot.unknown == {"Sentence: withheld, it tells of health": 1}


# Names, pages and keys


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("刘晓波", [("刘晓波", "primary", "Hani")]),
        ("伊力哈木•土赫提", [("伊力哈木•土赫提", "primary", "Hani")]),
        (
            "玉山江•吉力力（HuseyinCelil）",
            [("玉山江•吉力力", "primary", "Hani"), ("HuseyinCelil", "alias", "Latn")],
        ),
        ("谢丰夏（谢文飞）", [("谢丰夏", "primary", "Hani"), ("谢文飞", "alias", "Hani")]),
        ("某人（某寺高僧）", [("某人（某寺高僧）", "primary", "Hani")]),
        ("某人（", [("某人（", "primary", "Hani")]),
        ("（某人）", [("（某人）", "primary", "Hani")]),
    ],
)
def test_a_second_name_in_brackets_is_a_name(written: str, names: list[tuple[str, str, str]]) -> None:
    row, snapshot = one(Name=written)
    assert [(n["name"], n["kind"], n["script"]) for n in parsed(snapshot, "names")] == names
    assert row["name"] == row["name_original"] == names[0][0]


def test_of_several_pages_the_first_is_shown() -> None:
    row, snapshot = one(Source=f"{PAGE} https://other.example/report")
    assert row["case_url"] == PAGE
    assert "other.example" not in everything(snapshot)


def test_a_record_stays_itself_while_its_first_page_stays() -> None:
    first, _ = one(Name="杨某", Source=PAGE)
    corrected, _ = one(Name="郭某", Date_of_Birth="1966", Source=f"{PAGE} https://other.example/report")
    other, _ = one(Name="杨某", Source="https://list.example/2.html")
    assert first["record_id"] == corrected["record_id"] != other["record_id"]


def test_people_of_one_name_without_a_page_are_told_apart_by_birth() -> None:
    rows = (
        {"Date of Birth": "1945"},
        {"Date of Birth": "1957"},
        {"Date of Birth": "1957", "Gender": "female"},
    )
    snapshot = read(listed(*(row | {"Name": "同名", "Source": ""} for row in rows)))
    assert len({row["record_id"] for row in parsed(snapshot, "prisoners")}) == 2
    assert [q["locator"] for q in snapshot.quarantine] == ["line 4"]
    assert balanced(snapshot)


# What must not get out, and what cannot be read


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20))
def test_withheld_columns_reach_nothing(text: str) -> None:
    withheld = load(FOLDER / "cn_cppc/source.yml").withheld
    assert withheld.keys() == {"Place"}
    values = dict.fromkeys(withheld, f"Zx{text}qZ")
    # A good row, one of the same page, and one without a name
    bad = ({"Source": PAGE, "Gender": "male"}, {"Name": ""})
    snapshot = read(listed(values, *(each | values for each in bad)))
    assert len(snapshot.quarantine) == 2
    assert "Zx" not in everything(snapshot)
    assert all(row["raw"] is None for row in snapshot.quarantine)


def test_rows_that_cannot_be_read_go_to_quarantine() -> None:
    data = listed({}, {"Name": ""}, {"Source": PAGE, "Gender": "male"}, {"Source": PAGE})
    snapshot = read(data + "某人,male\r\n某\0\0人,,,,,,\r\n".encode())
    assert [(q["locator"], q["reason"]) for q in snapshot.quarantine] == [
        ("line 3", "no name"),
        ("line 4", "the person stands on an earlier line"),
        ("line 6", "2 columns, not 7"),
        ("line 7", "half of it NULs"),
    ]
    report = snapshot.files[FILE]
    assert (report.declared, report.parsed, report.quarantined, report.outside) == (6, 1, 4, 1)


def test_columns_in_any_order_with_a_bom() -> None:
    row = {"Gender": "male", "Sentence": "2015"}
    turned = read(listed(row, columns=COLUMNS[::-1], bom=True))
    assert content(turned) == content(read(listed(row)))
    assert not turned.unknown


def test_new_and_missing_columns_are_counted() -> None:
    columns = [column for column in COLUMNS if column != "Place"]
    snapshot = read(listed({}, columns=[*columns, "Region"]))
    assert snapshot.unknown == {"column Region": 1, "column Place is missing": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbf\r\n", "the file is empty"),
        (b'{"error": 1}', "JSON, not CSV"),
        (b"Name,Source\r\n", "line 1: no column Gender, Date of Birth"),
        (listed({}).replace(b",Place,", b",Name,"), "line 1: a column appears twice"),
        (listed({}, {})[:-35], "line 3: cut off"),
        (listed({"Name": "艾某"}).decode().encode("gb18030"), "line 2: not UTF-8"),
        (listed({"Name": "a, b"}).partition(b'b"')[0], "line 2: cut off"),
    ],
)
def test_a_file_that_is_no_such_list_stops_the_source(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message) as error:
        read(data)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(FILE)


def test_there_is_one_file() -> None:
    files = {name: io.BytesIO(listed({})) for name in ("a.csv", "b.csv")}
    for given_ in (files, {}):
        with pytest.raises(SourceFormatError, match="files, not one"):
            parse("cn_cppc", "prisoners.cn_cppc", given_, {})


def test_a_list_without_rows_gives_empty_tables() -> None:
    assert content(read(listed())) == {"prisoners": [], "names": [], "charges": []}
