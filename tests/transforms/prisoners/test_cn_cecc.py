"""CECC's export: what is read of it in both forms, what is withheld, and what stops a file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from sources.registry import FOLDER, load, samples
from tests.builders import Row, content, everything, parsed
from tests.transforms.reading.test_spreadsheet import SHEET, book, cell
from transforms.prisoners import cn_cecc
from transforms.prisoners.vocabulary.institutions import Institution
from transforms.prisoners.vocabulary.sentences import Sentence
from transforms.reading.declaration import is_read
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "cn_cecc/source.yml")
(XLSX,) = (file.name for file in SOURCE.files)
CSV = "export.csv"
COLUMNS = [
    *("CECC Record Number", "Detention Date", "Main Name", "Chinese characters", "Pinyin Name"),
    *("Alternate Name (lay or pen)", "Additional Name(s)", "Name Native Characters (non-Chinese)"),
    *("Name Transliteration (non-Chinese)", "Short Summary", "Sex", "Date of Birth", "Origin", "Residence"),
    *("Occupation", "Affiliation", "Ethnic Group", "Religion", "Family", "Sentence Length Years", "Months"),
    *("Days", "Expected Release Date", "Actual Release Date", "Current or Last Detention Facility"),
    *("Formal Arrest Date", "Sentence Details", "Legal Advisor", "Official End Date of Sentence"),
    *("Detention Status", "Issues", "Detention Timeline "),
]


def export(*rows: dict[str, str], columns: list[str] = COLUMNS) -> bytes:
    """An export as CSV, with records numbered and named where a test does not."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    for number, row in enumerate(rows, start=1):
        writer.writerow({"CECC Record Number": f"2008-{number:05}", "Main Name": "Test Person"} | row)
    return out.getvalue().encode("utf-8-sig")


def read(data: bytes, name: str = CSV, **others: bytes) -> ParseResult:
    files = {name: data} | {f"{other}.csv": more for other, more in others.items()}
    snapshot = parse(
        SOURCE.source_id, SOURCE.parser, {name: io.BytesIO(data) for name, data in files.items()}, {}
    )
    assert all(f.declared == f.parsed + f.quarantined + f.outside for f in snapshot.files.values())
    return snapshot


def one(**values: str) -> tuple[Row, ParseResult]:
    """What is read of one record, by column, with `_` for a space."""
    snapshot = read(export({column.replace("_", " "): text for column, text in values.items()}))
    return parsed(snapshot, "prisoners")[0], snapshot


def sample(day: str) -> ParseResult:
    return read((samples(SOURCE.source_id) / day / XLSX).read_bytes(), XLSX)


def dated(row: Row, name: str) -> tuple[Any, ...]:
    return tuple(row[f"{name}{part}"] for part in ("", "_precision", "_raw"))


# The samples


def test_the_samples_tell_of_a_release_and_then_of_another_and_two_verdicts() -> None:
    before, between, after = (
        {row["name"]: row for row in parsed(sample(day), "prisoners")}
        for day in ("2021-01-11", "2021-02-08", "2024-06-03")
    )
    assert before.keys() == between.keys() == after.keys()
    assert (before["Tashi Wangchug"]["status"], before["Tashi Wangchug"]["release_date"]) == (
        "detained",
        None,
    )
    assert dated(between["Tashi Wangchug"], "release_date") == ("2021-01-28", "day", "2021/01/28")
    assert (between["Zhang Zhan"]["status"], after["Zhang Zhan"]["status"]) == ("detained", "released")
    assert between["Zhang Zhan"]["term_end_date"] == after["Zhang Zhan"]["release_date"] == "2024-05-13"
    assert (between["Xu Zhiyong"]["sentence_months"], after["Xu Zhiyong"]["sentence_months"]) == (None, 168)
    assert (after["Liu Xiaobo"]["status"], after["Liu Xiaobo"]["term_end_date"]) == ("died", "2020-06-21")
    assert not sample("2024-06-03").unknown
    assert not sample("2024-06-03").quarantine


def test_what_is_read_of_a_person() -> None:
    rows = {row["name"]: row for row in parsed(sample("2024-06-03"), "prisoners")}
    found = rows["Ilham Tohti"]
    assert found["record_id"] == "cn_cecc:2"
    assert found["name_original"] == "ئىلھام توختى"
    assert (found["country"], found["gender"], found["designation"]) == ("CN", "male", "political prisoner")
    assert (found["status"], found["status_raw"], found["recognised"]) == ("detained", "DET/life", True)
    assert (found["sentence_raw"], found["sentence_kind"], found["sentence_months"]) == (
        "DET/life",
        "life",
        None,
    )
    assert dated(found, "birth_date") == ("1969-10-25", "day", "1969/10/25")
    assert dated(found, "arrest_date") == ("2014-01-15", "day", "2014/01/15")
    assert rows["Xu Zhiyong"]["sentence_raw"] == "14 years"
    assert rows["Xu Zhiyong"]["charges"] == []
    told = [row for row in parsed(sample("2024-06-03"), "names") if row["record_id"] == "cn_cecc:2"]
    assert {(row["name"], row["kind"], row["script"], row["lang"]) for row in told} == {
        ("Ilham Tohti", "primary", "Latn", None),
        ("Yilihamu Tuheti", "alias", "Latn", None),
        ("ئىلھام توختى", "alias", "Arab", None),
        ("伊力哈木·土赫提", "alias", "Hani", "zh"),
    }


# Names


@pytest.mark.parametrize(
    ("main", "pinyin", "chinese", "name", "original"),
    [
        ("Liu Xiaobo", "Liu Xiaobo", "刘晓波", "Liu Xiaobo", "刘晓波"),
        ("刘晓波", "Liu Xiaobo", "刘晓波", "Liu Xiaobo", "刘晓波"),
        ("", "Liu Xiaobo", "", "Liu Xiaobo", None),
        ("", "", "刘晓波", "刘晓波", "刘晓波"),
    ],
)
def test_the_name_is_in_latin_script_where_one_is(
    main: str, pinyin: str, chinese: str, name: str, original: str | None
) -> None:
    row, snapshot = one(**{"Main Name": main, "Pinyin Name": pinyin, "Chinese characters": chinese})
    assert (row["name"], row["name_original"]) == (name, original)
    told = [row["name"] for row in parsed(snapshot, "names")]
    assert told[0] == name
    assert len(told) == len(set(told))


def test_names_in_one_cell_are_parted_by_semicolons_and_lines_alone() -> None:
    _, snapshot = one(
        **{
            "Alternate Name (lay or pen)": "Old Tree, the Elder; Wind\nRain",
            "Additional Name(s)": "A / B\uff1bC",
            "Name Transliteration (non-Chinese)": "  Test   Person ",
        }
    )
    told = {row["name"] for row in parsed(snapshot, "names")}
    assert told == {"Test Person", "Old Tree, the Elder", "Wind", "Rain", "A / B", "C"}


# Dates


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("1962/03/12", "1962-03-12", "day"),
        ("1962/3/2", "1962-03-02", "day"),
        ("1962-03-12T00:00:00", "1962-03-12", "day"),
        ("1962/03/dd", "1962-03", "month"),
        ("1962/03/00", "1962-03", "month"),
        ("1962/03", "1962-03", "month"),
        ("1962/mm/dd", "1962", "year"),
        ("1962/00/00", "1962", "year"),
        ("1962", "1962", "year"),
        ("about 1962", "1962", "circa"),
        ("March 1962", "1962-03", "month"),
        ("1962 to 1964", "1962/1964", "range"),
    ],
)
def test_dates_are_as_precise_as_they_are_given(text: str, date: str, precision: str) -> None:
    row, snapshot = one(**{"Date of Birth": text})
    assert dated(row, "birth_date") == (date, precision, text)
    assert not snapshot.unknown


@pytest.mark.parametrize("text", ["3-12-62", "1962/13/40", "1962?", "unclear", "before 1962"])
def test_a_date_of_no_known_form_is_kept_in_words_and_counted(text: str) -> None:
    row, snapshot = one(**{"Date of Birth": text})
    assert dated(row, "birth_date") == (None, None, text)
    assert snapshot.unknown == {"Date of Birth: form not known": 1}


def test_a_story_in_place_of_a_date_is_dropped() -> None:
    row, snapshot = one(**{"Date of Birth": "in the year in which all of the village was moved"})
    assert dated(row, "birth_date") == (None, None, None)
    assert snapshot.unknown == {"Date of Birth: form not known": 1}
    assert "village" not in everything(snapshot)


@pytest.mark.parametrize(
    ("official", "expected", "date"),
    [
        ("2030/01/02", "2029/01/02", "2030-01-02"),
        ("", "2029/01/02", "2029-01-02"),
        ("life", "2029/01/02", "2029-01-02"),
        ("", "", None),
    ],
)
def test_the_term_ends_when_the_state_says_else_when_the_commission_expects(
    official: str, expected: str, date: str | None
) -> None:
    row, _ = one(**{"Official End Date of Sentence": official, "Expected Release Date": expected})
    assert (row["term_end_date"], row["release_date"]) == (date, None)


def test_cells_of_a_workbook_that_are_dates_and_numbers() -> None:
    columns = {column: number for number, column in enumerate(COLUMNS)}

    def where(number: int, row: int) -> str:
        return f"{'A' if number > 25 else ''}{chr(ord('A') + number % 26)}{row}"

    header = "".join(cell(column, where(number, 1), ' t="str"') for column, number in columns.items())
    values = (
        cell("2008-00001", where(0, 2), ' t="str"')
        + cell(39790, where(columns["Detention Date"], 2), ' s="1"')
        + cell("Liu Xiaobo", where(columns["Main Name"], 2), ' t="str"')
        + cell(1955, where(columns["Date of Birth"], 2))
        + cell(11, where(columns["Sentence Length Years"], 2))
        + cell("6.0", where(columns["Months"], 2))
    )
    rows = f'<row r="1">{header}</row><row r="2">{values}</row>'
    data = book(parts={SHEET: f"<worksheet><sheetData>{rows}</sheetData></worksheet>"})
    (found,) = parsed(read(data, XLSX), "prisoners")
    assert dated(found, "arrest_date")[:2] == ("2008-12-08", "day")
    assert dated(found, "birth_date") == ("1955", "year", "1955")
    assert (found["sentence_raw"], found["sentence_months"]) == ("11 years 6 months", 138)


# Status


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("DET", "detained"),
        ("DET/life", "detained"),
        ("DET/life?", "detained"),
        ("DET/dth-r", "detained"),
        ("REL", "released"),
        ("REL-PSB", "released"),
        ("REL/dec", "died"),
        ("DEC", "died"),
        ("DEC-exe", "died"),
        ("DET?", "unknown"),
        ("DET?/life", "unknown"),
        ("REL?", "unknown"),
        ("DEC?", "unknown"),
        ("ESC", "unknown"),
        ("DET/bail", "unknown"),
        ("DET/bail?", "unknown"),
        ("DET/surveil", "unknown"),
        ("DET/suspend", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_status_is_what_the_code_says_outright(code: str, status: str) -> None:
    row, snapshot = one(**{"Detention Status": code})
    assert (row["status"], row["status_raw"]) == (status, code or None)
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("code", "status"), [("DET/med", "unknown"), ("DET/med?", "unknown"), ("DEC-ill", "died")]
)
def test_a_code_that_tells_of_health_is_withheld(code: str, status: str) -> None:
    row, snapshot = one(**{"Detention Status": code})
    assert (row["status"], row["status_raw"]) == (status, None)
    assert snapshot.unknown == {"Detention Status: withheld, it tells of health": 1}
    assert code not in everything(snapshot)


def test_a_code_that_is_not_known_is_counted_and_words_in_its_place_are_dropped() -> None:
    row, snapshot = one(**{"Detention Status": "DET/new"})
    assert (row["status"], row["status_raw"]) == ("unknown", "DET/new")
    assert snapshot.unknown == {"Detention Status: not a code we know": 1}
    row, snapshot = one(**{"Detention Status": "with her sister in Xining"})
    assert (row["status"], row["status_raw"]) == ("unknown", None)
    assert "sister" not in everything(snapshot)


def test_an_end_of_term_is_no_release() -> None:
    row, _ = one(**{"Detention Status": "DET?", "Official End Date of Sentence": "2001/01/01"})
    assert (row["status"], row["release_date"]) == ("unknown", None)


# Sentences


@pytest.mark.parametrize(
    ("years", "months", "days", "raw", "term"),
    [
        ("10", "6", "", "10 years 6 months", 126),
        ("1", "1", "1", "1 year 1 month 1 day", 13),
        ("2.5", "", "", "2.5 years", 30),
        ("10.0", "0.0", "0", "10 years", 120),
        ("", "18", "", "18 months", 18),
        ("", "", "15", "15 days", None),
        ("0", "", "", None, None),
        ("", "", "", None, None),
    ],
)
def test_a_sentence_in_the_publishers_cells(
    years: str, months: str, days: str, raw: str | None, term: float | None
) -> None:
    row, snapshot = one(**{"Sentence Length Years": years, "Months": months, "Days": days})
    assert (row["sentence_raw"], row["sentence_months"], row["sentence_kind"]) == (raw, term, None)
    assert not snapshot.unknown


@pytest.mark.parametrize(("years", "months", "raw"), [("999", "", "999 years"), ("", "999", "999 months")])
def test_a_sentence_longer_than_there_can_be_is_no_term(years: str, months: str, raw: str) -> None:
    row, snapshot = one(Sentence_Length_Years=years, Months=months)
    assert (row["sentence_raw"], row["sentence_months"]) == (raw, None)
    assert snapshot.unknown == {"Sentence Length: longer than there can be": 1}


def test_words_in_place_of_a_number_are_life_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(text: str) -> Sentence:
        return Sentence(kind="life") if text == "Life" else Sentence(understood=False)

    monkeypatch.setattr("transforms.prisoners.vocabulary.sentences.read", said)
    row, snapshot = one(Sentence_Length_Years="Life")
    assert (row["sentence_raw"], row["sentence_kind"], row["sentence_months"]) == ("Life", "life", None)
    assert not snapshot.unknown
    row, snapshot = one(Sentence_Length_Years="long for a sick man", Months="6")
    assert (row["sentence_raw"], row["sentence_kind"], row["sentence_months"]) == (None, None, None)
    assert snapshot.unknown == {"Sentence Length: not a number": 1}
    assert "sick" not in everything(snapshot)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("DET/life", "life"),
        ("DET?/life", "life"),
        ("DET/dth-r", "death"),
        ("DET/life?", None),
        ("DET", None),
    ],
)
def test_life_and_death_are_told_by_the_status(code: str, kind: str | None) -> None:
    row, _ = one(Detention_Status=code)
    assert (row["sentence_kind"], row["sentence_raw"]) == (kind, code if kind else None)


def test_a_length_beside_a_sentence_of_life_is_no_term() -> None:
    row, snapshot = one(Detention_Status="DET/life", Sentence_Length_Years="15")
    assert (row["sentence_raw"], row["sentence_kind"], row["sentence_months"]) == ("15 years", "life", None)
    assert snapshot.unknown == {"Sentence Length: beside a status of life or death": 1}


# The rest


def test_a_prison_is_in_china_where_one_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def known(text: str, unknown: object) -> Institution:
        return Institution("Jinzhou Prison", "Liaoning") if "Jinzhou" in text else Institution()

    monkeypatch.setattr("transforms.prisoners.vocabulary.institutions.prison", known)
    row, _ = one(Current_or_Last_Detention_Facility="Jinzhou Prison (Liaoning)")
    assert (row["facility"], row["facility_place"], row["facility_country"]) == (
        "Jinzhou Prison",
        "Liaoning",
        "CN",
    )
    row, _ = one(Current_or_Last_Detention_Facility="at home")
    assert (row["facility"], row["facility_place"], row["facility_country"]) == (None, None, None)


@pytest.mark.parametrize(
    ("sex", "gender"), [("M", "male"), ("F", "female"), ("Female", "female"), ("", None)]
)
def test_sex(sex: str, gender: str | None) -> None:
    row, snapshot = one(Sex=sex)
    assert row["gender"] == gender
    assert not snapshot.unknown
    assert one(Sex="?")[1].unknown == {"Sex: not known": 1}


def test_withheld_columns_are_found_nowhere() -> None:
    withheld = [column for column, rule in cn_cecc.FIELDS.items() if not is_read(rule)]
    values = {
        column: f"sentinel {number}" for number, column in enumerate(COLUMNS) if column.strip() in withheld
    }
    assert len(values) == len(withheld)
    same = {"CECC Record Number": "1"}
    snapshot = read(export(values | same, values | same | {"Sex": "M"}, values | {"Main Name": ""}))
    assert len(snapshot.quarantine) == 2
    assert "sentinel" not in everything(snapshot)
    assert all(entry["raw"] is None for entry in snapshot.quarantine)


def test_a_record_without_a_number_or_a_name_or_that_stands_twice_is_rejected() -> None:
    snapshot = read(
        export(
            {"CECC Record Number": ""},
            {"Main Name": ""},
            {"CECC Record Number": "1", "Sex": "F"},
            {"CECC Record Number": "1", "Sex": "F"},
            {"CECC Record Number": "1", "Sex": "M"},
        )
    )
    assert [(entry["locator"], entry["reason"]) for entry in snapshot.quarantine] == [
        ("line 2", "no CECC Record Number"),
        ("line 3", "no name"),
        ("line 6", "CECC Record Number stands on an earlier line"),
    ]
    report = snapshot.files[CSV]
    assert (report.declared, report.parsed, report.quarantined, report.outside) == (5, 1, 3, 1)
    assert parsed(snapshot, "prisoners")[0]["gender"] == "female"


def test_rows_of_another_width_are_rejected() -> None:
    data = export({}, {}) + b"2008-3,2008/01/01,Name\r\n" + b"," * len(COLUMNS) + b"x\r\n"
    snapshot = read(data)
    assert [entry["reason"] for entry in snapshot.quarantine] == [
        f"3 cells under {len(COLUMNS)} columns",
        f"{len(COLUMNS) + 1} cells under {len(COLUMNS)} columns",
    ]
    assert snapshot.files[CSV].parsed == 2


def test_columns_that_come_and_go_are_counted() -> None:
    columns = [column for column in COLUMNS if column not in ("Issues", "Religion")]
    snapshot = read(export({}, columns=[*columns, "Charge", "x" * 61]))
    assert snapshot.unknown == {
        "column Charge": 1,
        "column without a name": 1,
        "column Issues is missing": 1,
        "column Religion is missing": 1,
    }


def test_of_both_forms_the_workbook_is_read_and_the_other_one_counted() -> None:
    data = (samples(SOURCE.source_id) / "2024-06-03" / XLSX).read_bytes()
    same = export(*({"CECC Record Number": f"{number}"} for number in range(1, 8)))
    snapshot = read(same, CSV)
    assert snapshot.files[CSV].parsed == 7
    both = read(data, XLSX, export=same)
    assert content(both) == content(sample("2024-06-03"))
    assert (both.files["export.csv"].declared, both.files["export.csv"].outside) == (7, 7)
    with pytest.raises(SourceFormatError, match=rf"export\.csv: not the same export as {XLSX}"):
        read(data, XLSX, export=export({}))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"PPD": []}', "JSON"),
        (b"\xd0\xcf\x11\xe0old", "an old or an encrypted workbook"),
        (b"PK\x03\x04cut", "zip"),
        (export({}).replace(b"Main Name", b"Name"), "line 1: no column Main Name"),
        (export({}).replace(b"Detention Status", b"Detention State"), "line 1: no column Detention Status"),
        (export({}).replace(b",Issues,", b",Months,"), "line 1: a column appears twice"),
        (export({}, {"Main Name": "Lü Gengsong"}).replace("ü".encode(), b"\xfc"), "line 3: not UTF-8"),
        (export({}, {})[:-20], "line 3: cut off"),
    ],
)
def test_a_file_that_is_no_such_export_stops_the_source(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message) as error:
        read(data)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(CSV)


def test_no_file_is_told_too_and_no_records_are_empty_tables() -> None:
    with pytest.raises(SourceFormatError, match="no file"):
        parse(SOURCE.source_id, SOURCE.parser, {}, {})
    tables = read(export()).arrow()
    assert [tables[table].num_rows for table in ("prisoners", "names", "charges")] == [0, 0, 0]
