"""JSON from outside ends in a value or in one line that says what is wrong, and where."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.documents import MAX_DEPTH, json_document, text
from transforms.snapshot import SourceFormatError


def read(data: bytes) -> Any:
    return json_document("list.json", io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "list.json: empty file"),
        (b" \n", "list.json: empty file"),
        (b"\n<!doctype html>", "list.json line 1: starts with '<', not JSON"),
        (b'{"a": 1,\n"b": "\xff"}', "list.json line 2: not UTF-8"),
        (b'{"a": 1,\n"b"', "list.json line 2: not JSON: Expecting ':' delimiter"),
        (b"[NaN]", "list.json: NaN is no number of JSON"),
        (b"[" + b"9" * 5_000 + b"]", "list.json: nested too deep, or with a number too long"),
        (b"[" * 100_000 + b"]" * 100_000, "list.json: nested too deep, or with a number too long"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "list.json: nested too deep"),
    ],
)
def test_what_is_no_json_ends_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(SourceFormatError) as refused:
        read(data)
    assert str(refused.value) == said


def test_a_bom_is_no_fault() -> None:
    assert read(b"\xef\xbb\xbf[1]") == [1]


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    try:
        read(data)
    except SourceFormatError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  Ihar\u00a0 Losik ", "Ihar Losik"),
        ("A\ud800", "A?"),
        (12, "12"),
        (12.0, "12"),
        (1.5, "1.5"),
        (True, ""),
        (None, ""),
        (["a"], ""),
        ({"a": 1}, ""),
    ],
)
def test_a_value_as_text(value: object, expected: str) -> None:
    assert text(value) == expected


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_any_value_is_text_that_a_table_takes(value: object) -> None:
    text(json.loads(json.dumps(value))).encode()
