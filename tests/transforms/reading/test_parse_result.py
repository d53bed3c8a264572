"""What a parser adds is of the tables' contracts; a mistake is reported with table, column and record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from transforms.reading.parse_result import ParseResult, RowError

NAME = {"record_id": "nz:1", "name": "Belavia", "kind": "primary", "script": "Latn", "lang": None}


def without(name: str) -> dict[str, Any]:
    return {column: value for column, value in NAME.items() if column != name}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (NAME | {"note": "x"}, "names: unknown column note; in record nz:1"),
        (
            without("name") | {"nam": "x"},
            "unknown column nam, did you mean name?; no column name; in record nz:1",
        ),
        (without("script"), "names: no column script; in record nz:1"),
        (without("record_id"), "names: no column record_id; in record None"),
    ],
)
def test_a_row_has_just_the_columns_of_its_table(row: dict[str, Any], fault: str) -> None:
    with pytest.raises(RowError) as raised:
        ParseResult().add("names", row)
    assert fault in str(raised.value)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("name", 7, "names.name: int, not string, in record nz:1"),
        ("lang", ["en"], "names.lang: list, not string, in record nz:1"),
        ("name", date(2025, 1, 1), "names.name: date, not string, in record nz:1"),
    ],
)
def test_a_value_is_of_its_column_s_type_and_is_not_repeated(column: str, value: Any, fault: str) -> None:
    result = ParseResult()
    result.add("names", NAME | {"record_id": "nz:0"})
    result.add("names", NAME | {column: value})
    with pytest.raises(RowError) as raised:
        result.arrow()
    assert str(raised.value) == fault


def test_rows_that_are_added_whole_are_as_long_as_the_table_is_wide() -> None:
    result = ParseResult()
    result.extend("names", [tuple(NAME.values()), ("nz:2", "Belavia")])
    with pytest.raises(RowError, match="names: 2 values for 5 columns, in record nz:2"):
        result.arrow()
