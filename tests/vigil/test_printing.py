"""What is printed steers neither a terminal nor a spreadsheet, and can be read back."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigil.printing import MOST_SHOWN, Console, Format, harmless_cell, print_rows, visible

HOSTILE = {
    "red": "\x1b[31mred",
    "title": "\x1b]0;title\x07",
    "link": "\x1b]8;;https://other.example\x1b\\text\x1b]8;;\x1b\\",
    "C1 CSI": "\x9b2J",
    "overwritten": "honest\rforged",
    "backspaces": "no\x08\x08yes",
    "delete": "a\x7fb",
    "null": "a\x00b",
    "turned": "user\u202etxt.exe",
    "isolated": "a\u2066b\u2069",
    "left-to-right mark": "a\u200eb",
    "zero width": "Iv\u200ban",
    "joined in Latin": "Iv\u200dan",
    "word joiner": "Iv\u2060an",
    "byte-order mark": "\ufeffIvan",
    "soft hyphen": "Iv\u00adan",
    "line separator": "a\u2028b",
    "tag": "a\U000e0041b",
}
each_hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


def steers(printed: str) -> list[str]:
    """What a terminal would obey or hide in what was printed."""
    return [c for c in printed if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Cs"}]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(
    monkeypatch: pytest.MonkeyPatch,
    header: list[str],
    rows: Any,
    format_: Format,
    *,
    terminal: bool,
    **given: Any,
) -> str:
    out = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    print_rows(Console(file=out, color_system=None, width=200), header, rows, format_, **given)
    return out.getvalue()


@each_hostile
@pytest.mark.parametrize("format_", list(Format))
def test_no_value_and_no_title_steers_a_terminal(
    monkeypatch: pytest.MonkeyPatch, text: str, format_: Format
) -> None:
    shown = printed(monkeypatch, [text], [(text,), ([text, "b"],)], format_, terminal=True)
    assert steers(shown) == []
    if format_ is not Format.json:
        number = next(ord(c) for c in text if steers(c))
        assert f"{number:02x}" in shown.lower()


@each_hostile
def test_no_message_steers_a_terminal(text: str) -> None:
    out = io.StringIO()
    Console(file=out, color_system=None, width=500).print(text, markup=False, highlight=False)
    assert steers(out.getvalue()) == []


def test_the_markup_of_a_value_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[red]red[/red] [link=https://x.example]x[/link] :fire:"
    shown = printed(monkeypatch, [text], [(text,)], Format.table, terminal=True)
    assert shown.count(text) == 2


@given(st.text())
def test_what_is_visible_steers_nothing_and_plain_text_stays(text: str) -> None:
    assert [c for c in steers(visible(text)) if c not in "\t\u200c\u200d"] == []
    if not steers(text):
        assert re.sub(r"\\[xuU][0-9a-f]+", "", visible(text)) in re.sub(r"\\[xuU][0-9a-f]+", "", text) or any(
            unicodedata.category(c) in {"Cn", "Co"} for c in text
        )


@pytest.mark.parametrize(
    "text", ["نرگس محمدی", "می\u200cخواهم", "क्\u200dष", "Ихар Лосік", "张\u3000三", "a\u00a0b"]
)
def test_spelling_that_needs_joiners_or_wide_spaces_stays(text: str) -> None:
    assert visible(text) == text


@each_hostile
def test_a_program_gets_csv_and_json_as_they_are(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    shown = printed(monkeypatch, ["a"], [(text,)], Format.csv, terminal=False, raw_cells=True)
    assert list(csv.reader(io.StringIO(shown, newline=""))) == [["a"], [text]]
    for terminal in (False, True):
        shown = printed(monkeypatch, ["a"], [(text,)], Format.json, terminal=terminal)
        assert json.loads(shown) == [{"a": text}]


@given(st.lists(st.dictionaries(st.sampled_from("ab"), st.text() | st.none() | st.integers(), min_size=2)))
def test_json_that_comes_row_by_row_reads_back(rows: list[dict[str, Any]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        shown = printed(patch, ["a", "b"], [(r["a"], r["b"]) for r in rows], Format.json, terminal=False)
    assert json.loads(shown) == rows
    assert steers(shown) == []


def test_json_has_every_column_and_no_value_that_json_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    header = ["a", "a", "a_1", "a", "b"]
    row = (1, 2, float("nan"), [float("-inf")], {date(2020, 1, 1): {1: None}, True: (0.5,)})
    shown = printed(monkeypatch, header, [row], Format.json, terminal=False)

    def refused(constant: str) -> Any:
        raise AssertionError(constant)

    assert json.loads(shown, parse_constant=refused) == [
        {"a": 1, "a_2": 2, "a_1": "nan", "a_3": ["-inf"], "b": {"2020-01-01": {"1": None}, "true": [0.5]}}
    ]


FORMULAS = [
    "=1+1",
    "=HYPERLINK(\"https://x.example\")",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\"=1\"",
    "'=1",
    "\n=1",
    "\u00a0=1",
    "\x00=1",
    "＝1",
    "﹦1",
    "\u200b=1",
    "\ufeff \"@SUM(A1)",
    "+375 29 123",
    "- a dash begins a reason",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_run_is_marked(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    rows = [(text,), ([text, "b"],)]
    shown = printed(monkeypatch, [text], rows, Format.csv, terminal=False)
    cells = [cell for [cell] in csv.reader(io.StringIO(shown, newline=""))]
    assert cells == [f"'{text}", f"'{text}", f"'{text}, b"]
    shown = printed(monkeypatch, [text], rows, Format.csv, terminal=False, raw_cells=True)
    assert [cell for [cell] in csv.reader(io.StringIO(shown, newline=""))] == [text, text, f"{text}, b"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-5, "-5"),
        (-0.5, "-0.5"),
        ("-5", "-5"),
        ("+375291234567", "+375291234567"),
        ("-1.5e3", "-1.5e3"),
        ("1980-05-17", "1980-05-17"),
        ("Ihar Losik", "Ihar Losik"),
        ("a=b", "a=b"),
        (None, ""),
        (True, "true"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_what_is_no_formula_is_not_marked(value: Any, cell: str) -> None:
    assert harmless_cell(value) == cell


def test_of_a_table_only_the_first_rows_are_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def rows() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield (taken,)

    shown = printed(monkeypatch, ["n"], rows(), Format.table, terminal=False)
    assert taken == MOST_SHOWN + 1
    assert "the first 10,000 rows: --format csv gives all" in shown
