"""What all prisoner lists share: no words of a field come out that are not understood as what it is for."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import FOLDER, load, samples
from tests.builders import everything, parsed
from transforms.fields.dates import PartialDate
from transforms.fields.record_parts import Name
from transforms.prisoners import cn_cecc, prisoner
from transforms.prisoners.prisoner import Prisoner
from transforms.prisoners.vocabulary import date_words
from transforms.reading.parse_result import ParseResult, parse

# Each list's own form: a file with one record whose fields are given, and one of another person.
_VIASNA = (
    (samples("by_viasna") / "2025-12-15/prisoners.en.csv").read_text("utf-8").partition("\n")[0].split(",")
)
_CPPC = ["Name", "Gender", "Date of Birth", "Date of Death", "Place", "Sentence", "Source"]
_CECC = list(cn_cecc.FIELDS)
_CECC_ORDER = [
    "CECC Record Number",
    "Detention Date",
    "Main Name",
    "Chinese characters",
    "Pinyin Name",
    "Alternate Name (lay or pen)",
    "Additional Name(s)",
    "Name Native Characters (non-Chinese)",
    "Name Transliteration (non-Chinese)",
    "Short Summary",
    "Sex",
    "Date of Birth",
    "Origin",
    "Residence",
    "Occupation",
    "Affiliation",
    "Ethnic Group",
    "Religion",
    "Family",
    "Sentence Length Years",
    "Months",
    "Days",
    "Expected Release Date",
    "Actual Release Date",
    "Current or Last Detention Facility",
    "Formal Arrest Date",
    "Sentence Details",
    "Legal Advisor",
    "Official End Date of Sentence",
    "Detention Status",
    "Issues",
    "Detention Timeline",
]
_MEMORIAL = load(FOLDER / "ru_memorial/source.yml")
_POLITICAL = next(iter(_MEMORIAL.options["lists"]))


def table(columns: list[str], *rows: dict[str, str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def viasna(**fields: str) -> ParseResult:
    plain = {"id": "7", "name": "Test Person", "status": "active"}
    data = table(_VIASNA, plain | fields, plain | {"id": "8"})
    return parse("by_viasna", "prisoners.by_viasna", {"prisoners.en.csv": io.BytesIO(data)}, {})


def cppc(**fields: str) -> ParseResult:
    plain = {"Name": "某人", "Source": "https://list.example/7.html"}
    data = table(_CPPC, plain | fields, plain | {"Source": "https://list.example/8.html"})
    return parse("cn_cppc", "prisoners.cn_cppc", {"list.csv": io.BytesIO(data)}, {})


def cecc(**fields: str) -> ParseResult:
    plain = {"CECC Record Number": "2008-00007", "Main Name": "Test Person"}
    data = table(_CECC, plain | fields, plain | {"CECC Record Number": "2008-00008"})
    return parse("cn_cecc", "prisoners.cn_cecc", {"export.csv": io.BytesIO(data)}, {})


def cpj(**fields: Any) -> ParseResult:
    plain = {"personId": 7, "fullName": "Test Person", "status": "Imprisoned", "type": "Journalist"}
    plain |= {"country": "Belarus", "year": 2024}
    data = json.dumps({"data": [plain | fields, plain | {"personId": 8}]}).encode()
    return parse("global_cpj", "prisoners.global_cpj", {"entries-1.json": io.BytesIO(data)}, {})


def ovdinfo(**fields: Any) -> ParseResult:
    plain = {"person_id": "7", "name_en": "Test Person", "persecution_imprisoned": True}
    data = json.dumps({"total": 2, "data": [plain | fields, plain | {"person_id": "8"}]}).encode()
    return parse("ru_ovdinfo", "prisoners.ru_ovdinfo", {"persons.en.json": io.BytesIO(data)}, {})


def memorial(**fields: Any) -> ParseResult:
    plain = {
        "id": 7,
        "status": "publish",
        "link": "https://memopzk.org/figurant/7/",
        "title": {"rendered": "Фамилия Имя"},
        "class_list": [f"list-persecuted-{_POLITICAL}", "stage-smert"],
    }
    cards = [plain | fields, plain | {"id": 8}]
    files = {"figurants-1.json": json.dumps(cards), f"{_POLITICAL}.csv": "ФИО;Ссылка\n"}
    streams = {name: io.BytesIO(text.encode()) for name, text in files.items()}
    return parse("ru_memorial", _MEMORIAL.parser, streams, _MEMORIAL.options)


def defenders(**fields: str) -> ParseResult:
    def page(labels: dict[str, str]) -> io.BytesIO:
        body = "".join(f"<p><b>{label}:</b> {text}</p>" for label, text in labels.items())
        return io.BytesIO(f"<html><body><h1>Test Persona</h1>{body}</body></html>".encode())

    plain = {"Condena": "5 años"}
    pages = {"seven.html": page(plain | fields), "eight.html": page(plain)}
    return parse("cu_prisonersdefenders", "prisoners.cu_prisonersdefenders", pages, {})


LISTS: dict[str, tuple[Callable[..., ParseResult], str]] = {
    "by_viasna": (viasna, "7"),
    "cn_cppc": (cppc, ""),
    "cn_cecc": (cecc, "2008-00007"),
    "global_cpj": (cpj, "7"),
    "ru_ovdinfo": (ovdinfo, "7"),
    "ru_memorial": (memorial, "7"),
    "cu_prisonersdefenders": (defenders, "seven"),
}

# By list the fields that are read, but for names and keys, and what can stand at their beginning.
_DATE = ("", "12.03.2021 ", "2021-03-12, ", "March 2021 (")
_TERM = ("", "5 years ", "3 года колонии, ", "life; ")
_PRISON = ("", "Prison No. 8 ", "Prison No. 8, ", "Тюрьма № 8 (", "home, ")
_WORD = ("", "active ", "former, ")
FIELDS: list[tuple[str, str, tuple[str, ...]]] = [
    *(
        ("by_viasna", each, _DATE)
        for each in ("birthday", "arrested", "verdict_date", "release_date", "died")
    ),
    *(("by_viasna", each, _TERM) for each in ("decision", "penalty")),
    ("by_viasna", "prison", _PRISON),
    ("by_viasna", "articles", ("", "Art. 130; ", "his brother: ", "Art. 130 (his brother ")),
    ("by_viasna", "gender", ("", "male ")),
    ("by_viasna", "status", _WORD),
    ("by_viasna", "url", ("", "https://prisoners.spring96.org/en/person/a ", "https://example.org/")),
    ("by_viasna", "name", ("Test Person (", "Test Person, ")),
    ("by_viasna", "id", ("", "7 ")),
    *(("cn_cppc", each, _DATE) for each in ("Date of Birth", "Date of Death")),
    ("cn_cppc", "Sentence", (*_DATE, *_TERM, "detention ")),
    ("cn_cppc", "Gender", ("", "male ")),
    ("cn_cppc", "Source", ("", "https://list.example/7.html ")),
    ("cn_cppc", "Name", ("某人 (", "某人，")),
    *(("cn_cecc", each, _DATE) for each in cn_cecc._DATES),
    *(("cn_cecc", each, ("", "5 ", "life ")) for each in ("Sentence Length Years", "Months", "Days")),
    ("cn_cecc", "Detention Status", ("", "DET ", "REL, ")),
    ("cn_cecc", "Current or Last Detention Facility", _PRISON),
    ("cn_cecc", "Sex", ("", "M ")),
    ("cn_cecc", "Main Name", ("Test Person (", "Test Person, ")),
    ("cn_cecc", "Additional Name(s)", ("Other Person (", "Other Person, ")),
    ("cn_cecc", "CECC Record Number", ("", "2008-00007 ")),
    ("global_cpj", "startDisplay", _DATE),
    ("global_cpj", "charges", ("", "Anti-State, ", "Anti-State ")),
    ("global_cpj", "type", ("", "Journalist ")),
    ("global_cpj", "country", ("", "Belarus ")),
    ("global_cpj", "status", ("", "Imprisoned ")),
    ("global_cpj", "mtpage", ("", "https://cpj.org/data/people/a ")),
    ("global_cpj", "year", ("", "2024 ")),
    ("global_cpj", "fullName", ("Test Person (", "Test Person, ")),
    ("ru_ovdinfo", "first_verdict_date", _DATE),
    ("ru_ovdinfo", "verdict_essence_en", _TERM),
    ("ru_ovdinfo", "verdict_imprisonment_term", ("", "84 ")),
    ("ru_ovdinfo", "persecution_article_and_part_en", ("", "Article 275; ", "Article 275 (his brother ")),
    ("ru_ovdinfo", "persecution_case_person_state_en", ("", "At large (served his sentence) ")),
    ("ru_ovdinfo", "persecution_ended_year", ("", "2024 ")),
    ("ru_ovdinfo", "penal_facility_en", _PRISON),
    ("ru_ovdinfo", "birth_year", ("", "1980 ")),
    ("ru_ovdinfo", "gender_en", ("", "male ")),
    ("ru_ovdinfo", "name_en", ("Test Person (", "Test Person, ")),
    ("ru_ovdinfo", "person_id", ("", "7 ")),
    ("ru_memorial", "status", ("", "publish ")),
    ("ru_memorial", "link", ("", "https://memopzk.org/figurant/7/ ")),
    ("ru_memorial", "title", ("Фамилия Имя (", "Фамилия Имя, ")),
    ("ru_memorial", "id", ("", "7 ")),
    *(("cu_prisonersdefenders", each, _DATE) for each in ("Fecha de detención", "Fecha de nacimiento")),
    ("cu_prisonersdefenders", "Condena", ("", "5 años ", "Prisión Provisional ", "5 ")),
    ("cu_prisonersdefenders", "Prisión", ("", "Prisión Boniato con ", "Libertad condicional ")),
    ("cu_prisonersdefenders", "Estado penal", ("", "En libertad ", "Licencia extrapenal por ")),
    ("cu_prisonersdefenders", "Tipo de delito", ("", "Desacato, ", "Desacato ")),
    ("cu_prisonersdefenders", "Tribunal", ("", "Tribunal Provincial de Granma, ", "Tribunal Provincial ")),
    ("cu_prisonersdefenders", "Sexo", ("", "Hombre ")),
    ("cu_prisonersdefenders", "Categoría", ("", "Preso político ")),
]
LETTERS = st.sampled_from(["abcdefghijklmnopqrstuvwxyz", "абвгдежзіклмнопрстуў"])
WORDS = st.lists(
    LETTERS.flatmap(lambda letters: st.text(letters, min_size=1, max_size=9)), min_size=1, max_size=4
)


@settings(max_examples=8, deadline=None)
@given(words=WORDS)
@pytest.mark.parametrize(("source", "field", "leads"), FIELDS, ids=[f"{s}: {f}" for s, f, _ in FIELDS])
def test_words_left_over_come_out_nowhere(
    source: str, field: str, leads: tuple[str, ...], words: list[str]
) -> None:
    make, _ = LISTS[source]
    secret = " ".join(f"zx{word}qz" for word in words)
    for lead in leads:
        snapshot = make(**{field: lead + secret})
        snapshot.arrow()
        assert "zx" not in everything(snapshot).casefold(), lead
        assert all(each["raw"] is None for each in snapshot.quarantine)
        assert snapshot.unknown or snapshot.quarantine or lead, "what is left out is counted"


def test_a_row_shifted_by_one_cell_shows_nothing_of_what_is_withheld() -> None:
    columns = [column for column in _VIASNA if column != "status"]
    row = {
        "id": "7",
        "url": "https://prisoners.spring96.org/en/person/a",
        "name": "Test Person",
        "status": "active",
        "gender": "male",
        "photo": "https://spring96.org/zxphoto.jpg",
        "description": "zxwounded, zxlives with a sister",
        "birthday": "1980-01-02",
        "arrested": "2020-10-02",
        "articles": "Art. 130",
        "prison": "Prison No. 4, 212011, Mahilioŭ, vulica Zxstreet 99A",
        "decision": "3 years",
        "penalty": "arrest",
        "judge": "Zxname Zxsurname",
        "councel": "Zxother Zxlawyer",
    }
    for column in columns:
        cells = [row.get(each, "") for each in _VIASNA]
        at = _VIASNA.index(column)
        for shifted in ([*cells[:at], "", *cells[at:-1]], [*cells[:at], *cells[at + 1 :], ""]):
            snapshot = viasna(**dict(zip(_VIASNA, shifted, strict=True)))
            assert "zx" not in everything(snapshot).casefold(), column


# Keys of what cannot be read


def keys(snapshot: ParseResult) -> list[str | None]:
    return [each["key"] for each in snapshot.quarantine]


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ("by_viasna", {"status": "activ"}),
        ("by_viasna", {"status": ""}),
        ("by_viasna", {"name": ""}),
        ("by_viasna", {"name": "https://example.org/"}),
        ("cn_cecc", {"Main Name": ""}),
        ("global_cpj", {"status": "Imprisonned"}),
        ("global_cpj", {"status": None}),
        ("global_cpj", {"fullName": ""}),
        ("ru_ovdinfo", {"name_en": " "}),
        ("ru_memorial", {"status": "published"}),
        ("ru_memorial", {"title": {"rendered": ""}}),
        (
            "cu_prisonersdefenders",
            {"Condena": "</p><h1></h1><link rel='canonical' href='/prisioneros/a/'><p>"},
        ),
    ],
)
def test_a_record_that_cannot_be_read_is_rejected_with_its_key(source: str, fields: dict[str, Any]) -> None:
    make, key = LISTS[source]
    snapshot = make(**fields)
    assert keys(snapshot) == [key]
    assert [row["record_id"] for row in parsed(snapshot, "prisoners")] == [
        parsed(make(), "prisoners")[1]["record_id"]
    ]


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ("by_viasna", {"id": ""}),
        ("by_viasna", {"id": "see above"}),
        ("cn_cppc", {"Name": "", "Source": ""}),
        ("cn_cecc", {"CECC Record Number": "?"}),
        ("global_cpj", {"personId": None, "fullName": ""}),
        ("ru_ovdinfo", {"person_id": None}),
        ("ru_memorial", {"id": "seven"}),
    ],
)
def test_a_record_without_a_key_is_rejected_without_one(source: str, fields: dict[str, Any]) -> None:
    assert keys(LISTS[source][0](**fields)) == [None]


def test_a_key_that_is_a_hash_is_the_one_of_the_record() -> None:
    (person, _) = parsed(cppc(), "prisoners")
    assert [f"cn_cppc:{key}" for key in keys(cppc(Name=""))] == [person["record_id"]]
    (person, _) = parsed(cpj(personId=None), "prisoners")
    assert [f"global_cpj:{key}" for key in keys(cpj(personId=None, status="Imprison"))] == [
        person["record_id"]
    ]


def test_of_an_export_with_words_that_nobody_knows_each_record_is_rejected_with_its_key() -> None:
    rows = [{"id": str(number), "name": "Test Person", "status": "held"} for number in range(1, 39)]
    rows += [{"id": str(number), "name": "Test Person", "status": "active"} for number in (39, 40)]
    files = {"prisoners.en.csv": io.BytesIO(table(_VIASNA, *rows))}
    snapshot = parse("by_viasna", "prisoners.by_viasna", files, {})
    assert (snapshot.files["prisoners.en.csv"].parsed, snapshot.files["prisoners.en.csv"].quarantined) == (
        2,
        38,
    )
    assert keys(snapshot) == [str(number) for number in range(1, 39)]


def lines(data: bytes, *more: str) -> bytes:
    return data + "".join(f"{line}\r\n" for line in more).encode()


def test_rows_of_another_width_are_rejected_with_the_key_that_is_certain() -> None:
    row = {"id": "7", "name": "Test Person", "status": "active"}
    data = lines(table(_VIASNA, row), "8,short", f"9{',' * 30}", ",10,shifted", "Test Person,11")
    snapshot = parse("by_viasna", "prisoners.by_viasna", {"prisoners.en.csv": io.BytesIO(data)}, {})
    assert keys(snapshot) == ["8", "9", None, None]
    (known, *_) = (row["record_id"] for row in parsed(cppc(), "prisoners"))
    page = "https://list.example/7.html"
    data = lines(table(_CPPC), f"某人,{page}", f"某人,,,,,,,,,{page}", "某人", f"{page},某人,{page}")
    snapshot = parse("cn_cppc", "prisoners.cn_cppc", {"list.csv": io.BytesIO(data)}, {})
    assert [key and f"cn_cppc:{key}" for key in keys(snapshot)] == [known, known, None, None]
    data = lines(table(_CECC), "2008-00007,short", "2008-00008" + "," * len(_CECC), "Name,2008-00009")
    snapshot = parse("cn_cecc", "prisoners.cn_cecc", {"export.csv": io.BytesIO(data)}, {})
    assert keys(snapshot) == ["2008-00007", "2008-00008", None]
    address = "https://memopzk.org/?p="
    text = f"ФИО;Ссылка\nИмя Один;{address}5\nИмя; Два;{address}6\nИмя;Три;{address}7;{address}8\n"
    files = {"figurants-1.json": io.BytesIO(b"[]"), f"{_POLITICAL}.csv": io.BytesIO(text.encode())}
    snapshot = parse("ru_memorial", _MEMORIAL.parser, files, _MEMORIAL.options)
    assert keys(snapshot) == ["6", None]
    assert [row["record_id"] for row in parsed(snapshot, "prisoners")] == ["ru_memorial:5"]


def test_of_two_records_under_one_key_that_differ_the_second_is_rejected_with_it() -> None:
    row = {"id": "7", "name": "Test Person", "status": "active"}
    data = table(_VIASNA, row, row | {"name": "Other Person"}, row)
    snapshot = parse("by_viasna", "prisoners.by_viasna", {"prisoners.en.csv": io.BytesIO(data)}, {})
    assert keys(snapshot) == ["7"]
    assert snapshot.files["prisoners.en.csv"].outside == 1
    person = {"CECC Record Number": "2008-00007", "Main Name": "Test Person"}
    data = table(_CECC, person, person | {"Main Name": "Other Person"})
    snapshot = parse("cn_cecc", "prisoners.cn_cecc", {"export.csv": io.BytesIO(data)}, {})
    assert keys(snapshot) == ["2008-00007"]
    card = {"id": 7, "status": "publish", "class_list": [f"list-persecuted-{_POLITICAL}"]}
    cards = [card | {"title": title} for title in ("Фамилия Имя", "Другое Имя")]
    streams = {"figurants-1.json": json.dumps(cards), f"{_POLITICAL}.csv": "ФИО;Ссылка\n"}
    snapshot = parse(
        "ru_memorial",
        _MEMORIAL.parser,
        {name: io.BytesIO(text.encode()) for name, text in streams.items()},
        _MEMORIAL.options,
    )
    assert keys(snapshot) == ["7"]


def test_a_translation_whose_status_nobody_knows_is_rejected_with_its_key() -> None:
    row = {"id": "7", "name": "Test Person", "status": "active"}
    files = {
        "prisoners.en.csv": io.BytesIO(table(_VIASNA, row)),
        "prisoners.be.csv": io.BytesIO(table(_VIASNA, row | {"name": "Імя", "status": "вядомы"})),
    }
    snapshot = parse("by_viasna", "prisoners.by_viasna", files, {})
    assert keys(snapshot) == ["7"]
    assert snapshot.unknown == {"status: not known": 1}
    assert [row["name_original"] for row in parsed(snapshot, "prisoners")] == [None]


# The publishers' words


@pytest.mark.parametrize(
    ("source", "fields", "column", "value"),
    [
        ("by_viasna", {"status": " Active"}, "status", "detained"),
        ("by_viasna", {"status": "FORMER", "release_date": "2022-11-30"}, "status", "released"),
        ("by_viasna", {"gender": "FEMALE "}, "gender", "female"),
        ("by_viasna", {"died": "True"}, "status", "died"),
        ("cn_cppc", {"Sentence": "Detention"}, "status", "detained"),
        ("cn_cppc", {"Sentence": "LIFE "}, "sentence_kind", "life"),
        ("cn_cppc", {"Gender": "Male"}, "gender", "male"),
        ("cn_cecc", {"Detention Status": "det"}, "status", "detained"),
        ("cn_cecc", {"Detention Status": "Det/Life"}, "sentence_kind", "life"),
        ("cn_cecc", {"Detention Status": "DET / LIFE"}, "sentence_kind", "life"),
        ("cn_cecc", {"Sex": " FEMALE"}, "gender", "female"),
        ("global_cpj", {"status": "IMPRISONED"}, "status", "detained"),
        ("global_cpj", {"type": "MEDIA  worker"}, "designation", "imprisoned media worker"),
        ("ru_ovdinfo", {"gender_en": "FEMALE"}, "gender", "female"),
        ("ru_ovdinfo", {"persecution_person_state_en": "DIED"}, "status", "died"),
        ("ru_memorial", {"status": "Publish "}, "status", "died"),
        ("ru_memorial", {"class_list": [f"List-Persecuted-{_POLITICAL}", "Stage-Smert"]}, "status", "died"),
        ("cu_prisonersdefenders", {"ESTADO PENAL": "FALLECIDO"}, "status", "died"),
    ],
)
def test_the_publishers_words_are_compared_without_case(
    source: str, fields: dict[str, Any], column: str, value: str
) -> None:
    snapshot = LISTS[source][0](**fields)
    row = next(row for row in parsed(snapshot, "prisoners") if row[column] == value)
    assert row and not snapshot.unknown and not snapshot.quarantine


@pytest.mark.parametrize(
    ("source", "columns", "rows"),
    [
        ("by_viasna", _VIASNA, [{"id": "7", "name": "Test Person", "status": "active"}]),
        ("cn_cppc", _CPPC, [{"Name": "某人", "Source": "https://list.example/7.html"}]),
        ("cn_cecc", _CECC, [{"CECC Record Number": "2008-00007", "Main Name": "Test Person"}]),
    ],
)
def test_titles_of_columns_are_compared_without_case(
    source: str, columns: list[str], rows: list[dict[str, str]]
) -> None:
    header, rest = table(columns, *rows).split(b"\r\n", 1)
    files = {"by_viasna": "prisoners.en.csv", "cn_cppc": "list.csv", "cn_cecc": "export.csv"}
    found = [
        parse(source, load(FOLDER / f"{source}/source.yml").parser, {files[source]: io.BytesIO(data)}, {})
        for data in (header + b"\r\n" + rest, header.upper().replace(b",", b" ,") + b"\r\n" + rest)
    ]
    assert found[0].arrow() == found[1].arrow()
    assert not found[1].unknown


# Dates


@pytest.mark.parametrize(
    ("source", "field", "column"),
    [
        ("by_viasna", "arrested", "arrest_date"),
        ("by_viasna", "verdict_date", "verdict_date"),
        ("by_viasna", "died", "death_date"),
        ("cn_cppc", "Date of Birth", "birth_date"),
        ("cn_cppc", "Sentence", "term_end_date"),
        ("cn_cecc", "Detention Date", "arrest_date"),
        ("cn_cecc", "Official End Date of Sentence", "term_end_date"),
        ("global_cpj", "startDisplay", "arrest_date"),
        ("ru_ovdinfo", "first_verdict_date", "verdict_date"),
    ],
)
@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2020-10-02", ("2020-10-02", "day")),
        ("2020-10-02T00:00:00", ("2020-10-02", "day")),
        ("2020-10-02T00:00:00.000Z", ("2020-10-02", "day")),
        ("2020-10-01T21:00:00Z", (None, None)),  # the 2nd where it was
        ("2020-10", ("2020-10", "month")),
        ("02.10.2020", ("2020-10-02", "day")),
        ("22/10/2020", ("2020-10-22", "day")),
        ("10/22/2020", ("2020-10-22", "day")),
        ("02/10/2020", ("2020", "year")),
        ("2 октября 2020 г.", ("2020-10-02", "day")),
        ("2 кастрычніка 2020", ("2020-10-02", "day")),
        ("2 жовтня 2020 року", ("2020-10-02", "day")),
        ("October 2, 2020", ("2020-10-02", "day")),
        ("2 de octubre de 2020", ("2020-10-02", "day")),
        ("2020年10月2日", ("2020-10-02", "day")),
        ("2020-02-30", (None, None)),
        ("before 2020", (None, None)),
    ],
)
def test_a_date_is_read_in_any_form_and_says_no_more_than_it(
    source: str, field: str, column: str, text: str, read: tuple[str | None, str | None]
) -> None:
    snapshot = LISTS[source][0](**{field: text})
    row = next(row for row in parsed(snapshot, "prisoners") if row[f"{column}_raw"])
    assert tuple(row[f"{column}{part}"] for part in ("", "_precision", "_raw")) == (*read, text)
    assert bool(snapshot.unknown) is (read[0] is None)


def test_the_other_dates_of_a_file_say_what_comes_first_in_figures() -> None:
    rows = [
        {"id": str(number), "name": "Test Person", "status": "active", "arrested": text}
        for number, text in enumerate(("02/10/2020", "10/22/2020", "09/27/2020"), 1)
    ]
    files = {"prisoners.en.csv": io.BytesIO(table(_VIASNA, *rows))}
    found = parsed(parse("by_viasna", "prisoners.by_viasna", files, {}), "prisoners")
    assert [row["arrest_date"] for row in found] == ["2020-02-10", "2020-10-22", "2020-09-27"]
    people = [
        {"CECC Record Number": f"2008-0000{number}", "Main Name": "Test Person", "Detention Date": text}
        for number, text in enumerate(("02/10/2020", "22/10/2020"), 1)
    ]
    files = {"export.csv": io.BytesIO(table(_CECC, *people))}
    found = parsed(parse("cn_cecc", "prisoners.cn_cecc", files, {}), "prisoners")
    assert [row["arrest_date"] for row in found] == ["2020-10-02", "2020-10-22"]


@pytest.mark.parametrize(
    ("source", "field", "column"),
    [
        ("cn_cppc", "Date of Birth", "birth_date"),
        ("cn_cppc", "Date of Death", "death_date"),
        ("cn_cppc", "Sentence", "term_end_date"),
        ("cn_cecc", "Detention Date", "arrest_date"),
        ("by_viasna", "arrested", "arrest_date"),
    ],
)
def test_numbers_of_days_are_dates(source: str, field: str, column: str) -> None:
    snapshot = LISTS[source][0](**{field: "43806"})
    row = next(row for row in parsed(snapshot, "prisoners") if row[f"{column}_raw"])
    assert tuple(row[f"{column}{part}"] for part in ("", "_precision", "_raw")) == (
        "2019-12-07",
        "day",
        "43806",
    )
    assert not snapshot.unknown


def test_one_number_among_many_dates_is_a_slip() -> None:
    rows = [
        {"Name": "某人", "Date of Birth": f"1980-01-{day:02}", "Source": f"https://list.example/{day}.html"}
        for day in range(1, 31)
    ]
    rows[7]["Date of Birth"] = "19802"
    snapshot = parse("cn_cppc", "prisoners.cn_cppc", {"list.csv": io.BytesIO(table(_CPPC, *rows))}, {})
    assert parsed(snapshot, "prisoners")[7]["birth_date"] is None
    assert snapshot.unknown == {"Date of Birth: not a date": 1}


@pytest.mark.parametrize(
    ("text", "date", "raw"),
    [
        ("12.03.2021 of heart failure", "2021-03-12", "12.03.2021"),
        ("2021-03-12, у турме", "2021-03-12", "2021-03-12"),
        ("12 марта 2021 (инсульт)", "2021-03-12", "12 марта 2021"),
        ("2021年3月12日因心脏病去世", "2021-03-12", "2021年3月12日"),
        ("2021 of a stroke", "2021", "2021"),
        # What may change the date
        ("2021-03-12 or later, of a stroke", None, None),
        ("2021-03-12 or later", None, "2021-03-12 or later"),
        ("12.03.2021, released 15.04.2021", None, None),
        ("2021-03-12?", None, "2021-03-12?"),
        # What is no date
        ("of heart failure", None, None),
        ("220030, Minsk", None, None),
        ("MP1234567", None, None),
        ("+375 29 123-45-67", None, None),
    ],
)
def test_of_a_date_the_date_is_kept_and_the_rest_counted(
    text: str, date: str | None, raw: str | None
) -> None:
    snapshot = viasna(died=text)
    row = parsed(snapshot, "prisoners")[0]
    assert (row["death_date"], row["death_date_raw"]) == (date, raw)
    assert row["status"] == ("died" if date else "unknown")  # who may be dead is not called detained
    assert snapshot.unknown == {"died: more than a date, left out" if date else "died: not a date": 1}


# What is written


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Ihar Losik", "Ihar Losik"),
        ("Losik, Ihar", "Losik, Ihar"),
        ("Мандрыгина (Шелковникова) Евгения", "Мандрыгина (Шелковникова) Евгения"),
        ("María José (Pepita) de la Cruz", "María José (Pepita) de la Cruz"),
        ("伊力哈木•土赫提", "伊力哈木•土赫提"),
        ("Test Person (husband of Other Person)", "Test Person"),
        ("Test Person [Mother]", "Test Person"),
        ("Імя Прозвішча, хворы на дыябет", "Імя Прозвішча"),
        ("Имя Фамилия (сын Имени)", "Имя Фамилия"),
        ("Persona, madre de tres", "Persona"),
        ("某人（患癌症）", "某人"),
        ("某人（其妻子）", "某人"),
        ("Test Person (b. 1980)", "Test Person"),
        ("https://example.org/", ""),
        ("1980-01-02", ""),
    ],
)
def test_a_name_has_no_notes_beside_it(name: str, kept: str) -> None:
    unknown: Counter[str] = Counter()
    assert prisoner.without_notes(name, unknown) == kept
    assert prisoner.is_name(name) is bool(kept)
    assert all(name not in label for label in unknown)


def test_what_is_written_has_words_of_dates_alone() -> None:
    snapshot = prisoner.started(["a"])
    person = Prisoner(
        "7", "Test Person", "BY", "political prisoner", names=[Name("Other (his son)", "alias", "Latn")]
    )
    person.death = PartialDate("2021-03-12", "day", "2021-03-12 of a stroke")
    person.birth = PartialDate(raw="with his mother")
    person.arrest = PartialDate(raw="after 2020")
    prisoner.write(snapshot, "by_viasna", person)
    (row,) = parsed(snapshot, "prisoners")
    assert (row["death_date"], row["death_date_raw"]) == ("2021-03-12", None)
    assert (row["birth_date_raw"], row["arrest_date_raw"]) == (None, "after 2020")
    assert {name["name"] for name in parsed(snapshot, "names")} == {"Test Person", "Other"}


@given(st.text(max_size=40))
def test_any_text_of_a_date_is_read(text: str) -> None:
    unknown: Counter[str] = Counter()
    read = date_words.read_date(text, "date: not a date", unknown)
    assert date_words.shown(read) == read
    assert (read.date is None) == (read.precision is None)


# What is private, in any cell


PRIVATE = [
    "умер от рака",
    "of heart failure",
    "сын 5 лет",
    "проживает: ул. Ленина, 5-12",
    "тел. 8 029 765 43 21",
    "судья Иванова",
    "Judge Test Other",
    "инвалид II группы",
    "беременна",
    "HIV positive",
    "двое детей",
    "father of two children",
    "madre enferma de cáncer",
    "患有糖尿病",
]
NAMES = {
    "by_viasna": "name",
    "cn_cppc": "Name",
    "cn_cecc": "Main Name",
    "global_cpj": "fullName",
    "ru_ovdinfo": "name_en",
    "ru_memorial": "title",
}


@pytest.mark.parametrize("source", NAMES)
@pytest.mark.parametrize("private", PRIVATE)
def test_a_name_ends_where_it_stops_being_one(source: str, private: str) -> None:
    make = LISTS[source][0]
    for lead in ("Test Person ", "Test Person - ", "Test Person / ", "Test Person, "):
        snapshot = make(**{NAMES[source]: lead + private})
        assert parsed(snapshot, "prisoners")[0]["name"] == "Test Person"
        assert snapshot.unknown["name: a note beside it, left out"]
    snapshot = make(**{NAMES[source]: private})
    assert [each["reason"] for each in snapshot.quarantine] in (["no name"], ["no fullName"])
    assert private not in everything(snapshot)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Алиев Вугар оглы", "Алиев Вугар оглы"),
        ("Abd al-Rahman bin Ahmad", "Abd al-Rahman bin Ahmad"),
        ('Ihar "Nick" Losik', 'Ihar "Nick" Losik'),
        ("Рак Іван", "Рак Іван"),
        ("Primo García", "Primo García"),
        ("热杂提﹒热斯汗", "热杂提﹒热斯汗"),
        ("洛桑丹增仁波切（左贡寺高僧）", "洛桑丹增仁波切（左贡寺高僧）"),
        ("Test Person / Имя Фамилия", "Test Person / Имя Фамилия"),
        ("Maksim Znak lawyer", "Maksim Znak"),
        # Another column's
        ("Male", ""),
        ("Minsk", ""),
        ("г. Минск, ул. Ленина, 5", ""),
        ("Unknown", ""),
        ("Немига 5-12", ""),
        ("A" + "-" * 60 + "1", ""),
    ],
)
def test_words_of_names(name: str, kept: str) -> None:
    assert prisoner.without_notes(name, Counter()) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Art. 130 умер от рака", "Art. 130"),
        ("Part 1 of Art. 342 of the Criminal Code, died of covid", "Part 1 of Art. 342 of the Criminal Code"),
        ("Art. 130 (двое детей)", "Art. 130"),
        ("Art. 130; судья Иванова", "Art. 130"),
        ("Art. 391 (Insulting a judge)", "Art. 391 (Insulting a judge)"),
    ],
)
def test_a_charge_keeps_its_article_and_no_private_life(text: str, kept: str) -> None:
    (charge,) = parsed(viasna(articles=text), "charges")
    assert (charge["charge"], bool(charge["article"])) == (kept, True)


def test_a_telephone_is_no_part_of_a_sentence() -> None:
    for text in ("5 лет 8 029 765 43 21", "5 years, +375 29 765-43-21"):
        snapshot = viasna(decision=text)
        assert parsed(snapshot, "prisoners")[0]["sentence_raw"] is None
        assert snapshot.unknown == {"decision: form not known": 1}


# A row whose cells stand under other titles


def shifts(
    columns: list[str], row: dict[str, str], first: str, last: str
) -> list[tuple[str, dict[str, str]]]:
    """The row with its cells one place further and one place nearer, from a column between the two on."""
    cells, found = [row.get(column, "") for column in columns], []
    for at in range(columns.index(first), columns.index(last) + 1):
        for moved in ([*cells[:at], "", *cells[at:-1]], [*cells[:at], *cells[at + 1 :], ""]):
            found.append((columns[at], dict(zip(columns, moved, strict=True))))
    return found


def test_of_a_shifted_row_no_date_is_another_ones() -> None:
    plain: dict[str, dict[str, str]] = {
        "by_viasna": {
            "id": "7",
            "url": "https://prisoners.spring96.org/en/person/a",
            "name": "Test Person",
            "status": "former",
            "gender": "male",
            "birthday": "1980-01-02",
            "arrested": "2020-10-02",
            "articles": "Art. 130",
            "decision": "3 years",
            "penalty": "arrest",
            "judge": "Zx Zx",
            "councel": "Zx Zx",
            "penalty_start_date": "2020-12-01",
            "appeal_date": "2021-06-07",
        },
        "cn_cppc": {
            "Name": "某人",
            "Gender": "male",
            "Date of Birth": "1960-01-02",
            "Place": "某市",
            "Sentence": "2027-05-06",
            "Source": "https://list.example/7.html",
        },
        "cn_cecc": {
            "CECC Record Number": "2008-00007",
            "Main Name": "Test Person",
            "Sex": "M",
            "Date of Birth": "1955/12/28",
            "Detention Date": "2008/12/08",
            "Expected Release Date": "2020/06/21",
            "Current or Last Detention Facility": "Test Prison",
            "Official End Date of Sentence": "2020/06/20",
            "Detention Status": "DET",
        },
    }
    true = {
        "birth_date": {"1980-01-02", "1960-01-02", "1955-12-28", None},
        "arrest_date": {"2020-10-02", "2008-12-08", None},
        "release_date": {None},
        "death_date": {None},
    }
    headers = {"by_viasna": _VIASNA, "cn_cppc": _CPPC, "cn_cecc": _CECC_ORDER}
    ends = {
        "by_viasna": ("status", "councel"),
        "cn_cppc": ("Gender", "Source"),
        "cn_cecc": ("Main Name", "Detention Status"),
    }
    for source, row in plain.items():
        make, key = LISTS[source]
        rejected = 0
        for column, moved in shifts(headers[source], row, *ends[source]):
            snapshot = make(**moved)
            for reject in snapshot.quarantine:
                rejected += 1
                assert reject["key"] == key or source == "cn_cppc", (source, column)
                assert reject["reason"] != "a cell of another column" or reject["raw"] is None
            for person in parsed(snapshot, "prisoners"):
                for name, dates in true.items():
                    assert person[name] in dates, (source, column, name)
        assert rejected > 4, source


def test_a_row_with_an_address_in_another_cell_is_rejected_with_the_key_of_that_address() -> None:
    page = "https://list.example/7.html"
    (person, _) = parsed(cppc(), "prisoners")
    assert [f"cn_cppc:{key}" for key in keys(cppc(Sentence=page, Source=""))] == [person["record_id"]]


# Dates in still other forms


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("в марте 2021", "2021-03", "month"),
        ("у сакавіку 2021", "2021-03", "month"),
        ("3 траў. 2021", "2021-05-03", "day"),
        ("3 лип. 2021", "2021-07-03", "day"),
        ("15 de set. de 2021", "2021-09-15", "day"),
        ("около 2021", "2021", "circa"),
        ("примерно март 2021 г.", "2021-03", "circa"),
        ("alrededor de 2021", "2021", "circa"),
        ("约2021年", "2021", "circa"),
        ("3. 2. 2021", "2021-02-03", "day"),
        ("13 / 2 / 2021", "2021-02-13", "day"),
        ("до 2027", None, None),
        ("after 2020", None, None),
        ("03.02.21", None, None),
    ],
)
def test_dates_in_words_of_the_lists(text: str, date: str | None, precision: str | None) -> None:
    row = parsed(viasna(arrested=text), "prisoners")[0]
    assert (row["arrest_date"], row["arrest_date_precision"], row["arrest_date_raw"]) == (
        date,
        precision,
        text,
    )


@pytest.mark.parametrize(
    ("others", "date"),
    [
        ((), "2021-06-05"),  # between full stops the day comes first
        (("13.02.2021",), "2021-06-05"),
        (("02.13.2021",), "2021-05-06"),
        (("02.13.2021", "13.02.2021"), "2021"),
    ],
)
def test_between_full_stops_the_file_decides_too(others: tuple[str, ...], date: str) -> None:
    rows = [
        {"id": str(number), "name": "Test Person", "status": "active", "arrested": text}
        for number, text in enumerate(("05.06.2021", *others), 1)
    ]
    files = {"prisoners.en.csv": io.BytesIO(table(_VIASNA, *rows))}
    assert parsed(parse("by_viasna", "prisoners.by_viasna", files, {}), "prisoners")[0]["arrest_date"] == date
