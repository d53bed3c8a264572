"""CSV files as people's programs save them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.user_csv import DELIMITERS, NotCells, decode_csv, parse_rows

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(' ,;\t|"\n'), max_size=12)


@given(
    table=st.lists(st.tuples(TEXT, TEXT, TEXT)),
    parted_by=st.sampled_from(DELIMITERS),
    ends=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read(
    table: list[tuple[str, str, str]], parted_by: str, ends: str, encoding: str
) -> None:
    written = io.StringIO(newline="")
    titled = [("name", "birth_date", "country"), *table]
    csv.writer(written, delimiter=parted_by, lineterminator=ends).writerows(titled)
    read = [tuple(cells) for _, cells in parse_rows(decode_csv(written.getvalue().encode(encoding)))]
    assert read == [row for row in titled if any(cell.strip() for cell in row)]


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_refused_in_a_line(data: bytes) -> None:
    try:
        parse_rows(decode_csv(data))
    except NotCells as refused:
        assert "\n" not in str(refused)


def test_a_row_is_told_by_the_line_it_ends_on() -> None:
    assert parse_rows('\n\nname\n"A\nB"\n ,\nC') == [(3, ["name"]), (5, ["A\nB"]), (7, ["C"])]
    with pytest.raises(NotCells, match="line 3: not CSV"):
        parse_rows('name\nA\n"B\nC\n')
