"""Viasna's CSV exports: what is read, what is withheld, and what stops a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.registry import FOLDER, SAMPLES, load
from tests.builders import content
from transforms import sentences
from transforms.snapshot import Snapshot, SourceFormatError, parse

COLUMNS = (SAMPLES / "by_viasna/2025-12-15/prisoners.en.csv").read_text("utf-8").partition("\n")[0].split(",")
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


def read(en: bytes, **others: bytes) -> Snapshot:
    files = {"en": en} | others
    return parse(
        "by_viasna",
        "viasna_csv",
        {f"prisoners.{lang}.csv": io.BytesIO(data) for lang, data in files.items()},
        {},
    )


def one(**values: str) -> tuple[dict[str, Any], Snapshot]:
    snapshot = read(export({"id": "1"} | values))
    return snapshot.arrow()["prisoners"].to_pylist()[0], snapshot


def sample(date: str) -> Snapshot:
    paths = sorted((SAMPLES / "by_viasna" / date).iterdir())
    return parse("by_viasna", "viasna_csv", {p.name: io.BytesIO(p.read_bytes()) for p in paths}, {})


def balanced(snapshot: Snapshot) -> bool:
    return all(f.declared == f.parsed + f.quarantined + f.outside for f in snapshot.files.values())


# The real export of early 2023


@pytest.fixture
def real(shared_data: Path) -> Snapshot:
    return read((shared_data / "by_viasna/2023-03-01/prisoners.en.csv").read_bytes())


def test_real_export_publishes_the_designated_alone(real: Snapshot) -> None:
    report = real.files["prisoners.en.csv"]
    assert (report.declared, report.parsed, report.quarantined, report.outside) == (43, 15, 0, 28)
    assert not real.unknown
    rows = real.arrow()["prisoners"].to_pylist()
    assert {row["status_raw"] for row in rows} == {"active", "former"}
    assert [sum(row["status"] == s for row in rows) for s in ("detained", "released", "unknown")] == [6, 6, 3]


def test_real_records_hold_what_the_export_says(real: Snapshot, shared_data: Path) -> None:
    text = (shared_data / "by_viasna/2023-03-01/prisoners.en.csv").read_text("utf-8")
    said_of = {f"by_viasna:{row['id']}": row for row in csv.DictReader(io.StringIO(text))}
    dates = {"birth_date": "birthday", "arrest_date": "arrested", "verdict_date": "verdict_date"}
    rows = real.arrow()["prisoners"].to_pylist()
    for row in rows:
        theirs = said_of[row["record_id"]]
        for ours, column in (dates | {"release_date": "release_date", "death_date": "died"}).items():
            given = theirs[column] or None
            assert [row[f"{ours}{part}"] for part in _PARTS] == [given, "day" if given else None, given]
        assert (row["name"], row["gender"], row["case_url"]) == (
            theirs["name"],
            theirs["gender"],
            theirs["url"],
        )
        assert row["sentence_raw"] == (theirs["decision"] or None)
        assert row["charges"] == sorted(filter(None, theirs["articles"].split("; ")))
        assert row["facility"] == (theirs["prison"].partition(",")[0] or None)
    assert sorted({row["sentence_months"] for row in rows} - {None}) == [18, 24, 30, 36, 48, 54, 72, 156]
    assert {row["facility"] for row in rows} == {
        None,
        "Open correctional facility No. 55",
        "Penal colony No. 1",
        "Penal colony No. 15",
        "Pre-trial detention center No. 1",
        "Prison No. 4",
    }


def test_nothing_withheld_in_the_real_export_comes_out(real: Snapshot, shared_data: Path) -> None:
    text = (shared_data / "by_viasna/2023-03-01/prisoners.en.csv").read_text("utf-8")
    out = said(real)
    for row in csv.DictReader(io.StringIO(text)):
        for column in load(FOLDER / "by_viasna.yml").withheld:
            assert row[column] in ("", "FALSE") or row[column] not in out
        address = row["prison"].partition(", ")[2]
        assert not address or address not in out


# The samples


def test_sample_joins_three_languages() -> None:
    snapshot = sample("2025-09-12")
    assert balanced(snapshot) and not snapshot.unknown and not snapshot.quarantine
    names = snapshot.arrow()["names"].to_pylist()
    losik = [row for row in names if row["record_id"] == "by_viasna:3"]
    assert [(r["name"], r["kind"], r["script"], r["lang"]) for r in losik] == [
        ("Ihar Losik", "primary", "Latn", "en"),
        ("Ігар Лосік", "alias", "Cyrl", "be"),
        ("Игорь Лосик", "alias", "Cyrl", "ru"),
    ]


def test_samples_tell_the_story() -> None:
    status = {
        date: {row["name"]: row["status"] for row in sample(date).arrow()["prisoners"].to_pylist()}
        for date in ("2024-10-01", "2025-09-12", "2025-12-15")
    }
    assert [status[d]["Ihar Losik"] for d in sorted(status)] == ["detained", "released", "released"]
    assert [status[d]["Ales Bialiatski"] for d in sorted(status)] == ["detained", "detained", "released"]
    assert [status[d].get("Ihar Ilyash") for d in sorted(status)] == [None, "detained", "detained"]
    assert {s["Vitold Ashurak"] for s in status.values()} == {"died"}
    assert {s["Mikola Statkevich"] for s in status.values()} == {"detained"}


# Status, dates and sentences


@pytest.mark.parametrize(
    ("values", "status", "recognised"),
    [
        ({"status": "active"}, "detained", True),
        ({"status": "active", "release_date": "2031-01-01"}, "detained", True),
        ({"status": "former", "release_date": "2022-11-30"}, "released", True),
        ({"status": "former"}, "unknown", True),
        ({"status": "former", "release_date": "soon"}, "unknown", True),
        ({"status": "former", "release_date": "2021-01-01", "died": "2021-05-21"}, "died", True),
        ({"status": "active", "died": "TRUE"}, "died", True),
        ({"status": "active", "died": "FALSE"}, "detained", True),
        ({"status": "active", "died": "no"}, "detained", True),
        ({"status": "candidate", "release_date": "2021-01-01"}, "unknown", False),
    ],
)
def test_status_is_what_the_record_says_outright(
    values: dict[str, str], status: str, recognised: bool
) -> None:
    row, _ = one(**values)
    assert (row["status"], row["recognised"]) == (status, recognised)


def test_a_status_of_no_known_kind_is_counted() -> None:
    assert one(status="candidate")[1].unknown["status: not known"] == 1


def test_partial_and_impossible_dates() -> None:
    row, snapshot = one(birthday="1980-05", arrested="2021-02-30", verdict_date="FALSE")
    assert [row[f"birth_date{part}"] for part in _PARTS] == ["1980-05", "month", "1980-05"]
    assert [row[f"arrest_date{part}"] for part in _PARTS] == [None, None, "2021-02-30"]
    assert [row[f"verdict_date{part}"] for part in _PARTS] == [None, None, None]
    assert snapshot.unknown == {"arrested: not a date": 1}


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("6 years", 72),
        ("2 1/2 years", 30),
        ("1/2 years", None),
        ("1 year", 12),
        ("19 months", 19),
        ("1 year 6 months", 18),
        ("8 years and 3 months", 99),
        ("1.5 years", 18),
        ("500 base value", None),
        ("5.100 Belarusian rubles", None),
        ("", None),
        ("15 days", None),
        ("years", None),
    ],
)
def test_sentence_terms(text: str, months: float | None) -> None:
    assert sentences.read(text).months == months


@pytest.mark.parametrize(
    ("text", "understood"),
    [("", True), ("500 base value", True), ("15 days", False), ("and", False), ("6 years of joy", False)],
)
def test_sentence_forms_not_known_are_said_so(text: str, understood: bool) -> None:
    assert sentences.read(text).understood is understood
    _, snapshot = one(decision=text)
    assert snapshot.unknown["decision: form not known"] == (0 if understood else 1)


@given(st.integers(0, 99), st.integers(0, 99))
def test_years_and_months_add_up(years: int, months: int) -> None:
    assert sentences.read(f"{years} years {months} months").months == years * 12 + months


# Charges


def test_charges_are_split_at_articles_only() -> None:
    row, snapshot = one(
        articles="Art. 407: Disclosure of data; of any kind; Part 1 of Article 13 and Article 293 — Riots, "
        "or their preparation, Part 2 of Art. 293; Part 2 of Art. 293"
    )
    assert row["charges"] == [
        "Art. 407: Disclosure of data; of any kind",
        "Part 1 of Article 13 and Article 293 — Riots, or their preparation",
        "Part 2 of Art. 293",
    ]
    assert not snapshot.unknown


def test_the_order_of_charges_does_not_matter() -> None:
    first, _ = one(articles="Art. 130; Art. 342")
    second, _ = one(articles="Art. 342; Art. 130")
    assert first == second


def test_charges_without_an_article_are_counted() -> None:
    assert one(articles="Riots")[1].unknown == {"articles: no article named": 1}


# What must not get out


def said(snapshot: Snapshot) -> str:
    """All a snapshot says, wherever it says it."""
    tables = "\n".join(str(table.to_pylist()) for table in snapshot.arrow().values())
    return "\n".join((tables, str(snapshot.quarantine), str(snapshot.unknown)))


@pytest.mark.parametrize(
    ("prison", "facility"),
    [
        ("Penal colony No. 1, 211440, Navapolack, vulica Techničnaya 8", "Penal colony No. 1"),
        ("Open correctional facility No. 48, 213765, Asipovičy", "Open correctional facility No. 48"),
        ("Prison No. 4", "Prison No. 4"),
        ("Prison No. 4 212011 Mahilioŭ", "Prison No. 4"),
        ("Penal colony No. 220030", None),
        ("Released awaiting the commencement of the sentence", None),
        ("home confinement, Minsk, vulica Niamiha 5", None),
        ("vulica Valadarskaha 2", None),
        ("Minsk, Prison No. 4", None),
    ],
)
def test_facility_is_an_institution_without_its_address(prison: str, facility: str | None) -> None:
    assert one(prison=prison)[0]["facility"] == facility


def test_a_place_that_is_no_known_institution_is_counted_without_its_text() -> None:
    _, snapshot = one(prison="vulica Valadarskaha 2")
    assert snapshot.unknown == {"prison: no institution we know": 1}
    assert "Valadarskaha" not in said(snapshot)


SECRET = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20).map(
    lambda t: f"Zx{t}qZ"
)


@given(
    secret=SECRET, lead=st.sampled_from(["", "Prison No. 8, ", "Penal colony No. 2 ", "home, ", "Released "])
)
def test_no_address_gets_through_prison(secret: str, lead: str) -> None:
    assert "Zx" not in said(one(prison=lead + secret)[1])


@given(secret=SECRET)
def test_withheld_columns_reach_nothing(secret: str) -> None:
    withheld = load(FOLDER / "by_viasna.yml").withheld
    assert withheld.keys() >= {"photo", "description", "judge", "councel"}
    values = dict.fromkeys(withheld, secret)
    # A good record, a repeated id and a record without a status: tables and quarantine alike.
    snapshot = read(export({"id": "1"} | values, {"id": "1"} | values, {"id": "2", "status": ""} | values))
    assert len(snapshot.quarantine) == 2
    assert "Zx" not in said(snapshot)
    assert all(row["raw"] is None for row in snapshot.quarantine)


def test_an_order_of_treatment_is_withheld() -> None:
    row, snapshot = one(decision="compulsory psychiatric treatment")
    assert row["sentence_raw"] is None
    assert "psychiatric" not in said(snapshot)
    assert snapshot.unknown.total() == 1


def test_people_not_designated_are_left_out_in_every_language() -> None:
    np = {"id": "7", "name": "SYNTHETIC NOT DESIGNATED", "status": "np"}
    shown = {"id": "1"}
    # id 7 is `np` in English and `active` in Belarusian; id 1 is `np` in Russian.
    snapshot = read(
        export(np, shown),
        be=export(np | {"status": "active"}, shown | {"name": "Імя"}),
        ru=export(np, shown | {"name": "SYNTHETIC NP IN RUSSIAN", "status": "np"}),
    )
    assert "SYNTHETIC" not in said(snapshot)
    assert [snapshot.files[f"prisoners.{lang}.csv"].outside for lang in ("en", "be", "ru")] == [1, 1, 2]
    assert snapshot.arrow()["prisoners"]["name_original"].to_pylist() == ["Імя"]
    assert balanced(snapshot)


# Records and files that cannot be read


def test_records_that_cannot_be_told_apart_go_to_quarantine() -> None:
    good = export(
        {"id": "1"}, {"id": ""}, {"id": "1"}, {"id": "3", "name": "FALSE"}, {"id": "4", "status": ""}
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
        (b"", "empty file"),
        (b"\xef\xbb\xbf\r\n", "empty file"),
        (b"<!DOCTYPE html><html><body>403</body></html>", "starts with '<'"),
        (b'{"error": 1}', "starts with '{'"),
        (export({"id": "1"}).replace(b"id,url", b"key,url"), "line 1: no column id"),
        (export({"id": "1"}).replace(b",name,", b",title,"), "line 1: no column name"),
        (export({"id": "1"}).replace(b",status,", b",state,"), "line 1: no column status"),
        (export({"id": "1"}).replace(b",arrested,", b",detained,"), "line 1: no column arrested"),
        (export({"id": "1"}).replace(b",url,", b",name,"), "line 1: no column url"),
        (export({"id": "1"}).replace(b",judge,", b",penalty,"), "line 1: a column appears twice"),
        (export({"id": "1"}, {"id": "2", "prison": "a, b"}).partition(b', b"')[0], "line 3: unexpected end"),
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
        parse("by_viasna", "viasna_csv", {"prisoners.be.csv": io.BytesIO(export())}, {})
    with pytest.raises(SourceFormatError, match=r"prisoners\.ru\.csv: empty file"):
        read(export({"id": "1"}), ru=b"")
    with pytest.raises(SourceFormatError, match=r"list\.html: not a file of this source"):
        parse("by_viasna", "viasna_csv", {"list.html": io.BytesIO(b"")}, {})


def test_an_export_without_records_gives_empty_tables() -> None:
    tables = read(export()).arrow()
    assert tables["prisoners"].num_rows == tables["names"].num_rows == 0


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: export() + t.encode("utf-8", "replace")))
def test_any_bytes_end_in_a_snapshot_that_adds_up_or_in_one_error(data: bytes) -> None:
    try:
        snapshot = read(data)
    except SourceFormatError as error:
        assert "\n" not in str(error)
    else:
        assert balanced(snapshot)
