"""What a text is searched for: a suppressed record's id, its key where that identifies it, its names."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from tests.suppressing import suppressed
from transforms.names.name_spotter import NameSpotter
from warehouse.privacy.identifying_text import is_identifying_key, spellings, whole_word
from warehouse.privacy.redaction import NO_REDACTION, REDACTED, Redaction, WordSearch
from warehouse.privacy.suppression_list import Entry, Suppressions


def entry(record_id: str) -> Entry:
    [found] = suppressed(record_id).entries
    return found


def redaction(*record_ids: str, names: Iterable[str] = ()) -> Redaction:
    return Redaction(suppressed(*record_ids).entries, NameSpotter(names))


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
    assert is_identifying_key(entry(f"un_sc:{key}")) is identifies
    assert redaction(f"un_sc:{key}").identifies("gdelt", f"see {key}.") is identifies
    assert redaction(f"un_sc:{key}").identifies(None, f"see {key}.") is identifies


@pytest.mark.parametrize(
    ("key", "identifies"),
    [("1234", True), ("123", False), ("QDi.", True), ("anna", True), ("ann", False)],
)
def test_a_key_of_four_characters_identifies_its_record_in_texts_of_its_source(
    key: str, identifies: bool
) -> None:
    assert redaction(f"un_sc:{key}").identifies("un_sc", f"see {key} there") is identifies
    assert not redaction(f"un_sc:{key}").identifies("eu_fsf", f"see {key} there")


def test_an_id_identifies_its_record_in_texts_of_every_source() -> None:
    found = redaction("by_viasna:17", "by_viasna:018", "un_sc:5")
    for source_id in ("by_viasna", "gdelt", None):
        for record_id in ("by_viasna:17", "by_viasna:018", "un_sc:5"):
            assert found.identifies(source_id, f"({record_id})")
        assert not found.identifies(source_id, "by_viasna:170, un_sc:55, by_viasna:1 or un_sc:17")


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
    assert WordSearch(["x-1", "other"])(text) is found


def test_a_text_is_found_as_addresses_write_it() -> None:
    assert spellings("a b/é") == ("a b/é", "a%20b/%C3%A9", "a%20b%2F%C3%A9")
    assert spellings("plain") == ("plain",)
    for text in ("x?id=by_viasna%3A17", "x?id=by_viasna:17"):
        assert redaction("by_viasna:17").identifies("gdelt", text)


def test_a_name_is_found_in_one_text_and_scattered_only_where_asked_for() -> None:
    found = redaction("by_viasna:17", names=["Ihar Losik"])
    assert found.identifies("gdelt", "Losik, Ihar was freed")
    parts = "<LAST>Losik</LAST><NOTE>some other words</NOTE><FIRST>Ihar</FIRST>"
    assert found.identifies("gdelt", parts, scattered=True)
    assert not found.identifies("gdelt", parts)
    assert not found.identifies("gdelt", "Losik", scattered=True)


def test_nothing_is_withheld_where_nobody_is_suppressed() -> None:
    assert not NO_REDACTION
    assert redaction("by_viasna:17")
    for text in ("by_viasna:17", "Ihar Losik", ""):
        assert not NO_REDACTION.identifies("by_viasna", text)
        assert NO_REDACTION.redact_text("by_viasna", text) == text
    assert NO_REDACTION.redact_text("by_viasna", None) is None


def test_a_text_that_identifies_somebody_is_replaced() -> None:
    found = redaction("by_viasna:17")
    assert found.redact_text("gdelt", "see by_viasna:17") == REDACTED
    assert found.redact_text("gdelt", "see by_viasna:18") == "see by_viasna:18"
    assert found.redact_text("gdelt", None) is None


def test_a_row_identifies_somebody_in_any_column_of_its_table() -> None:
    found = redaction("by_viasna:17", names=["Ihar Losik"])
    row = {"source_id": "un_sc", "locator": "RECORD[1]", "reason": "no date", "raw": None}
    assert not found.row_identifies(row, "quarantine")
    for column in ("locator", "reason", "raw"):
        assert found.row_identifies(row | {column: "by_viasna:17"}, "quarantine")
    scattered = "<FIRST>Ihar</FIRST><OTHER>x y z</OTHER><LAST>Losik</LAST>"
    assert found.row_identifies(row | {"raw": scattered}, "quarantine")
    assert not found.row_identifies(row | {"reason": scattered}, "quarantine")
    article = dict.fromkeys(("url", "domain", "title"), "x") | {
        "themes": [], "persons": ["anna bush", "ihar losik"], "organizations": None,
    }  # fmt: skip
    assert found.row_identifies(article, "articles")
    assert not found.row_identifies(article | {"persons": ["anna bush"]}, "articles")


def test_the_ids_are_those_of_the_entries() -> None:
    assert redaction("by_viasna:17", "un_sc:5").ids == {"by_viasna:17", "un_sc:5"}
    assert suppressed("by_viasna:17", "un_sc:5").ids == {"by_viasna:17", "un_sc:5"}
    assert Suppressions().ids == frozenset()
    assert (entry("un_sc:QDi:1").source_id, entry("un_sc:QDi:1").key) == ("un_sc", "QDi:1")
