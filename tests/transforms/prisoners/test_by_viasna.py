"""Viasna's CSV exports: what is read, what is withheld, and what stops a file."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import FOLDER, load, samples
from tests.builders import content, everything, parsed
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

COLUMNS = (
    (samples("by_viasna") / "2025-12-15/prisoners.en.csv").read_text("utf-8").partition("\n")[0].split(",")
)
_PARTS = ("", "_precision", "_raw")


def export(*rows: dict[str, str], columns: list[str] = COLUMNS, bom: bool = False) -> bytes:
    """An export with the given values; `name` and `status` are filled in where a test gives none."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    for row in rows:
        filled = {"name": "Test Person", "status": "active"} | row
        writer.writerow({column: filled.get(column, "") for column in columns})
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def read(en: bytes, **others: bytes) -> ParseResult:
    files = {"en": en} | others
    return parse(
        "by_viasna",
        "prisoners.by_viasna",
        {f"prisoners.{lang}.csv": io.BytesIO(data) for lang, data in files.items()},
        {},
    )


def one(**values: str) -> tuple[dict[str, Any], ParseResult]:
    snapshot = read(export({"id": "1"} | values))
    return parsed(snapshot, "prisoners")[0], snapshot


def sample(date: str) -> ParseResult:
    paths = sorted((samples("by_viasna") / date).iterdir())
    return parse("by_viasna", "prisoners.by_viasna", {p.name: io.BytesIO(p.read_bytes()) for p in paths}, {})


def balanced(snapshot: ParseResult) -> bool:
    return all(f.declared == f.parsed + f.quarantined + f.outside for f in snapshot.files.values())


# The real export of early 2023


@pytest.fixture
def real_file(shared_data: Path) -> bytes:
    return (shared_data / "by_viasna/2023-03-01/prisoners.en.csv").read_bytes()


@pytest.fixture
def real(real_file: bytes) -> ParseResult:
    return read(real_file)


@pytest.fixture
def told(real_file: bytes) -> dict[str, dict[str, str]]:
    """What the real export says of each, by our key."""
    rows = csv.DictReader(io.StringIO(real_file.decode()))
    return {f"by_viasna:{row['id']}": row for row in rows}


def test_real_export_publishes_the_designated_alone(real: ParseResult) -> None:
    report = real.files["prisoners.en.csv"]
    assert (report.declared, report.parsed, report.quarantined, report.outside) == (43, 15, 0, 28)
    assert not real.unknown
    rows = parsed(real, "prisoners")
    assert Counter((row["status_raw"], row["status"]) for row in rows) == {
        ("active", "detained"): 6,
        ("former", "released"): 6,
        ("former", "unknown"): 3,
    }
    assert {row["designation"] for row in rows} == {"political prisoner"}


def test_real_dates_are_the_exports_own(real: ParseResult, told: dict[str, dict[str, str]]) -> None:
    columns = {
        "birth_date": "birthday",
        "arrest_date": "arrested",
        "verdict_date": "verdict_date",
        "release_date": "release_date",
        "death_date": "died",
    }
    for row in parsed(real, "prisoners"):
        for ours, theirs in columns.items():
            given = told[row["record_id"]][theirs] or None
            assert [row[f"{ours}{part}"] for part in _PARTS] == [given, "day" if given else None, given]
        assert row["term_end_date_raw"] is None


def test_real_records_hold_what_the_export_says(real: ParseResult, told: dict[str, dict[str, str]]) -> None:
    rows = parsed(real, "prisoners")
    for row in rows:
        theirs = told[row["record_id"]]
        assert (row["name"], row["gender"], row["case_url"]) == (
            theirs["name"],
            theirs["gender"],
            theirs["url"],
        )
        assert row["sentence_raw"] == (
            "; ".join(filter(None, (theirs["decision"], theirs["penalty"]))) or None
        )
        assert row["charges"] == sorted(filter(None, theirs["articles"].split("; ")))
        assert row["facility"] == (theirs["prison"].partition(",")[0] or None)
    assert Counter((row["sentence_kind"], row["sentence_months"]) for row in rows) == {
        ("colony", 72): 1,
        ("prison", 156): 1,
        ("colony", 54): 1,
        ("colony", 48): 1,
        ("colony", 30): 6,
        ("colony", 36): 1,
        ("suspended", 24): 1,
        ("restricted_freedom", 18): 2,
        (None, None): 1,
    }
    assert Counter((row["facility"], row["facility_place"], row["facility_country"]) for row in rows) == {
        (None, None, None): 9,
        ("Open correctional facility No. 55", "Minsk", "BY"): 2,
        ("Penal colony No. 1", "Navapolack", "BY"): 1,
        ("Penal colony No. 15", "Mahilioŭ", "BY"): 1,
        ("Pre-trial detention center No. 1", "Minsk", "BY"): 1,
        ("Prison No. 4", "Mahilioŭ", "BY"): 1,
    }
    charges = parsed(real, "charges")
    assert {row["code"] for row in charges} == {"by_criminal"}
    assert {(row["article"], row["part"]) for row in charges} >= {("293", "1"), ("293", "2"), ("130", None)}


def test_nothing_withheld_in_the_real_export_comes_out(
    real: ParseResult, told: dict[str, dict[str, str]]
) -> None:
    out = everything(real)
    for row in told.values():
        for column in load(FOLDER / "by_viasna/source.yml").withheld:
            assert row[column] in ("", "FALSE") or row[column] not in out
        postcode, _, street = row["prison"].partition(", ")[2].partition(", ")
        for part in (postcode, street.partition(", ")[2]):
            assert not part or part not in out
        assert row["status"] != "np" or row["url"] not in out


def test_the_older_layout_says_the_same(real: ParseResult, shared_data: Path) -> None:
    old = json.loads((shared_data / "by_viasna_json/2023-03-01/prisoners.json").read_text("utf-8"))
    columns = list(dict.fromkeys(column for row in old for column in row))
    data = export(*({c: str(v) for c, v in row.items()} for row in old), columns=columns)
    assert content(read(data)) == content(real)


# The samples


def test_sample_joins_three_languages() -> None:
    snapshot = sample("2025-09-12")
    assert balanced(snapshot) and not snapshot.unknown and not snapshot.quarantine
    names = parsed(snapshot, "names")
    losik = [row for row in names if row["record_id"] == "by_viasna:3"]
    assert {(r["name"], r["kind"], r["script"], r["lang"]) for r in losik} == {
        ("Ihar Losik", "primary", "Latn", "en"),
        ("Ігар Лосік", "alias", "Cyrl", "be"),
        ("Игорь Лосик", "alias", "Cyrl", "ru"),
    }
    (row,) = (row for row in parsed(snapshot, "prisoners") if row["record_id"] == "by_viasna:3")
    assert row["name_original"] == "Ігар Лосік"


def test_samples_tell_the_story() -> None:
    status = {
        date: {row["name"]: row["status"] for row in parsed(sample(date), "prisoners")}
        for date in ("2024-10-01", "2025-09-12", "2025-12-15")
    }
    assert [status[d]["Ihar Losik"] for d in sorted(status)] == ["detained", "released", "released"]
    assert [status[d]["Ales Bialiatski"] for d in sorted(status)] == ["detained", "detained", "released"]
    assert [status[d].get("Ihar Ilyash") for d in sorted(status)] == [None, "detained", "detained"]
    assert {s["Vitold Ashurak"] for s in status.values()} == {"died"}
    assert {s["Mikola Statkevich"] for s in status.values()} == {"detained"}


# Status, dates and sentences


@pytest.mark.parametrize(
    ("values", "status", "release", "term_end"),
    [
        ({"status": "active"}, "detained", None, None),
        ({"status": "active", "release_date": "2031-01-01"}, "detained", None, "2031-01-01"),
        ({"status": "active", "release_date": "2021-01-01"}, "detained", None, "2021-01-01"),
        ({"status": "former", "release_date": "2022-11-30"}, "released", "2022-11-30", None),
        ({"status": "former"}, "unknown", None, None),
        ({"status": "former", "release_date": "soon"}, "unknown", None, None),
        (
            {"status": "former", "release_date": "2021-01-01", "died": "2021-05-21"},
            "died",
            "2021-01-01",
            None,
        ),
        ({"status": "active", "release_date": "2031-01-01", "died": "TRUE"}, "died", None, "2031-01-01"),
        ({"status": "active", "died": "FALSE"}, "detained", None, None),
        ({"status": "active", "died": "no"}, "detained", None, None),
    ],
)
def test_status_and_release_are_what_the_record_says_outright(
    values: dict[str, str], status: str, release: str | None, term_end: str | None
) -> None:
    row, _ = one(**values)
    assert (row["status"], row["release_date"], row["term_end_date"]) == (status, release, term_end)
    assert row["status_raw"] == values["status"]


def test_a_status_of_no_known_kind_is_not_published() -> None:
    snapshot = read(export({"id": "1", "status": "candidate"}), be=export({"id": "1", "status": "candidate"}))
    assert parsed(snapshot, "prisoners") == []
    assert snapshot.unknown["status: not known"] == 1
    assert [q["reason"] for q in snapshot.quarantine] == ["a status that is not known"]
    assert balanced(snapshot)


def test_partial_and_impossible_dates() -> None:
    row, snapshot = one(birthday="1980-05", arrested="2021-02-30", verdict_date="FALSE")
    assert [row[f"birth_date{part}"] for part in _PARTS] == ["1980-05", "month", "1980-05"]
    assert [row[f"arrest_date{part}"] for part in _PARTS] == [None, None, "2021-02-30"]
    assert [row[f"verdict_date{part}"] for part in _PARTS] == [None, None, None]
    assert snapshot.unknown == {"arrested: not a date": 1}


@pytest.mark.parametrize(
    ("decision", "penalty", "raw", "kind", "months"),
    [
        ("", "", None, None, None),
        ("2 1/2 years", "", "2 1/2 years", None, 30),
        ("", "arrest", "arrest", "arrest", None),
        ("3 months", "arrest", "3 months; arrest", "arrest", 3),
        (
            "6 years",
            "imprisonment in a medium-security penal colony",
            "6 years; imprisonment in a medium-security penal colony",
            "colony",
            72,
        ),
        (
            "13 years",
            "imprisonment in a high security prison",
            "13 years; imprisonment in a high security prison",
            "prison",
            156,
        ),
        ("2 years", "suspended imprisonment", "2 years; suspended imprisonment", "suspended", 24),
        (
            "2 years",
            'restricted freedom under home confinement ("domashnyaya khimiya")',
            '2 years; restricted freedom under home confinement ("domashnyaya khimiya")',
            "restricted_freedom",
            24,
        ),
        ("500 base value", "fine", "500 base value; fine", "fine", None),
        ("5.100 Belarusian rubles", "fine", "5.100 Belarusian rubles; fine", "fine", None),
    ],
)
def test_the_penalty_says_the_kind_and_the_decision_the_term(
    decision: str, penalty: str, raw: str | None, kind: str | None, months: float | None
) -> None:
    row, snapshot = one(decision=decision, penalty=penalty)
    assert (row["sentence_raw"], row["sentence_kind"], row["sentence_months"]) == (raw, kind, months)
    assert not snapshot.unknown


def test_a_term_in_the_penalty_is_not_read() -> None:
    row, _ = one(penalty="imprisonment, 5 years")
    assert row["sentence_months"] is None


@pytest.mark.parametrize(
    ("decision", "penalty", "kind", "counted"),
    [
        ("imprisonment", "suspended imprisonment", "suspended", {}),
        ("imprisonment in a penal colony", "imprisonment", "colony", {}),
        ("arrest", "fine", "arrest", {"penalty: of another kind than decision": 1}),
        ("fine", "arrest", "arrest", {"penalty: of another kind than decision": 1}),
        ("3 years", "fine", None, {"penalty: a kind that has no term, with a term": 1}),
    ],
)
def test_of_two_kinds_the_more_exact_or_graver_counts(
    decision: str, penalty: str, kind: str | None, counted: dict[str, int]
) -> None:
    row, snapshot = one(decision=decision, penalty=penalty)
    assert row["sentence_kind"] == kind
    assert snapshot.unknown == counted


@pytest.mark.parametrize("column", ["decision", "penalty"])
def test_sentence_forms_not_known_are_counted_and_kept_in_words_of_sentences_alone(column: str) -> None:
    row, snapshot = one(**{column: "six winters of joy"})
    assert snapshot.unknown == {f"{column}: form not known": 1}
    assert (row["sentence_raw"], row["sentence_months"]) == (None, None)
    row, snapshot = one(**{column: "up to 7 years"})
    assert snapshot.unknown == {f"{column}: form not known": 1}
    assert (row["sentence_raw"], row["sentence_months"]) == ("up to 7 years", None)


# Charges


def test_charges_are_parsed_by_the_belarusian_code() -> None:
    snapshot = one(articles="Part 2 of Art. 293; Art. 361-1; Part 2 of Art. 293")[1]
    (row,) = parsed(snapshot, "prisoners")
    assert row["charges"] == ["Art. 361-1", "Part 2 of Art. 293"]
    assert [tuple(row.values()) for row in parsed(snapshot, "charges")] == [
        ("by_viasna:1", "Art. 361-1", "by_criminal", "361-1", None, None, None),
        ("by_viasna:1", "Part 2 of Art. 293", "by_criminal", "293", "2", None, None),
    ]
    assert not snapshot.unknown


def test_the_order_of_charges_and_rows_does_not_matter() -> None:
    one_, two = {"id": "1", "articles": "Art. 130; Art. 342"}, {"id": "2"}
    turned = {"id": "1", "articles": "Art. 342; Art. 130"}
    assert content(read(export(one_, two))) == content(read(export(two, turned)))


def test_charges_without_an_article_are_counted() -> None:
    assert one(articles="Riots")[1].unknown == {"articles: no article named": 1}


# What must not get out


@pytest.mark.parametrize(
    ("prison", "facility"),
    [
        (
            "Penal colony No. 1, 211440, Navapolack, vulica Techničnaya 8",
            ("Penal colony No. 1", "Navapolack", "BY"),
        ),
        ("Prison No. 4", ("Prison No. 4", None, "BY")),
        ("Released awaiting the commencement of the sentence", (None, None, None)),
        ("home confinement, Minsk, vulica Niamiha 5", (None, None, None)),
        ("vulica Valadarskaha 2", (None, None, None)),
    ],
)
def test_facility_is_an_institution_without_its_address(
    prison: str, facility: tuple[str | None, ...]
) -> None:
    row, snapshot = one(prison=prison)
    assert (row["facility"], row["facility_place"], row["facility_country"]) == facility
    assert "vulica" not in everything(snapshot)
    assert (row["court"], row["court_place"], row["court_country"]) == (None, None, None)


def test_a_place_that_is_no_known_institution_is_counted_without_its_text() -> None:
    _, snapshot = one(prison="vulica Valadarskaha 2")
    assert snapshot.unknown.total() == 1
    assert "Valadarskaha" not in everything(snapshot)


SECRET = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20).map(
    lambda t: f"Zx{t}qZ"
)


@settings(max_examples=50, deadline=None)
@given(
    secret=SECRET, lead=st.sampled_from(["", "Prison No. 8, ", "Penal colony No. 2 ", "home, ", "Released "])
)
def test_no_address_gets_through_prison(secret: str, lead: str) -> None:
    assert "Zx" not in everything(one(prison=lead + secret)[1])


@settings(max_examples=30, deadline=None)
@given(secret=SECRET)
def test_withheld_columns_reach_nothing(secret: str) -> None:
    withheld = load(FOLDER / "by_viasna/source.yml").withheld
    assert withheld.keys() >= {"photo", "description", "judge", "councel"}
    values = dict.fromkeys(withheld, secret)
    # A good record, a repeated id and records that cannot be read: tables and quarantine alike.
    bad = ({"id": "1", "gender": "male"}, {"id": "2", "status": ""}, {"id": "3", "status": "candidate"})
    snapshot = read(export({"id": "1"} | values, *(each | values for each in bad)))
    assert len(snapshot.quarantine) == 3
    assert "Zx" not in everything(snapshot)
    assert all(row["raw"] is None for row in snapshot.quarantine)


@pytest.mark.parametrize("column", ["decision", "penalty"])
def test_an_order_of_treatment_is_withheld(column: str) -> None:
    row, snapshot = one(**{column: "compulsory psychiatric treatment"})
    assert row["sentence_raw"] is None
    assert "psychiatric" not in everything(snapshot)
    assert snapshot.unknown == {f"{column}: withheld, it tells of health": 1}


def test_what_is_left_of_a_sentence_beside_an_order_of_treatment_is_kept() -> None:
    row, _ = one(decision="2 years", penalty="compulsory treatment")
    assert (row["sentence_raw"], row["sentence_kind"], row["sentence_months"]) == ("2 years", None, 24)


def test_people_not_designated_are_left_out_in_every_language() -> None:
    np = {"id": "7", "name": "SYNTHETIC NOT DESIGNATED", "status": "np"}
    shown = {"id": "1"}
    # id 7 is `np` in English and `active` in Belarusian; id 1 is `np` in Russian.
    snapshot = read(
        export(np, shown),
        be=export(np | {"status": "active"}, shown | {"name": "Імя"}),
        ru=export(np, shown | {"name": "SYNTHETIC NP IN RUSSIAN", "status": "np"}),
    )
    assert "SYNTHETIC" not in everything(snapshot)
    assert [snapshot.files[f"prisoners.{lang}.csv"].outside for lang in ("en", "be", "ru")] == [1, 1, 2]
    assert [row["name_original"] for row in parsed(snapshot, "prisoners")] == ["Імя"]
    assert balanced(snapshot)


# Records and files that cannot be read


def test_records_that_cannot_be_told_apart_go_to_quarantine() -> None:
    good = export(
        {"id": "1"},
        {"id": ""},
        {"id": "1", "gender": "male"},
        {"id": "3", "name": "FALSE"},
        {"id": "4", "status": ""},
    )
    snapshot = read(good + b"5,short\r\n", be=export({"id": "1"}, {"id": "9"}))
    assert [(q["file"], q["locator"], q["reason"]) for q in snapshot.quarantine] == [
        ("prisoners.en.csv", "line 3", "no id"),
        ("prisoners.en.csv", "line 4", "id stands on an earlier line"),
        ("prisoners.en.csv", "line 5", "no name"),
        ("prisoners.en.csv", "line 6", "no status"),
        ("prisoners.en.csv", "line 7", "2 columns, not 23"),
        ("prisoners.be.csv", "line 3", "id is not in prisoners.en.csv"),
    ]
    assert snapshot.files["prisoners.en.csv"].parsed == 1
    assert balanced(snapshot)


def test_the_same_record_twice_is_one() -> None:
    snapshot = read(export({"id": "1"}, {"id": "1"}, {"id": "1", "gender": "male"}))
    report = snapshot.files["prisoners.en.csv"]
    assert (report.declared, report.parsed, report.quarantined, report.outside) == (3, 1, 1, 1)
    assert len(parsed(snapshot, "prisoners")) == 1


OLDER = [column for column in COLUMNS[:-3] if column not in ("articles", "prison")]
OLDER += ["articles/0", "articles/1", "articles/10", "prison/title", "prison/address"]


@pytest.mark.parametrize("columns", [OLDER, [*OLDER, "articles", "prison"]])
def test_the_older_layout_is_read_as_the_newer(columns: list[str]) -> None:
    new = read(
        export({"id": "1", "articles": "Art. 130; Art. 342", "prison": "Prison No. 4, 212011, Mahilioŭ"})
    )
    old = {
        "id": "1",
        "articles/0": "Art. 342",
        "articles/1": "FALSE",
        "articles/10": "Art. 130",
        "prison/title": "Prison No. 4",
        "prison/address": "212011, Mahilioŭ",
        "articles": "FALSE",
        "prison": "FALSE",
    }
    snapshot = read(export(old, columns=columns))
    assert content(snapshot) == content(new)
    assert not snapshot.unknown


def test_no_private_address_gets_through_the_older_layout() -> None:
    snapshot = read(
        export(
            {"id": "1", "prison/title": "home confinement", "prison/address": "220030, Minsk, Zxvulica 5"},
            {"id": "2", "prison/title": "FALSE", "prison/address": "220030, Minsk, Zxvulica 5"},
            columns=OLDER,
        )
    )
    assert [row["facility_place"] for row in parsed(snapshot, "prisoners")] == [None, None]
    assert "Zx" not in everything(snapshot)


def test_columns_in_any_order_with_a_bom_and_without_the_last_three() -> None:
    plain = read(export({"id": "1", "arrested": "2020-01-02"}))
    turned = read(export({"id": "1", "arrested": "2020-01-02"}, columns=COLUMNS[:-3][::-1], bom=True))
    assert content(turned) == content(plain)
    assert not turned.unknown


def test_new_and_missing_columns_are_counted() -> None:
    columns = [column for column in COLUMNS if column != "judge"]
    snapshot = read(export({"id": "1"}, columns=[*columns, "region"]))
    assert snapshot.unknown == {"column region": 1, "column judge is missing": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbf\r\n", "the file is empty"),
        (b'{"error": 1}', "JSON, not CSV"),
        (export({"id": "1"}).replace(b"id,url", b"key,url"), "line 1: no column id"),
        (export({"id": "1"}).replace(b",name,", b",title,"), "line 1: no column name"),
        (export({"id": "1"}).replace(b",status,", b",state,"), "line 1: no column status"),
        (export({"id": "1"}).replace(b",arrested,", b",detained,"), "line 1: no column arrested"),
        (export({"id": "1"}).replace(b",url,", b",name,"), "line 1: no column url"),
        (export({"id": "1"}).replace(b",judge,", b",penalty,"), "line 1: a column appears twice"),
        (export({"id": "1"}, {"id": "2", "prison": "a, b"}).partition(b', b"')[0], "line 3: cut off"),
        (export({"id": "1"}, {"id": "2"})[:-20], "line 3: cut off"),
        (export({"id": "1", "name": "Ŭladzimir"}).replace("Ŭ".encode(), b"\xdd"), "line 2: not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_export_stops_the_source(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message) as error:
        read(data)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("prisoners.en.csv")


def test_the_english_export_is_required_and_a_broken_other_one_stops_too() -> None:
    with pytest.raises(SourceFormatError, match=r"prisoners\.en\.csv: not in the snapshot"):
        parse("by_viasna", "prisoners.by_viasna", {"prisoners.be.csv": io.BytesIO(export())}, {})
    with pytest.raises(SourceFormatError, match=r"prisoners\.ru\.csv: the file is empty"):
        read(export({"id": "1"}), ru=b"")
    with pytest.raises(SourceFormatError, match=r"list\.html: not a file of this source"):
        parse("by_viasna", "prisoners.by_viasna", {"list.html": io.BytesIO(b"")}, {})


def test_an_export_without_records_gives_empty_tables() -> None:
    assert content(read(export())) == {"prisoners": [], "names": [], "charges": []}
