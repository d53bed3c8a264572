"""Several rows as one record: distinct texts of a column, distinct combinations of a group."""

from __future__ import annotations

from typing import Any

from transforms.reading.declaration import TEXT, TEXTS, Fields, group
from transforms.reading.row_groups import Rows, columns_of, compile_rows

FIELDS: Fields[Any, Any] = {
    "Key": TEXTS,
    "address": group({"Street": TEXT, "Town": TEXT}),
    "DOB": TEXTS,
}
ROWS = Rows.of(
    ["Key", "Street", "Town", "DOB", "Other"],
    [["1", "A", "X", "", "a"], ["1", "B", "", "", ""], ["1", "A", "X", "", ""]],
)


def test_columns_are_those_of_groups_too() -> None:
    assert list(columns_of(FIELDS)) == ["Key", "Street", "Town", "DOB"]


def test_rows_are_read_as_one_record() -> None:
    assert ROWS.columns.keys() == {"Key", "Street", "Town", "Other"}
    assert compile_rows(FIELDS)(ROWS) == {
        "Key": ["1"],
        "address": [{"Street": "A", "Town": "X"}, {"Street": "B", "Town": ""}],
    }


def test_columns_that_hold_nothing_are_blank_row_by_row() -> None:
    assert list(ROWS.together(["DOB", "Town"])) == [("", "X"), ("", ""), ("", "X")]
