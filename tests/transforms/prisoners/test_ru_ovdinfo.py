"""OVD-Info's answers: what is read of a person's prosecutions, what is withheld, and what stops a file."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import FOLDER, load, samples
from tests.builders import everything, parsed
from transforms.prisoners import ru_ovdinfo
from transforms.reading.declaration import Ignored, read_fields
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

MAIN, RUSSIAN = "persons.en.json", "persons.ru.json"
Json = Any


def answer(*rows: Json, total: Json = None) -> bytes:
    return json.dumps({"total": len(rows) if total is None else total, "data": rows}).encode()


def row(**given: Json) -> dict[str, Json]:
    return {"person_id": "1", "name_en": "Test Person", "persecution_imprisoned": None} | given


def russian(**given: Json) -> dict[str, Json]:
    return {"person_id": "1", "name_ru": "Имя Фамилия", "persecution_imprisoned": None} | given


def read(en: bytes, ru: bytes | None = None) -> ParseResult:
    files = {MAIN: io.BytesIO(en)} | ({RUSSIAN: io.BytesIO(ru)} if ru is not None else {})
    return parse("ru_ovdinfo", "prisoners.ru_ovdinfo", files, {})


def one(*rows: dict[str, Json], ru: bytes | None = None) -> tuple[dict[str, Any], ParseResult]:
    snapshot = read(answer(*rows), ru)
    assert balanced(snapshot)
    (person,) = parsed(snapshot, "prisoners")
    return person, snapshot


def sample(date: str) -> ParseResult:
    folder = samples("ru_ovdinfo") / date
    return read((folder / MAIN).read_bytes(), (folder / RUSSIAN).read_bytes())


def balanced(snapshot: ParseResult) -> bool:
    return all(f.declared == f.parsed + f.quarantined + f.outside for f in snapshot.files.values())


# The samples


@pytest.mark.parametrize("date", sorted(path.name for path in (samples("ru_ovdinfo")).iterdir()))
def test_samples_hold_nothing_unknown(date: str) -> None:
    snapshot = sample(date)
    assert balanced(snapshot) and not snapshot.unknown and not snapshot.quarantine
    assert {row["designation"] for row in parsed(snapshot, "prisoners")} == {ru_ovdinfo.DESIGNATION}


def test_samples_tell_the_story() -> None:
    people = [
        {row["name"]: row for row in parsed(sample(date), "prisoners")}
        for date in ("2024-01-15", "2024-04-01", "2024-09-01")
    ]
    status = {name: [each[name]["status"] for each in people] for name in people[0]}
    assert status["Alexei Gorinov"] == ["detained", "detained", "detained"]
    # Not to be imprisoned any more is no release, where the list does not say so.
    assert status["Vladimir Kara-Murza"] == ["detained", "detained", "unknown"]
    assert status["Oleg Orlov"] == ["unknown", "detained", "unknown"]
    assert status["Konstantin Kotov"] == ["released"] * 3
    orlov = [each["Oleg Orlov"] for each in people]
    assert [each["sentence_kind"] for each in orlov] == ["fine", "colony", "colony"]
    assert [each["sentence_months"] for each in orlov] == [None, 30, 30]
    assert {each["verdict_date"] for each in orlov} == {"2023-10-11"}


def test_a_person_of_the_sample_in_full() -> None:
    snapshot = sample("2024-04-01")
    kara_murza = next(row for row in parsed(snapshot, "prisoners") if row["record_id"] == "ru_ovdinfo:2")
    said = {key: value for key, value in kara_murza.items() if value not in (None, [])}
    assert said == {
        "record_id": "ru_ovdinfo:2",
        "source_id": "ru_ovdinfo",
        "name": "Vladimir Kara-Murza",
        "name_original": "Владимир Кара-Мурза",
        "gender": "male",
        "birth_date": "1981",
        "birth_date_precision": "year",
        "birth_date_raw": "1981",
        "country": "RU",
        "status": "detained",
        "status_raw": "persecution_imprisoned true",
        "recognised": True,
        "designation": "subjected to politically motivated criminal prosecution",
        "verdict_date": "2023-04-17",
        "verdict_date_precision": "day",
        "verdict_date_raw": "2023-04-17",
        "sentence_raw": "25 years in a penal colony",
        "sentence_kind": "colony",
        "sentence_months": 300.0,
        "charges": ["Article 275", "Part 1 of Article 284.1", "Part 2 of Article 207.3"],
        "facility": "ФКУ «ИК № 7 УФСИН России по Омской области»",
        "facility_place": "Омск",
        "facility_country": "RU",
    }
    names = [row for row in parsed(snapshot, "names") if row["record_id"] == "ru_ovdinfo:2"]
    assert [(row["name"], row["kind"], row["script"], row["lang"]) for row in names] == [
        ("Vladimir Kara-Murza", "primary", "Latn", "en"),
        ("Владимир Кара-Мурза", "alias", "Cyrl", "ru"),
    ]
    charges = [row for row in parsed(snapshot, "charges") if row["record_id"] == "ru_ovdinfo:2"]
    assert {(row["code"], row["article"], row["part"]) for row in charges} == {
        ("ru_criminal", "275", None),
        ("ru_criminal", "284.1", "1"),
        ("ru_criminal", "207.3", "2"),
    }


# Several prosecutions of one person


def test_a_person_s_prosecutions_make_one_record() -> None:
    person, snapshot = one(
        row(
            persecution_article_and_part_en=["Part 2 of Article 207.3"],
            first_verdict_date="2022-07-08",
            verdict_imprisonment_term=84,
            persecution_imprisoned=True,
        ),
        row(
            persecution_article_and_part_en=["Part 1 of Article 205.2"],
            first_verdict_date="2024-11-29",
            verdict_imprisonment_term=36,
            persecution_imprisoned=False,
            persecution_ended_year=2024,
        ),
    )
    assert snapshot.files[MAIN].parsed == 2
    assert person["charges"] == ["Part 1 of Article 205.2", "Part 2 of Article 207.3"]
    assert person["verdict_date"] == "2022-07-08"
    assert (person["status"], person["status_raw"]) == (
        "detained",
        "persecution_imprisoned false, persecution_ended_year 2024; persecution_imprisoned true",
    )
    # Which of the terms is to be served is not said.
    assert (person["sentence_kind"], person["sentence_months"]) == ("imprisonment", None)
    assert snapshot.unknown == {"verdict_imprisonment_term: several": 1}


def test_the_same_row_twice_counts_once() -> None:
    _, snapshot = one(row(), row())
    assert (snapshot.files[MAIN].parsed, snapshot.files[MAIN].outside) == (1, 1)


def test_names_of_several_rows_are_all_kept() -> None:
    person, snapshot = one(row(name_en="Sasha Person"), row(name_en="Alexandra Person"))
    assert person["name"] == "Alexandra Person"
    assert {name["name"] for name in parsed(snapshot, "names")} == {"Alexandra Person", "Sasha Person"}


# Status


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([{"persecution_imprisoned": True}], "detained"),
        ([{"persecution_imprisoned": True, "persecution_ended_year": 2023}], "unknown"),
        ([{"persecution_imprisoned": False}], "unknown"),
        ([{"persecution_imprisoned": False, "persecution_ended_year": 2023}], "unknown"),
        ([{"persecution_imprisoned": "true"}], "unknown"),
        ([{"persecution_case_person_state_en": "At large (served his sentence)"}], "released"),
        ([{"persecution_person_state_en": "At large (served her sentence)"}], "released"),
        ([{"persecution_case_person_state_en": "At large"}], "unknown"),
        (
            [
                {
                    "persecution_case_person_state_en": "In the pre-trial detention centre "
                    "(waiting for the transfer)"
                }
            ],
            "detained",
        ),
        ([{"persecution_case_person_state_en": "Died", "persecution_imprisoned": True}], "died"),
        ([{"persecution_case_person_state_en": "At large (served his sentence)"}, {"a": 1}], "unknown"),
        (
            [
                {"persecution_case_person_state_en": "At large (served his sentence)"},
                {"persecution_imprisoned": True},
            ],
            "detained",
        ),
    ],
)
def test_status_is_what_the_rows_say_outright(rows: list[dict[str, Json]], status: str) -> None:
    assert one(*(row(**each) for each in rows))[0]["status"] == status


def test_a_state_not_known_is_counted_and_never_shown() -> None:
    person, snapshot = one(
        row(persecution_case_person_state_en="In a psychiatric hospital", persecution_imprisoned=True)
    )
    assert person["status_raw"] == "persecution_imprisoned true"
    assert snapshot.unknown == {"person_state: words not known": 1}
    assert "psych" not in everything(snapshot)


# Sentences, dates, gender


@pytest.mark.parametrize(
    ("term", "essence", "months", "kind", "raw"),
    [
        (84, None, 84, "imprisonment", "84"),
        (83.5, None, 83.5, "imprisonment", "83.5"),
        ("84", None, 84, "imprisonment", "84"),
        (84, "7 years in a penal colony", 84, "colony", "7 years in a penal colony"),
        (None, "7 years in a penal colony", 84, "colony", "7 years in a penal colony"),
        (None, "Fine of 150,000 rubles", None, "fine", "Fine of 150,000 rubles"),
        (30, "Fine of 150,000 rubles", 30, "imprisonment", "Fine of 150,000 rubles"),
        (99_999, None, None, "life", "99999"),
        (99_999, "Life imprisonment", None, "life", "Life imprisonment"),
        (0, None, None, None, "0"),
        (None, None, None, None, None),
    ],
)
def test_sentences(term: Json, essence: Json, months: float | None, kind: str | None, raw: str) -> None:
    person, snapshot = one(row(verdict_imprisonment_term=term, verdict_essence_en=essence))
    assert (person["sentence_months"], person["sentence_kind"], person["sentence_raw"]) == (months, kind, raw)
    assert not snapshot.unknown


@pytest.mark.parametrize("term", [-5, 5_000, 1e22, "soon", 10**300])
def test_terms_that_are_none_are_counted(term: Json) -> None:
    person, snapshot = one(row(verdict_imprisonment_term=term))
    assert (person["sentence_months"], person["sentence_kind"]) == (None, None)
    assert snapshot.unknown == {"verdict_imprisonment_term: no term": 1}


def test_a_number_beyond_all_numbers_is_no_term() -> None:
    snapshot = read(answer(row(verdict_imprisonment_term=777)).replace(b"777", b"1e400"))
    assert parsed(snapshot, "prisoners")[0]["sentence_months"] is None
    assert snapshot.unknown == {"verdict_imprisonment_term: no term": 1}


def test_words_of_no_sentence_leave_the_number() -> None:
    person, snapshot = one(row(verdict_imprisonment_term=84, verdict_essence_en="held with his brother"))
    assert (person["sentence_months"], person["sentence_raw"]) == (84, "84")
    assert "brother" not in everything(snapshot)
    assert snapshot.unknown == {"verdict_essence: form not known": 1}


def test_an_order_of_treatment_is_withheld() -> None:
    person, snapshot = one(
        row(verdict_essence_en="Compulsory psychiatric treatment", verdict_imprisonment_term=12)
    )
    assert (person["sentence_raw"], person["sentence_months"]) == (None, 12)
    assert "psych" not in everything(snapshot).lower()
    assert snapshot.unknown == {"verdict_essence: withheld, it tells of health": 1}


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("2022-07-08", "2022-07-08", "day"),
        ("2022-07-08T00:00:00.000Z", "2022-07-08", "day"),
        ("2022-07", "2022-07", "month"),
        ("2022", "2022", "year"),
        ("2022-07-07T21:00:00.000Z", None, None),  # the 8th in Moscow
        ("2022-02-30", None, None),
        ("8 July 2022", "2022-07-08", "day"),
        ("08.07.2022", "2022-07-08", "day"),
        ("08/07/2022", "2022", "year"),  # no other date says which of the two is the month
    ],
)
def test_verdict_dates(text: str, date: str | None, precision: str | None) -> None:
    person, snapshot = one(row(first_verdict_date=text))
    assert [person[f"verdict_date{part}"] for part in ("", "_precision", "_raw")] == [date, precision, text]
    assert bool(snapshot.unknown) is (date is None)


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (1981, "1981"),
        ("1981", "1981"),
        ("1981-01-01T00:00:00.000Z", "1981"),  # the field's name says no more
        (19811, None),
        ("unknown", None),
    ],
)
def test_years_of_birth_are_years(value: Json, year: str | None) -> None:
    person, snapshot = one(row(birth_year=value))
    assert (person["birth_date"], person["birth_date_precision"]) == (year, "year" if year else None)
    assert bool(snapshot.unknown) is (year is None)


@pytest.mark.parametrize(
    ("words", "gender", "known"),
    [
        ({"gender_en": "male"}, "male", True),
        ({"gender_en": "Female"}, "female", True),
        ({"gender_en": ["female"]}, "female", True),
        ({"gender_en": None}, None, True),
        ({"gender_en": "m"}, None, False),
    ],
)
def test_genders(words: dict[str, Json], gender: str | None, known: bool) -> None:
    person, snapshot = one(row(**words))
    assert person["gender"] == gender
    assert bool(snapshot.unknown) is not known


def test_russian_words_stand_in_where_english_has_none() -> None:
    ru = answer(
        russian(
            gender_ru="женский",
            persecution_articles_criminal_code_ru=["ч. 1 ст. 280.3 УК РФ"],
            verdict_essence_ru="6 лет колонии общего режима",
        )
    )
    person, snapshot = one(row(gender_en=None), ru=ru)
    assert (person["gender"], person["charges"]) == ("female", ["ч. 1 ст. 280.3 УК РФ"])
    assert (person["sentence_months"], person["sentence_kind"]) == (72, "colony")
    assert not snapshot.unknown


# Institutions

SIZO = (
    "ФКУ СИЗО-1 УФСИН России по Республике Крым и г. Севастополь | Оккупированная территория Республики Крым"
)
COLONY = "Омск | ФКУ «ИК № 6 УФСИН России по Омской области»"


def test_institutions_are_read_in_russian_first() -> None:
    english = (
        'Federal Governmental Institution "Penal colony no. 6 of the Penitentiary Directorate of Omsk region"'
    )
    ru = answer(russian(penal_facility_ru=[COLONY]))
    person, snapshot = one(row(penal_facility_en=[english]), ru=ru)
    assert (person["facility_place"], person["facility_country"]) == ("Омск", "RU")
    assert not snapshot.unknown


def test_where_somebody_is_imprisoned_comes_before_where_they_were() -> None:
    ru = answer(
        russian(detention_center_ru=[SIZO], penal_facility_ru=[COLONY], imprisonment_location_ru=SIZO)
    )
    person, _ = one(row(), ru=ru)
    assert person["facility"] == "ФКУ СИЗО-1 УФСИН России по Республике Крым и г. Севастополь"
    assert person["facility_country"] == "UA"


def test_of_several_institutions_none_is_the_last() -> None:
    person, snapshot = one(row(), ru=answer(russian(penal_facility_ru=[COLONY, COLONY.replace("6", "7")])))
    assert (person["facility"], person["facility_country"]) == (None, None)
    assert snapshot.unknown == {"penal_facility: several institutions": 1}


def test_every_real_prison_is_read_and_every_hospital_withheld(shared_data: Path) -> None:
    text = (shared_data / "ru_ovdinfo_prisons/2025-05-01/prisons_ovd.csv").read_text("utf-8")
    places = [line.split('"')[1] for line in text.splitlines()[1:] if line.count('"') >= 2]
    rows = [russian(person_id=str(at), penal_facility_ru=[place]) for at, place in enumerate(places)]
    mains = [row(person_id=str(at)) for at in range(len(places))]
    people = parsed(read(answer(*mains), answer(*rows)), "prisoners")
    assert sum(person["facility"] is not None for person in people) > 0.9 * len(places) > 400
    assert not any("психиатр" in (person["facility"] or "") for person in people)
    assert not any("ул." in (person["facility"] or "") for person in people)


# What must not get out


def test_withheld_fields_reach_nothing() -> None:
    withheld = load(FOLDER / "ru_ovdinfo/source.yml").withheld
    assert withheld.keys() == ru_ovdinfo.WITHHELD_FIELDS
    secret = {f"{field}{end}": "Zxsecret" for field in withheld for end in ("", "_en", "_ru")}
    good, nameless = row() | secret, row(person_id="2", name_en="") | secret
    snapshot = read(answer(good, nameless, "Zxsecret"), answer(russian(person_id="9") | secret))
    assert len(snapshot.quarantine) == 3
    assert all(entry["raw"] is None for entry in snapshot.quarantine)
    assert "Zxsecret" not in everything(snapshot)
    assert not snapshot.unknown


def test_what_is_passed_over_reaches_nothing() -> None:
    values = {
        f"{field}_en": "Zxsecret" for field, rule in ru_ovdinfo.FIELDS.items() if isinstance(rule, Ignored)
    }
    _, snapshot = one(row(**values))
    assert "Zxsecret" not in everything(snapshot) and not snapshot.unknown


# Rows and files that cannot be read


def test_rows_that_cannot_be_told_apart_go_to_quarantine() -> None:
    snapshot = read(
        answer(row(), None, row(person_id=None), row(person_id="2", name_en=" "), [1], row(person_id={})),
        answer(russian(), russian(person_id="9")),
    )
    assert balanced(snapshot)
    assert sorted((q["file"], q["locator"], q["reason"]) for q in snapshot.quarantine) == [
        (MAIN, "data[1]", "not an object"),
        (MAIN, "data[2]", "no person_id"),
        (MAIN, "data[3]", "no name"),
        (MAIN, "data[4]", "not an object"),
        (MAIN, "data[5]", "no person_id"),
        (RUSSIAN, "data[1]", "person_id is not in persons.en.json"),
    ]


def test_a_name_only_in_russian_is_the_name() -> None:
    person, snapshot = one(row(name_en=None), ru=answer(russian()))
    assert (person["name"], person["name_original"]) == ("Имя Фамилия", "Имя Фамилия")
    assert [name["lang"] for name in parsed(snapshot, "names")] == ["ru"]


def test_fields_not_known_are_counted_by_name() -> None:
    _, snapshot = one(row(mood_en="x", mood="y") | {"a name: Somebody": 1})
    assert snapshot.unknown == {"field mood": 1, "field with a name that is none": 1}


def test_more_rows_than_the_total_are_read_and_said() -> None:
    snapshot = read(answer(row(), row(person_id="2"), total=1))
    assert snapshot.files[MAIN].declared == snapshot.files[MAIN].parsed == 2
    assert snapshot.unknown == {"total: less than the rows": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"detail": "Too Many Requests"}', "no list data"),
        (b"[]", "no list data"),
        (b'{"data": []}', "no number total"),
        (b'{"total": true, "data": []}', "no number total"),
        (answer(row(), total=2), "not whole: 1 rows, and total says 2"),
        (answer(row(), row(person_id="2"))[:-30], "not JSON"),
        (answer({"id": "1"}), "no row has name, persecution_imprisoned, person_id"),
        (answer({"person_id": "1", "name_ru": "Имя"}), "no row has name, persecution_imprisoned"),
        (answer(row(name_en="Имя")).replace(b"Test", b"\xdd") + b"\xdd", "not UTF-8"),
        (b'{"total": NaN, "data": []}', "no number"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_a_file_that_is_no_such_answer_stops_the_source(data: bytes, message: str) -> None:
    for files in ((data, None), (answer(row()), data.replace(b"name_ru", b"name_en"))):
        with pytest.raises(SourceFormatError, match=message) as error:
            read(*files)
        assert "\n" not in str(error.value)


def test_the_english_answer_is_required() -> None:
    with pytest.raises(SourceFormatError, match=r"persons\.en\.json: not in the snapshot"):
        parse("ru_ovdinfo", "prisoners.ru_ovdinfo", {RUSSIAN: io.BytesIO(answer())}, {})
    with pytest.raises(SourceFormatError, match=r"list\.html: not a file of this source"):
        parse("ru_ovdinfo", "prisoners.ru_ovdinfo", {"list.html": io.BytesIO(b"")}, {})


def test_an_answer_without_rows_gives_empty_tables() -> None:
    tables = read(answer()).arrow()
    assert {name: table.num_rows for name, table in tables.items()} == {
        "prisoners": 0,
        "names": 0,
        "charges": 0,
    }


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted(f"{field}{end}" for field in read_fields(ru_ovdinfo.FIELDS) for end in ("", "_en", "_ru"))
ROWS = st.lists(
    st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), ANY, max_size=8) | ANY, max_size=4
)


def _any(rows: Json) -> bytes:
    return json.dumps({"total": len(rows), "data": [row(), *rows]}).encode()


@settings(max_examples=80, deadline=None)
@given(ROWS.map(_any) | st.binary(max_size=60), ROWS.map(_any))
def test_anything_ends_in_a_snapshot_that_adds_up_or_in_one_error(en: bytes, ru: bytes) -> None:
    try:
        snapshot = read(en, ru)
    except SourceFormatError as error:
        assert "\n" not in str(error)
    else:
        assert balanced(snapshot)
        snapshot.arrow()
