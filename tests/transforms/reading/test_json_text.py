"""JSON from outside ends in a value or in one line that says what is wrong, and where."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.reading.json_text import MAX_DEPTH, json_document, mended_json, text
from transforms.reading.parse_result import SourceFormatError


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
        ("A\ud800", "A"),
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


@pytest.mark.parametrize(
    ("data", "value", "faults"),
    [
        (rb'{"a": "x"}', {"a": "x"}, {}),
        (b'\xef\xbb\xbf{"a": "\\u0041\\n"}', {"a": "A\n"}, {}),
        (rb'{"a": "\d \u12 \\d"}', {"a": r"\d \u12 \d"}, {"JSON: backslash that escapes nothing": 2}),
        (
            rb'[{"a": "\d", "b": "x\"}"}]',
            [{"a": r"\d", "b": 'x"}'}],
            {"JSON: backslash that escapes nothing": 1},
        ),
        (b'{"a": "x\\", "b": 1}', {"a": "x\\", "b": 1}, {"JSON: backslash that escapes nothing": 1}),
        (b'{\n"a":\t"\x00\t\n"\n}', {"a": "\x00\t\n"}, {"JSON: control character in a string": 3}),
        (b'{"a": "\xff\xef\xbf\xbd"}', {"a": "\ufffd\ufffd"}, {"bytes not UTF-8, replaced": 1}),
    ],
)
def test_strings_that_are_badly_written_are_mended(data: bytes, value: Any, faults: dict[str, int]) -> None:
    assert mended_json("list.json", io.BytesIO(data)) == (value, faults)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "list.json: empty file"),
        (b"\nToo many\n  requests.", "list.json: not JSON, but says: Too many requests."),
        (b"\n<!doctype html>", "list.json line 1: starts with '<', not JSON"),
        (b'{"a": "\\d",\n"b"', "list.json line 2: not JSON: Expecting ':' delimiter"),
    ],
)
def test_what_cannot_be_mended_ends_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(SourceFormatError) as refused:
        mended_json("list.json", io.BytesIO(data))
    assert str(refused.value) == said


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_what_an_encoder_wrote_needs_no_mending(value: Any) -> None:
    assert mended_json("list.json", io.BytesIO(json.dumps([value]).encode())) == ([value], {})


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:\\ud8abn 0\x01', max_size=40).map(str.encode))
def test_any_bytes_are_mended_or_end_in_one_line(data: bytes) -> None:
    try:
        mended_json("list.json", io.BytesIO(data))
    except SourceFormatError as error:
        assert "\n" not in str(error)
