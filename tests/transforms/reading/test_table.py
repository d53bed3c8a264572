"""Tables by their titles: columns, records, repeats, rows that cannot be read, files that are cut off."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from transforms.reading.declaration import TEXT, Fields, Node, ignored, withheld
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.spreadsheet import Line, Row
from transforms.reading.table import TableFormat, filled, first_key, label_of

NAME = "list.csv"
FIELDS: Fields[Any, Any] = {
    "Key": TEXT,
    "Name": TEXT,
    "Part": TEXT,
    "Home": withheld("Home"),
    "Topic": ignored("no column for it"),
}
TABLE = TableFormat(FIELDS, needed=("Key", "Name"), expected=("Home",), clean=str.strip)


def identify(row: Node) -> tuple[str | None, str | None]:
    return row.text("Key"), None if row.text("Name") else "no name"


def read(data: str, table: TableFormat = TABLE) -> tuple[list[tuple[int, str, dict[str, str]]], ParseResult]:
    result = ParseResult(files={NAME: FileReport()})
    found = list(table.records(NAME, io.BytesIO(data.encode()), result, identify))
    return [(line, key, dict(values)) for line, key, values in found], result


def rejected(result: ParseResult) -> list[tuple[str | None, ...]]:
    return [(entry["locator"], entry["reason"], entry["key"]) for entry in result.quarantine]


def test_records_have_their_texts_by_column_without_empty_ones() -> None:
    found, result = read("NAME , key,Home\n A ,1, x\n\nB,2,\n")
    assert found == [(2, "1", {"Name": "A", "Key": "1", "Home": "x"}), (4, "2", {"Name": "B", "Key": "2"})]
    assert (result.files[NAME].declared, result.unknown) == (2, {})


def test_columns_that_are_not_known_or_missing_are_counted() -> None:
    assert read("Key,Name,Other\n1,A,x\n")[1].unknown == {"column Other": 1, "column Home is missing": 1}
    table = replace(TABLE, label=label_of(re.compile("[A-Z]+"), "column without a name"))
    assert read("Key,Name,Home,ABC,a b\n", table)[1].unknown == {"column ABC": 1, "column without a name": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Key,Home\n", "line 1: no column Name"),
        ("Key,Name,name\n", "line 1: a column appears twice"),
        ("Key,Name,Home\n1,A", "line 2: cut off in the middle of a record"),
        ("", "the file is empty"),
    ],
)
def test_what_is_no_such_table_is_refused(data: str, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message) as error:
        read(data)
    assert str(error.value).startswith(NAME)


def test_a_part_of_a_column_stands_for_it() -> None:
    table = replace(TABLE, needed=("Key", "Name", "Part"), parts={"Part": re.compile(r"part/\d")})
    found, result = read("Key,Name,Home,PART/0\n1,A,,x\n", table)
    assert found == [(2, "1", {"Key": "1", "Name": "A", "part/0": "x"})]
    assert not result.unknown


def test_rows_that_cannot_be_told_apart_go_to_quarantine() -> None:
    table = replace(TABLE, stray_key=first_key("Key", re.compile(r"\d")), repeated="key again")
    rows = ("1,A,x", "1, A,x", "1,A,y", "2,,x", ",B,x", "3,C", "x,C", '"4"5,D,', "6,F,")
    found, result = read("Key,Name,Home\n" + "".join(f"{row}\n" for row in rows), table)
    assert [key for _, key, _ in found] == ["1", "6"]
    assert rejected(result) == [
        ("line 4", "key again", "1"),
        ("line 5", "no name", "2"),
        ("line 6", "no key", None),
        ("line 7", "2 columns, not 3", "3"),
        ("line 8", "2 columns, not 3", None),
        ("line 9", "',' expected after '\"'", None),
    ]
    report = result.files[NAME]
    assert (report.declared, report.quarantined, report.outside) == (9, 6, 1)


def test_a_padded_table_may_have_empty_cells_beyond_its_titles() -> None:
    found, result = read("Key,Name,,\n1,A,,,,\n2,B\n3,C,,x\n4\n", replace(TABLE, shape="padded"))
    assert [key for _, key, _ in found] == ["1", "2"]
    assert rejected(result) == [
        ("line 4", "4 cells under 2 columns", None),
        ("line 5", "1 cells under 2 columns", None),
    ]


def test_encodings_are_those_of_the_format() -> None:
    data = "Key,Name\n1,Ä\n"
    for encoding, allowed in (("utf-8", ""), ("unicode", "utf-16"), ("any", "utf-16 cp1252")):
        table = replace(TABLE, encoding=encoding)  # type: ignore[arg-type]
        for code in ("utf-8-sig", "utf-16", "cp1252"):
            result = ParseResult(files={NAME: FileReport()})
            records = table.records(NAME, io.BytesIO(data.encode(code)), result, identify)
            if code == "utf-8-sig" or code in allowed:
                assert [record.values["Name"] for record in records] == ["Ä"]
            else:
                with pytest.raises(SourceFormatError, match="not UTF-8"):
                    list(records)


LOOSE = replace(TABLE, shape="loose", title_rows=3)


def test_a_loose_table_counts_what_it_passes_over() -> None:
    rows = iter([Row(1, ["A list"]), Row(2, ["Key", "Name", "", "Topic", "key", "More"])])
    unknown: Counter[str] = Counter()
    titles = LOOSE.find_titles(rows, NAME, unknown)
    assert titles.columns == {0: "Key", 1: "Name"}
    assert unknown == {"column Key": 1, "column More": 1, "column Home is missing": 1}
    cells = filled(titles, [7.0, " ", "stray", "t", "8", "m"], unknown)
    assert (cells, unknown["cell in a column without a title"]) == ({"Key": 7.0}, 1)


def test_a_row_of_titles_that_is_not_found_is_reported() -> None:
    with pytest.raises(SourceFormatError, match="none of the first 3 rows has the titles"):
        LOOSE.find_titles(iter([Line(1, ["Key"]), Line(2, ["a"])]), NAME, Counter())
