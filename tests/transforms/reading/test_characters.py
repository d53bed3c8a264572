"""Characters that nobody sees: out of every text of every table, and counted."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pyarrow as pa
import pytest

from contracts import contract
from sources.registry import registry, samples
from transforms.names import cleaning
from transforms.reading.characters import counting, scrubbed, scrubbed_table
from transforms.reading.parse_result import FileReport, ParseResult, parse


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Ale\x00s Bialiatski", "Ales Bialiatski"),
        ("Ales\x0bBialiatski", "Ales Bialiatski"),
        ("Ales\x85Bialiatski", "Ales Bialiatski"),
        ("Ales\u2028Bialiatski", "Ales Bialiatski"),
        ("Ales\u2029Bialiatski", "Ales Bialiatski"),
        ("\ufeffAles\u200b Bialia\xadtski\u200e", "Ales Bialiatski"),
        ("\u202eAles\u202c \u2066Bialiatski\u2069", "Ales Bialiatski"),
        ("Ales\x96 \u200b Bialiatski\x7f", "Ales Bialiatski"),
        ("Ales \ud83dBialiatski", "Ales Bialiatski"),
        ("سید علیرضا آوایی\u200e", "سید علیرضا آوایی"),
        ("\u061cعلی\u200f", "علی"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian is written with the non-joiner
        ("علی\u200c رضا\u200d", "علی رضا"),
        ("ശ്രീ\u0d28\u0d4d\u200d", "ശ്രീ\u0d28\u0d4d\u200d"),  # a Malayalam chillu ends in the joiner
        ("Los\u200dik", "Losik"),
        ("L\u200bo\u0301sik", "Lósik"),
        ("葛\U000e0100城", "葛\U000e0100城"),  # a variant of a letter is a letter
    ],
)
def test_what_nobody_sees_is_left_out_of_names(text: str, clean: str) -> None:
    assert cleaning.clean(text) == clean
    assert cleaning.term(text) == clean.casefold()


def test_what_is_left_out_is_counted() -> None:
    with counting() as counted:
        cleaning.clean("A\u202eB\x00C\x00")
        scrubbed("plain")
    assert counted == {
        "control character U+202E, left out": 1,
        "control character U+0000, left out": 2,
    }


def test_tables_are_cleaned_column_by_column() -> None:
    schema = pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            pa.field("url", pa.string()),
            pa.field("list", pa.list_(pa.string())),
            pa.field("number", pa.int64()),
        ]
    )
    rows = [
        {
            "id": "x:1\u200b",
            "url": "https://example.org/\x011",
            "list": ["A\x02 \x03B", "\u200e"],
            "number": 1,
        },
        {"id": "x:2", "url": "\u200b", "list": ["а\tб", None], "number": 2},
        {"id": "x:3", "url": None, "list": None, "number": None},
    ]
    cleaned = scrubbed_table(pa.Table.from_pylist(rows, schema))
    assert cleaned.schema == schema
    assert cleaned.to_pylist() == [
        {"id": "x:1", "url": "https://example.org/1", "list": ["A B"], "number": 1},
        {"id": "x:2", "url": None, "list": ["а б", None], "number": 2},
        {"id": "x:3", "url": None, "list": None, "number": None},
    ]


def test_a_table_that_is_clean_is_the_same_one() -> None:
    table = pa.table(
        {"name": ["Алесь – Бяляцкі", "Łukašenka", "سید", None], "list": [["a"], [], None, ["ب"]]}
    )
    assert scrubbed_table(table) is table


def test_half_a_surrogate_pair_does_not_stop_a_parser() -> None:
    snapshot = ParseResult(files={"a": FileReport()})
    row = dict.fromkeys(contract("names").parsed_schema.names, "x") | {"name": "Losik \ud83d"}
    snapshot.add("names", row)
    snapshot.reject("a", "row 1\x00", "no name\u202e", "raw\ud800\ttext", "key\u200b")
    snapshot.scrub()
    assert snapshot.arrow()["names"].to_pylist()[0]["name"] == "Losik"
    assert snapshot.quarantine == [
        {"file": "a", "locator": "row 1", "reason": "no name", "raw": "raw\ttext", "key": "key"}
    ]


def _texts(snapshot: ParseResult) -> str:
    return str([table.to_pylist() for table in snapshot.arrow().values()])


_ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Free\u202e Losik&#x200B;</title>'
    '<link href="https://example.org/\u200e1"/></entry></feed>'
)
_FOUND = [{"url": "https://example.org/\u200e1", "title": "Free\u202e Losik\u200b"}]


@pytest.mark.parametrize(
    ("format_", "file", "body"),
    [("rss", "a.rss", _ATOM), ("gdelt_doc", "a.json", json.dumps({"articles": _FOUND}))],
)
def test_news_have_none_and_say_how_many_there_were(format_: str, file: str, body: str) -> None:
    snapshot = parse(format_, f"news.{format_}", {file: io.BytesIO(body.encode())}, {})
    row: dict[str, Any] = snapshot.arrow()["articles"].to_pylist()[0]
    assert (row["title"], row["url"]) == ("Free Losik", "https://example.org/1")
    assert not set("\u202e\u200b\u200e") & set(_texts(snapshot))
    said = {what: n for what, n in snapshot.unknown.items() if what.startswith("control")}
    assert said == {f"control character U+{code}, left out": 1 for code in ("200B", "200E", "202E")}


def _marked(source_id: str, data: str) -> str:
    """A list with a zero-width space in each text of an element, or in a name that its rows have."""
    if data.lstrip().startswith("<"):
        return re.sub(r">([^<>\s][^<>]*)<", ">\\1\u200b<", data)
    return data.replace("Losik", "Los\u200bik").replace("LUKASHENKO", "LUKA\u200bSHENKO")


@pytest.mark.parametrize(
    "source_id", ["un_sc", "us_ofac_sdn", "gb_uksl", "gb_ofsi", "ca_sema", "ch_seco", "by_viasna"]
)
def test_a_list_read_again_counts_the_same(source_id: str) -> None:
    """What is counted depends on the file alone, not on what the process has read and remembers."""
    source = registry()[source_id]
    folder = max((samples(source_id)).iterdir())
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".xlsx"}
    marked = {name: _marked(source_id, data.decode()).encode() for name, data in files.items()}
    plain, first, again = (
        parse(source_id, source.parser, {name: io.BytesIO(data) for name, data in given.items()}, {})
        for given in (files, marked, marked)
    )
    assert first.unknown == again.unknown
    assert first.unknown["control character U+200B, left out"] > 0
    assert _texts(first) == _texts(again) == _texts(plain)
