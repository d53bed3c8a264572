"""Memorial's lists and cards: who is designated, what a card's classes say, and what stops a file."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import FOLDER, load, samples
from tests.builders import content, everything, parsed
from transforms.prisoners import ru_memorial
from transforms.reading.declaration import Ignored, read_fields
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "ru_memorial/source.yml")
POLITICAL, RELIGIOUS, DECEASED = SOURCE.options["lists"]
LIST = f"{POLITICAL}.csv"
PAGE = "figurants-1.json"
Json = Any


def lines(*rows: tuple[str, int], header: str = "ФИО;Ссылка\n") -> bytes:
    return (header + "".join(f"{name};https://memopzk.org/?p={key}\n" for name, key in rows)).encode()


def card(key: Json = 1, *classes: str, **given: Json) -> dict[str, Json]:
    return {
        "id": key,
        "status": "publish",
        "link": f"https://memopzk.org/figurant/{key}/",
        "title": {"rendered": "Фамилия Имя Отчество"},
        "class_list": [f"post-{key}", "figurant", "type-figurant", "status-publish", "hentry", *classes],
    } | given


def on(key: Json, *classes: str, **given: Json) -> dict[str, Json]:
    """A card that says itself that it is on the list of political prisoners."""
    return card(key, f"list-persecuted-{POLITICAL}", *classes, **given)


def pages(*pages_: Json) -> dict[str, bytes]:
    return {f"figurants-{at}.json": json.dumps(page).encode() for at, page in enumerate(pages_, 1)}


def read(files: dict[str, bytes]) -> ParseResult:
    streams = {name: io.BytesIO(data) for name, data in files.items()}
    return parse("ru_memorial", SOURCE.parser, streams, SOURCE.options)


def one(*classes: str, **given: Json) -> tuple[dict[str, Any], ParseResult]:
    snapshot = read(pages([on(1, *classes, **given)]) | {LIST: lines()})
    assert balanced(snapshot)
    (person,) = parsed(snapshot, "prisoners")
    return person, snapshot


def sample(date: str) -> ParseResult:
    return read({path.name: path.read_bytes() for path in (samples("ru_memorial") / date).iterdir()})


def balanced(snapshot: ParseResult) -> bool:
    return all(f.declared == f.parsed + f.quarantined + f.outside for f in snapshot.files.values())


def counts(snapshot: ParseResult, name: str) -> tuple[int, int, int, int]:
    report = snapshot.files[name]
    return (report.declared, report.parsed, report.quarantined, report.outside)


# The samples


def test_samples_tell_the_story() -> None:
    before, after = (sample(date) for date in ("2023-11-01", "2024-03-15"))
    for snapshot in (before, after):
        assert balanced(snapshot) and not snapshot.unknown and not snapshot.quarantine
    people = [{row["record_id"]: row for row in parsed(each, "prisoners")} for each in (before, after)]
    assert people[0].keys() == people[1].keys() == {f"ru_memorial:{key}" for key in range(1, 10)}
    navalny = [each["ru_memorial:7"] for each in people]
    assert [each["status"] for each in navalny] == ["detained", "died"]
    assert [each["designation"] for each in navalny] == [
        "political prisoner",
        "deceased victim of political persecution",
    ]
    skochilenko = [each["ru_memorial:4"] for each in people]
    assert [each["sentence_kind"] for each in skochilenko] == [None, "imprisonment"]
    assert [each["status"] for each in skochilenko] == ["detained", "detained"]
    assert people[1]["ru_memorial:6"]["sentence_kind"] == "life"
    assert people[1]["ru_memorial:8"]["designation"] == "political prisoner (persecuted for religion)"


def test_a_person_of_the_sample_in_full() -> None:
    snapshot = sample("2024-03-15")
    kuku = next(row for row in parsed(snapshot, "prisoners") if row["record_id"] == "ru_memorial:8")
    assert {key: value for key, value in kuku.items() if value not in (None, [])} == {
        "record_id": "ru_memorial:8",
        "source_id": "ru_memorial",
        "name": "Куку Эмир-Усеин Кемалович",
        "name_original": "Куку Эмир-Усеин Кемалович",
        "gender": "male",
        "country": "RU",
        "status": "detained",
        "status_raw": "repression-lishenie-svobody; stage-reshenie-suda-vstupilo-v-silu",
        "recognised": True,
        "designation": "political prisoner (persecuted for religion)",
        "sentence_raw": "repression-lishenie-svobody",
        "sentence_kind": "imprisonment",
        "charges": ["uk-205-5-ch-2", "uk-278-cherez-ch-1-st-30"],
        "case_url": "https://memopzk.org/figurant/kuku-emir-usein-kemalovich/",
    }
    charges = [row for row in parsed(snapshot, "charges") if row["record_id"] == "ru_memorial:8"]
    assert [(row["article"], row["part"], row["general_part"]) for row in charges] == [
        ("205.5", "2", None),
        ("278", None, "30(1)"),
    ]


def test_the_order_of_cards_lines_and_classes_does_not_matter() -> None:
    folder = samples("ru_memorial") / "2024-03-15"
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    turned = {}
    for name, data in files.items():
        if name.endswith(".csv"):
            header, *rest = data.splitlines(keepends=True)
            turned[name] = b"".join([header, *reversed(rest)])
        else:
            cards = [each | {"class_list": each["class_list"][::-1]} for each in json.loads(data)[::-1]]
            turned |= pages(cards[:4], cards[4:])
    assert content(read(turned)) == content(read(files))


# Who is designated


def test_who_is_on_no_list_that_designates_is_outside() -> None:
    snapshot = read(
        pages(
            [
                card(1, "list-persecuted-veroyatnye-zhertvy-ne-voshedshie-v-spiski"),
                card(2, "list-persecuted-v-arhive", "stage-otbyl-nakazanie"),
                card(3),
                on(4),
                card(5),
            ]
        )
        | {LIST: lines(("Фамилия Имя", 5))}
    )
    assert counts(snapshot, PAGE) == (5, 2, 0, 3)
    assert [row["record_id"] for row in parsed(snapshot, "prisoners")] == ["ru_memorial:4", "ru_memorial:5"]
    assert {row["designation"] for row in parsed(snapshot, "prisoners")} == {"political prisoner"}
    assert not snapshot.unknown


def test_of_several_lists_the_first_designates() -> None:
    files = pages([card(1, f"list-persecuted-{DECEASED}", f"list-persecuted-{RELIGIOUS}")])
    (person,) = parsed(read(files | {LIST: lines()}), "prisoners")
    assert person["designation"] == "political prisoner (persecuted for religion)"
    (person,) = parsed(read(files | {LIST: lines(("Фамилия Имя", 1))}), "prisoners")
    assert person["designation"] == "political prisoner"


def test_who_has_no_card_is_published_by_the_list_alone() -> None:
    snapshot = read(pages([]) | {LIST: lines(("Фамилия Имя", 77))})
    (person,) = parsed(snapshot, "prisoners")
    said = {key: value for key, value in person.items() if value not in (None, [])}
    assert said == {
        "record_id": "ru_memorial:77",
        "source_id": "ru_memorial",
        "name": "Фамилия Имя",
        "name_original": "Фамилия Имя",
        "country": "RU",
        "status": "unknown",
        "recognised": True,
        "designation": "political prisoner",
        "case_url": "https://memopzk.org/?p=77",
    }
    assert counts(snapshot, LIST) == (1, 1, 0, 0)


def test_a_card_that_is_not_published_is_outside() -> None:
    snapshot = read(pages([on(1, status="draft")]) | {LIST: lines()})
    assert counts(snapshot, PAGE) == (1, 0, 0, 1)
    assert parsed(snapshot, "prisoners") == []


def test_a_card_without_a_status_is_one_that_was_given_out() -> None:
    assert one(status=None)[1].unknown == {"status: not given": 1}


def test_a_list_not_known_is_counted_even_of_people_outside() -> None:
    snapshot = read(pages([card(1, "list-persecuted-novyj-spisok")]) | {LIST: lines()})
    assert snapshot.unknown == {"class list-persecuted-novyj-spisok": 1}


def test_a_line_whose_card_bears_another_name_designates_nobody() -> None:
    snapshot = read(pages([card(1)]) | {LIST: lines(("Другой Человек", 1))})
    assert parsed(snapshot, "prisoners") == []
    assert [(q["locator"], q["reason"]) for q in snapshot.quarantine] == [
        ("line 2", "the card of that number bears another name")
    ]
    snapshot = read(
        pages([card(1, title={"rendered": "Семёнов Пётр"})]) | {LIST: lines(("СЕМЕНОВ П. И.", 1))}
    )
    assert len(parsed(snapshot, "prisoners")) == 1


def test_a_card_that_comes_on_two_pages_makes_one_record() -> None:
    snapshot = read(pages([on(1), on(2)], [on(2), on(3)]) | {LIST: lines()})
    assert len(parsed(snapshot, "prisoners")) == 3
    assert counts(snapshot, "figurants-2.json") == (2, 1, 0, 1)


def test_of_two_cards_of_one_number_the_first_is_kept() -> None:
    snapshot = read(pages([on(1), on(1, title={"rendered": "Кто-то Другой"})]) | {LIST: lines()})
    assert [row["name"] for row in parsed(snapshot, "prisoners")] == ["Фамилия Имя Отчество"]
    assert [(q["locator"], q["reason"]) for q in snapshot.quarantine] == [
        ("[1]", "id stands on an earlier card")
    ]


# What a card says


@pytest.mark.parametrize(
    ("classes", "status"),
    [
        (["stage-predvaritelnoe-sledstvie"], "unknown"),
        (["stage-predvaritelnoe-sledstvie", "repression-zaklyuchenie-pod-strazhu"], "detained"),
        (["stage-reshenie-suda-vstupilo-v-silu", "repression-lishenie-svobody"], "detained"),
        (["repression-pozhiznennoe-lishenie-svobody"], "detained"),
        (["stage-ispolnenie-nakazaniya"], "unknown"),
        (["stage-otbyl-nakazanie", "repression-lishenie-svobody"], "released"),
        (["otbyl-nakazanie"], "released"),
        (["stage-smert", "repression-lishenie-svobody"], "died"),
        (["stage-smert", "stage-otbyl-nakazanie"], "died"),
        ([f"list-persecuted-{DECEASED}", "repression-lishenie-svobody"], "died"),
        (["repression-lishenie-svobody", "repression-net-presledovaniya"], "unknown"),
        (["repression-lishenie-svobody", "list-persecuted-v-arhive"], "unknown"),
        (["repression-domashnij-arest"], "unknown"),
        (["repression-v-rozyske"], "unknown"),
        (["repression-zaochnoe-lishenie-svobody"], "unknown"),
        (["repression-prinuditelnye-raboty"], "unknown"),
        ([], "unknown"),
    ],
)
def test_status_is_what_the_classes_say_outright(classes: list[str], status: str) -> None:
    person, snapshot = one(*classes)
    assert person["status"] == status
    assert not snapshot.unknown


def test_every_stage_and_measure_known_is_shown_as_it_is_written() -> None:
    person, _ = one("stage-smert", "repression-shtraf", "repression-v-rozyske")
    assert person["status_raw"] == "repression-shtraf; repression-v-rozyske; stage-smert"
    assert (person["sentence_raw"], person["sentence_kind"]) == ("repression-shtraf", "fine")


def test_of_several_sentences_the_gravest_is_the_kind() -> None:
    person, _ = one("repression-shtraf", "repression-lishenie-svobody")
    assert person["sentence_kind"] == "imprisonment"
    assert person["sentence_raw"] == "repression-lishenie-svobody; repression-shtraf"


@pytest.mark.parametrize(
    ("classes", "gender", "known"),
    [
        (["sex-muzhskoj"], "male", True),
        (["sex-zhenskij"], "female", True),
        ([], None, True),
        (["sex-muzhskoj", "sex-zhenskij"], None, False),
        (["sex-drugoj"], None, False),
    ],
)
def test_genders(classes: list[str], gender: str | None, known: bool) -> None:
    person, snapshot = one(*classes)
    assert person["gender"] == gender
    assert bool(snapshot.unknown) is not known


def test_charges_are_read_from_the_classes() -> None:
    _, snapshot = one("uk-205-2-ch-2", "koap-20-3-3-ch-1", "uk-neizvestno")
    charges = {row["charge"]: row for row in parsed(snapshot, "charges")}
    assert charges["uk-205-2-ch-2"]["code"] == "ru_criminal"
    assert (charges["uk-205-2-ch-2"]["article"], charges["uk-205-2-ch-2"]["part"]) == ("205.2", "2")
    assert charges["koap-20-3-3-ch-1"]["code"] == "ru_administrative"
    assert charges["uk-neizvestno"]["article"] is None
    assert snapshot.unknown == {"class uk-neizvestno": 1}


def test_classes_not_known_are_counted_by_their_slug_alone() -> None:
    _, snapshot = one("novyj", "stage-novaya", "repression-novaya", "Фамилия", "x" * 99)
    assert snapshot.unknown == {
        "class novyj": 1,
        "class stage-novaya": 1,
        "class repression-novaya": 1,
        "class of no known form": 2,
    }


@pytest.mark.parametrize("form", [list, lambda slugs: dict(enumerate(slugs)), tuple])
def test_classes_are_a_list_or_an_object_with_numbers(form: Any) -> None:
    slugs = [f"list-persecuted-{POLITICAL}", "stage-smert"]
    (person,) = parsed(read(pages([card(1, class_list=form(slugs))]) | {LIST: lines()}), "prisoners")
    assert person["status"] == "died"


def test_a_title_is_read_as_text() -> None:
    person, snapshot = one(title={"rendered": "О&#8217;Коннор  <b>Иван</b> &amp; Ко&nbsp;"})
    assert person["name"] == "О’Коннор Иван & Ко"
    person, snapshot = one(title={"rendered": "Мандрыгина (Шелковникова) Евгения"})
    assert person["name"] == "Мандрыгина (Шелковникова) Евгения"
    names = {(row["name"], row["kind"]) for row in parsed(snapshot, "names")}
    assert names == {(person["name"], "primary"), ("Мандрыгина Евгения", "alias")}


@pytest.mark.parametrize("link", [None, "", "javascript:alert(1)", "https://memopzk.org.example/x", 5])
def test_a_link_to_nowhere_is_replaced_by_the_number_s(link: Json) -> None:
    person, snapshot = one(link=link)
    assert person["case_url"] == "https://memopzk.org/?p=1"
    assert snapshot.unknown == {"link: none, or to another site": 1}


# What must not get out


def test_withheld_fields_and_classes_reach_nothing() -> None:
    fields = {name for name in SOURCE.withheld if not name.startswith("class_list")}
    secret: dict[str, Json] = {name: {"rendered": "zxsecret"} for name in sorted(fields)}
    classes = ["category-zxsecret", "tags-zxsecret", "tag-zxsecret", "repression-prinud-lechenie-zxsecret"]
    snapshot = read(
        pages(
            [
                on(1, *classes, **secret),
                on(2, *classes, title={"rendered": ""}, **secret),
                card(3, *classes, **secret),
                on(None, *classes, **secret),
            ]
        )
        | {LIST: lines(("Zxsecret Другой", 1))}
    )
    assert len(snapshot.quarantine) == 3
    assert all(entry["raw"] is None for entry in snapshot.quarantine)
    assert "zxsecret" not in everything(snapshot).lower()
    assert snapshot.unknown == {"repression: withheld, it tells of health": 1}


@pytest.mark.parametrize("slug", ["prinud-lechenie-staczionar", "prinuditelnye-mery-mediczinskogo-haraktera"])
def test_orders_of_treatment_are_withheld(slug: str) -> None:
    person, snapshot = one(f"repression-{slug}")
    assert (person["status_raw"], person["sentence_raw"]) == (None, None)
    assert slug not in everything(snapshot)


def test_the_page_s_own_times_and_fields_are_passed_over() -> None:
    given = dict.fromkeys(
        (name for name, rule in ru_memorial.FIELDS.items() if isinstance(rule, Ignored)),
        "2024-01-01T00:00:00",
    )
    _, snapshot = one(**given)
    assert "2024" not in everything(snapshot) and not snapshot.unknown


def test_fields_not_known_are_counted_by_name() -> None:
    given: dict[str, Json] = {"mood": 1, "имя": 2}
    assert one(**given)[1].unknown == {"field mood": 1, "field with a name that is none": 1}


# Records and files that cannot be read


def test_cards_that_cannot_be_read_go_to_quarantine() -> None:
    bad = [None, "x", on(None), on("abc"), on(0), on(True), on(5, title=None), on(6, title={"rendered": []})]
    snapshot = read(pages([*bad, on(7, class_list=None)]) | {LIST: lines()})
    assert [(q["locator"], q["reason"]) for q in snapshot.quarantine] == [
        ("[0]", "not an object"),
        ("[1]", "not an object"),
        *((f"[{at}]", "no id") for at in range(2, 6)),
        ("[6]", "no name"),
        ("[7]", "no name"),
    ]
    assert balanced(snapshot)
    assert snapshot.unknown == {"class_list: none": 1}


def test_lines_that_cannot_be_read_go_to_quarantine() -> None:
    text = lines(("Первый", 1), ("Первый", 1), ("Второй", 1), ("", 4)).decode()
    text += "Третий;https://example.org/?p=5\nЧетвёртый\n"
    snapshot = read(pages([]) | {LIST: text.encode()})
    assert counts(snapshot, LIST) == (6, 1, 4, 1)
    assert [(q["locator"], q["reason"]) for q in snapshot.quarantine] == [
        ("line 4", "the card's number stands on an earlier line"),
        ("line 5", "no name"),
        ("line 6", "no address of a card"),
        ("line 7", "no address of a card"),
    ]


@pytest.mark.parametrize(
    ("header", "unknown"), [("", {}), ("ФИО;Ссылка\n", {}), ("Имя;Адрес\n", {"header: not known": 1})]
)
def test_a_list_has_a_header_or_none(header: str, unknown: dict[str, int]) -> None:
    data = lines(("Фамилия Имя", 1), header=header)
    for each in (data, b"\xef\xbb\xbf" + data, data.replace(b"\n", b"\r\n")):
        snapshot = read(pages([]) | {LIST: each})
        assert counts(snapshot, LIST) == (1, 1, 0, 0)
        assert snapshot.unknown == unknown


def test_a_last_line_that_may_be_cut_off_needs_its_card() -> None:
    data = lines(("Фамилия Имя", 12))[:-2]  # 1, of 12
    snapshot = read(pages([]) | {LIST: data})
    assert [q["reason"] for q in snapshot.quarantine] == [
        "may be cut off, and there is no card of that number"
    ]
    assert len(parsed(read(pages([card(1)]) | {LIST: data}), "prisoners")) == 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({PAGE: b""}, "figurants-1.json: empty file"),
        ({PAGE: b"<html>403</html>"}, "figurants-1.json line 1: starts with '<'"),
        ({PAGE: b'{"code": "rest_post_invalid_page_number"}'}, "figurants-1.json: no list of cards"),
        ({PAGE: json.dumps([on(1)]).encode()[:-9]}, "figurants-1.json line 1: not JSON"),
        ({"figurants-3.json": b"[]"}, "figurants-2.json: not in the snapshot"),
        ({"figurants-x.json": b"[]"}, "figurants-x.json: not a file of this source"),
        ({"v-arhive.csv": lines()}, "v-arhive.csv: not a file of this source"),
        ({LIST: b""}, "csv: empty file"),
        ({LIST: b";\n;\n"}, "csv: empty file"),
        ({LIST: b"<!DOCTYPE html>"}, "csv line 1: starts with '<'"),
        ({LIST: "ФИО;Ссылка\nФамилия;x\n".encode()}, "csv line 2: no line has the address of a card"),
        ({LIST: lines(("А", 1), ("Б", 2))[:-7]}, "csv line 3: cut off"),
        ({LIST: lines(("А", 1)) + b"\xdd"}, "csv line 3: not UTF-8"),
        ({LIST: lines(("А", 1)) + '"Б;'.encode()}, "csv line 3: unexpected end"),
    ],
)
def test_files_that_are_none_of_this_source_stop_it(files: dict[str, bytes], message: str) -> None:
    with pytest.raises(SourceFormatError, match=message) as error:
        read(pages([on(1)]) | {LIST: lines(("Фамилия", 1))} | files)
    assert "\n" not in str(error.value)


def test_neither_lists_nor_pages_may_be_missing() -> None:
    with pytest.raises(SourceFormatError, match="none of the lists is in the snapshot"):
        read(pages([on(1)]))
    with pytest.raises(SourceFormatError, match=r"figurants-1\.json: not in the snapshot"):
        read({LIST: lines(("Фамилия", 1))})


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
SLUGS = st.sampled_from(
    ["uk-205-2-ch-2", "uk-", "uk-\ud800", "stage-smert", "sex-", f"list-persecuted-{POLITICAL}"]
)
CARDS = st.lists(
    ANY
    | st.builds(
        lambda given, slugs: on(1, *slugs) | given,
        st.dictionaries(st.sampled_from(read_fields(ru_memorial.FIELDS)), ANY, max_size=4),
        st.lists(SLUGS, max_size=4),
    ),
    max_size=4,
)


@settings(max_examples=80, deadline=None)
@given(
    CARDS.map(lambda cards: json.dumps(cards).encode()) | st.binary(max_size=60),
    st.binary(max_size=60) | st.text(max_size=60).map(lambda text: lines(("Имя", 1)) + text.encode("utf-8")),
)
def test_anything_ends_in_a_snapshot_that_adds_up_or_in_one_error(page: bytes, list_: bytes) -> None:
    try:
        snapshot = read({PAGE: page, LIST: list_})
    except SourceFormatError as error:
        assert "\n" not in str(error)
    else:
        assert balanced(snapshot)
        snapshot.arrow()
