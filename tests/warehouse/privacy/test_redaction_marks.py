"""What a text is searched for: a suppressed record's id, its key where that identifies it, its names."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from tests.suppressing import suppressed
from transforms.names.name_spotter import NameSpotter
from warehouse.privacy.redaction import (
    IN_ITS_PLACE,
    NOTHING,
    Marks,
    Withheld,
    spelled,
    telling_key,
    whole_word,
)
from warehouse.privacy.suppression import Entry, Suppressions


def entry(record_id: str) -> Entry:
    [found] = suppressed(record_id).entries
    return found


def withheld(*record_ids: str, names: Iterable[str] = ()) -> Withheld:
    return Withheld(suppressed(*record_ids).entries, NameSpotter(names))


@pytest.mark.parametrize(
    ("key", "identifies"),
    [
        ("anna-b", True),
        ("anna-", False),
        ("anna", False),
        ("123456", False),
        ("1234567890", False),
        ("12345a", True),
        ("QDi.01", True),
        ("QDi.1", False),
    ],
)
def test_a_key_of_six_characters_that_is_no_number_identifies_its_record_anywhere(
    key: str, identifies: bool
) -> None:
    assert telling_key(entry(f"un_sc:{key}")) is identifies
    assert withheld(f"un_sc:{key}").tells("gdelt", f"see {key}.") is identifies
    assert withheld(f"un_sc:{key}").tells(None, f"see {key}.") is identifies


@pytest.mark.parametrize(
    ("key", "identifies"),
    [("1234", True), ("123", False), ("QDi.", True), ("anna", True), ("ann", False)],
)
def test_a_key_of_four_characters_identifies_its_record_in_texts_of_its_source(
    key: str, identifies: bool
) -> None:
    assert withheld(f"un_sc:{key}").tells("un_sc", f"see {key} there") is identifies
    assert not withheld(f"un_sc:{key}").tells("eu_fsf", f"see {key} there")


def test_an_id_identifies_its_record_in_texts_of_every_source() -> None:
    found = withheld("by_viasna:17", "by_viasna:018", "un_sc:5")
    for source_id in ("by_viasna", "gdelt", None):
        for record_id in ("by_viasna:17", "by_viasna:018", "un_sc:5"):
            assert found.tells(source_id, f"({record_id})")
        assert not found.tells(source_id, "by_viasna:170, un_sc:55, by_viasna:1 or un_sc:17")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x-1", True),
        ("(x-1)", True),
        ("x-1.", True),
        ("x-1-", True),
        ("-x-1", True),
        ("x-12", False),
        ("x-1-a", False),
        ("a-x-1", False),
        ("ax-1", False),
        ("x-1é", False),
        ("éx-1", False),
        ("x.1", False),
    ],
)
def test_a_text_is_found_as_a_whole_word(text: str, found: bool) -> None:

    assert (re.search(whole_word("x-1"), text) is not None) is found
    assert Marks(["x-1", "other"])(text) is found


def test_a_text_is_found_as_addresses_write_it() -> None:
    assert spelled("a b/é") == ("a b/é", "a%20b/%C3%A9", "a%20b%2F%C3%A9")
    assert spelled("plain") == ("plain",)
    for text in ("x?id=by_viasna%3A17", "x?id=by_viasna:17"):
        assert withheld("by_viasna:17").tells("gdelt", text)


def test_a_name_is_found_in_one_text_and_scattered_only_where_asked_for() -> None:
    found = withheld("by_viasna:17", names=["Ihar Losik"])
    assert found.tells("gdelt", "Losik, Ihar was freed")
    parts = "<LAST>Losik</LAST><NOTE>some other words</NOTE><FIRST>Ihar</FIRST>"
    assert found.tells("gdelt", parts, scattered=True)
    assert not found.tells("gdelt", parts)
    assert not found.tells("gdelt", "Losik", scattered=True)


def test_nothing_is_withheld_where_nobody_is_suppressed() -> None:
    assert not NOTHING
    assert withheld("by_viasna:17")
    for text in ("by_viasna:17", "Ihar Losik", ""):
        assert not NOTHING.tells("by_viasna", text)
        assert NOTHING.text("by_viasna", text) == text
    assert NOTHING.text("by_viasna", None) is None


def test_a_text_that_identifies_somebody_is_replaced() -> None:
    found = withheld("by_viasna:17")
    assert found.text("gdelt", "see by_viasna:17") == IN_ITS_PLACE
    assert found.text("gdelt", "see by_viasna:18") == "see by_viasna:18"
    assert found.text("gdelt", None) is None


def test_a_row_identifies_somebody_in_any_column_of_its_table() -> None:
    found = withheld("by_viasna:17", names=["Ihar Losik"])
    row = {"source_id": "un_sc", "locator": "RECORD[1]", "reason": "no date", "raw": None}
    assert not found.row_tells(row, "quarantine")
    for column in ("locator", "reason", "raw"):
        assert found.row_tells(row | {column: "by_viasna:17"}, "quarantine")
    scattered = "<FIRST>Ihar</FIRST><OTHER>x y z</OTHER><LAST>Losik</LAST>"
    assert found.row_tells(row | {"raw": scattered}, "quarantine")
    assert not found.row_tells(row | {"reason": scattered}, "quarantine")
    article = dict.fromkeys(("url", "domain", "title"), "x") | {
        "themes": [], "persons": ["anna bush", "ihar losik"], "organizations": None,
    }  # fmt: skip
    assert found.row_tells(article, "articles")
    assert not found.row_tells(article | {"persons": ["anna bush"]}, "articles")


def test_the_ids_are_those_of_the_entries() -> None:
    assert withheld("by_viasna:17", "un_sc:5").ids == {"by_viasna:17", "un_sc:5"}
    assert suppressed("by_viasna:17", "un_sc:5").ids == {"by_viasna:17", "un_sc:5"}
    assert Suppressions().ids == frozenset()
    assert (entry("un_sc:QDi:1").source_id, entry("un_sc:QDi:1").key) == ("un_sc", "QDi:1")
