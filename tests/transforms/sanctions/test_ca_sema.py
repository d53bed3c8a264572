"""Canada's list: the samples, the real file, names in one field, and files not as they should be."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from sources.registry import FOLDER, load, samples
from tests.builders import content, parsed
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "ca_sema/source.yml")
NAME = SOURCE.files[0].name
DATES = ["2025-02-15", "2025-05-25", "2026-08-25"]


def read(data: bytes) -> ParseResult:
    return parse(SOURCE.source_id, SOURCE.parser, {NAME: io.BytesIO(data)}, SOURCE.options)


def sample(day: str) -> bytes:
    return (samples(SOURCE.source_id) / day / NAME).read_bytes()


def listing(*records: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><data-set>{"".join(records)}</data-set>'.encode()


def record(**given: str) -> str:
    """A record; what is not given is ordinary, and what is given empty is left out."""
    ordinary = {"Country": "Guatemala", "LastName": "Doe", "Item": "1"}
    if "EntityOrShip" in given:
        del ordinary["LastName"]
    fields = {tag.replace("_", "-"): text for tag, text in (ordinary | given).items() if text}
    return f"<record>{''.join(f'<{tag}>{escape(text)}</{tag}>' for tag, text in fields.items())}</record>"


def of(snapshot: ParseResult, table: str, key: str) -> list[dict[str, Any]]:
    return [row for row in parsed(snapshot, table) if row["record_id"] == f"ca_sema:{key}"]


def aliases(text: str, tag: str) -> list[str]:
    """The names made of an `Aliases` field, with the language in brackets where there is one."""
    snapshot = read(listing(record(**{tag: "Main", "Aliases": text})))
    assert not snapshot.unknown
    rows = parsed(snapshot, "names")
    return [
        f"{row['name']} [{row['lang']}]" if row["lang"] else row["name"]
        for row in rows
        if row["kind"] != "primary"
    ]


def test_samples_tell_what_happened() -> None:
    first, second, third = [
        {row["record_id"]: row for row in parsed(read(sample(day)), "sanctions")} for day in DATES
    ]
    listed = {key: second[key]["listing_date"] for key in second.keys() - first.keys()}
    assert listed == {
        "ca_sema:Russia/1.1/1": date(2025, 2, 21),
        "ca_sema:Russia/1,Part2/702": date(2025, 3, 1),
        "ca_sema:Sudan/Part1/5": date(2025, 3, 5),
    }
    assert second.keys() - third.keys() == {"ca_sema:Syria/Part1/39"}  # the Central Bank, 18 February 2026
    assert first.items() <= second.items()
    assert third.items() <= second.items()  # the new names of the elements change nothing


def test_a_ship_that_was_amended() -> None:
    before, after = [of(read(sample(day)), "particulars", "Russia/1.1/1") for day in DATES[1:]]
    assert {row["property"]: row["value"] for row in before} == {
        "build_date": "1980",
        "vessel_type": "General Cargo / Multi Purpose",
    }
    assert [row["value"] for row in after] == [
        "General Cargo/Multi Purpose | Cargo classique/navire polyvalent"
    ]
    snapshot = read(sample(DATES[1]))
    (ship,) = of(snapshot, "sanctions", "Russia/1.1/1")
    assert (ship["schema"], ship["name"], ship["birth_dates_raw"]) == ("Vessel", "Balitiyskiy III", [])
    (number,) = of(snapshot, "identifiers", "Russia/1.1/1")
    assert (number["type"], number["type_raw"], number["number"]) == ("imo", "ShipIMONumber", "7612448")


def test_a_person_in_full() -> None:
    snapshot = read(sample("2025-05-25"))
    key = "Belarus/1,Part1/120"
    assert of(snapshot, "sanctions", key) == [
        {
            "record_id": f"ca_sema:{key}",
            "source_id": "ca_sema",
            "authority": "Government of Canada",
            "schema": "Person",
            "name": "Nikolai Aleksandrovich LUKASHENKO",
            "programs": ["Belarus / Bélarus"],
            "listing_date": date(2024, 8, 8),
            "amended_date": None,
            "delisting_date": None,
            "measures": [],
            "reason": None,
            "nationalities": [],
            "nationalities_raw": [],
            "birth_dates": ["2004-08-31"],
            "birth_dates_raw": ["2004-08-31"],
            "gender": None,
            "position": None,
            "url": None,
        }
    ]
    assert {(row["name"], row["kind"], row["script"], row["lang"]) for row in of(snapshot, "names", key)} == {
        ("Nikolai Aleksandrovich LUKASHENKO", "primary", "Latn", None),
        ("Mikalay Alyaksandravich Lukashenka", "alias", "Latn", None),
        ("Kolya Lukashenko", "alias", "Latn", None),
        ("Мікалай Аляксандравіч Лукашэнка", "alias", "Cyrl", "be"),
        ("Николай Александрович Лукашенко", "alias", "Cyrl", "ru"),
        ("Коля Лукашенко", "alias", "Cyrl", "ru"),
    }
    assert of(snapshot, "programs", key) == [
        {
            "record_id": f"ca_sema:{key}",
            "program": "Belarus / Bélarus",
            "program_name": "Special Economic Measures (Belarus) Regulations",
            "listing_date": date(2024, 8, 8),
            "legal_basis": "Special Economic Measures (Belarus) Regulations",
            "legal_basis_date": None,
            "legal_basis_url": None,
            "schedule": "1, Part 1",
            "item": "120",
        }
    ]


@pytest.mark.parametrize(
    ("given", "basis", "schedule", "item"),
    [
        (
            {"Country": "Russia / Russie", "Schedule": "1, Part 2", "Item": "88"},
            "Special Economic Measures (Russia) Regulations",
            "1, Part 2",
            "88",
        ),
        (
            {"Country": "Myanmar (Burma) / Myanmar (Birmanie)", "Schedule": "Part 1"},
            "Special Economic Measures (Myanmar) Regulations",
            "Part 1",
            "1",
        ),
        (
            {"Country": "Justice for Victims of Corrupt Foreign Officials Act (JVCFOA)", "Schedule": "N/A"},
            "Justice for Victims of Corrupt Foreign Officials Regulations",
            None,
            "1",
        ),
        (
            {"Country": "Special Economic Measures (Haiti) Regulations", "Schedule": "-"},
            "Special Economic Measures (Haiti) Regulations",
            None,
            "1",
        ),
    ],
)
def test_the_legal_basis_is_the_regulations_and_the_place_in_them_is_apart(
    given: dict[str, str], basis: str, schedule: str | None, item: str
) -> None:
    snapshot = read(listing(record(**given)))
    (program,) = parsed(snapshot, "programs")
    assert (program["legal_basis"], program["schedule"], program["item"]) == (basis, schedule, item)
    assert not snapshot.unknown


def test_keys_are_places_in_the_regulations() -> None:
    snapshot = read(
        listing(
            record(Country="Belarus / Bélarus", Schedule="1,Part 3", Item=" 2 "),
            record(Country="Belarus / Bélarus", Schedule="1, Part 3", Item="3"),
            record(Country="Venezuela ", Item="2"),
            record(Country="Guatemala", Schedule="N/A", Item="3"),
        )
    )
    assert [row["record_id"] for row in parsed(snapshot, "sanctions")] == [
        "ca_sema:Belarus/1,Part3/2",
        "ca_sema:Belarus/1,Part3/3",
        "ca_sema:Venezuela/2",
        "ca_sema:Guatemala/3",
    ]


def test_case_and_blanks_of_the_publishers_words_change_nothing() -> None:
    """A record whose regime or schedule is written in another case is the same record, and not amended."""
    one = record(Country="Belarus / Bélarus", Schedule="1, Part 1.1", Item="7", DateOfListing="2021-06-21")
    for country, schedule in [
        ("BELARUS / BÉLARUS", "1, PART 1.1"),
        ("belarus / bélarus", "1,part 1.1"),
        (" Belarus  / Bélarus", "1 , Part\xa01.1"),
        ("Belarus | Bélarus", "1, Part 1.1 | 1, partie 1.1"),
        ("Belarus/Bélarus", "Schedule 1, Part 1.1"),
    ]:
        other = record(Country=country, Schedule=schedule, Item=" 7", DateOfListing=" 2021-06-21 ")
        snapshot = read(listing(other))
        assert content(snapshot) == content(read(listing(one)))
        assert not snapshot.unknown


@pytest.mark.parametrize(
    ("country", "name"),
    [
        ("Myanmar (Burma) / Myanmar (Birmanie)", "Special Economic Measures (Myanmar) Regulations"),
        ("China / Chine", "Special Economic Measures (People's Republic of China) Regulations"),
        (
            "Justice for Victims of Corrupt Foreign Officials Regulations (JVCFOR) / Règlement (RJVDEC)",
            "Justice for Victims of Corrupt Foreign Officials Regulations",
        ),
    ],
)
def test_a_regime_is_no_nationality(country: str, name: str) -> None:
    snapshot = read(listing(record(Country=country)))
    (program,) = parsed(snapshot, "programs")
    assert (program["program"], program["program_name"]) == (country, name)
    assert parsed(snapshot, "sanctions")[0]["nationalities_raw"] == []
    assert not snapshot.unknown


NAMES_OF_2026 = {
    "Country": "Country-Pays",
    "LastName": "LastName-NomDeFamille",
    "GivenName": "GivenName-Prenom",
    "EntityOrShip": "EntityOrShip-EntiteOuNavire",
    "TitleOrShip": "TitleOrShipType-TitreOuTypeDeNavire",
    "Aliases": "Aliases-Alias",
    "DateOfBirthOrShipBuildDate": "DateOfBirthOrShipBuildDate-DateDeNaissanceOuDateDeConstructionDuNavire",
    "ShipIMONumber": "ShipIMONumber-NumeroOMIDuNavire",
    "Schedule": "Schedule-Annexe",
    "Item": "Item-NumeroDarticle",
    "DateOfListing": "DateOfListing-DateDinscription",
}


def test_all_generations_of_element_names_are_read() -> None:
    first = record(
        EntityOrShip="",
        LastName="",
        Entity="Acme",
        Title="Tanker",
        DateOfBirth="1999",
        ShipIMONumber="1234567",
    )
    second = record(
        EntityOrShip="Acme", TitleOrShip="Tanker", DateOfBirthOrShipBuildDate="1999", ShipIMONumber="1234567"
    )
    third = re.sub(r"(?<=[</])[A-Z]\w+", lambda tag: NAMES_OF_2026[tag[0]], second)
    assert "Country-Pays" in third
    same = [content(read(listing(text))) for text in (first, second, third)]
    assert same[0] == same[1] == same[2]
    for drift in (str.upper, str.lower, lambda tag: tag.replace("Pays", "PaysOuRegion")):
        drifted = re.sub(r"(?<=[</])[A-Z][\w-]+", lambda tag, drift=drift: drift(tag[0]), third)
        assert drifted != third
        assert content(read(listing(drifted))) == same[0]
    assert len(same[0]["particulars"]) == 2


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("1965-04-29", ["1965-04-29"]),
        ("1965-04 ", ["1965-04"]),
        ("1965", ["1965"]),
        ("1963-1964", ["1963/1964"]),
        ("1962 or 1963", ["1962", "1963"]),
        ("1962-01-02 OR 1963-01-02", ["1962-01-02", "1963-01-02"]),
    ],
)
def test_dates_of_birth_keep_their_precision(text: str, edtf: list[str]) -> None:
    snapshot = read(listing(record(DateOfBirthOrShipBuildDate=text)))
    assert parsed(snapshot, "sanctions")[0]["birth_dates"] == edtf
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("texts", "edtf"),
    [
        # no date of the file says whether the day or the month comes first
        (["05/06/1978", "05/05/1978", "1980"], ["1978", "1978-05-05", "1980"]),
        # all that can be read one way go one way
        (["05/06/1978", "30/09/1978"], ["1978-06-05", "1978-09-30"]),
        (["05/06/1978", "09/30/1978"], ["1978-05-06", "1978-09-30"]),
        (["05/06/1978", "12-25-1961 or 1962"], ["1978-05-06", "1961-12-25", "1962"]),
        # they do not
        (["05/06/1978", "30/09/1978", "09/30/1978"], ["1978", "1978-09-30", "1978-09-30"]),
        # a sheet's numbers of days
        (["29221", "29221.0", "29221 or 1981"], ["1980-01-01", "1980-01-01", None]),
        (["1965-04-29T00:00:00", "1965-04-29 00:00:00Z"], ["1965-04-29", "1965-04-29"]),
        (["Approximately 1981, 1984"], ["1981~", "1984~"]),
    ],
)
def test_the_files_other_dates_decide_what_a_date_in_figures_is(
    texts: list[str], edtf: list[str | None]
) -> None:
    snapshot = read(
        listing(*[record(DateOfBirthOrShipBuildDate=text, Item=str(at)) for at, text in enumerate(texts, 1)])
    )
    rows = sorted(parsed(snapshot, "birth_dates"), key=lambda row: row["record_id"])
    found = [
        f"{row['birth_date']}~" if row["birth_date_precision"] == "circa" else row["birth_date"]
        for row in rows
    ]
    assert found == edtf
    assert snapshot.files[NAME].parsed == len(texts)


def test_a_listing_date_is_a_whole_day_in_any_form_or_none() -> None:
    days = {
        "2024-02-16": date(2024, 2, 16),
        "2024-02-16T00:00:00": date(2024, 2, 16),
        "45338": date(2024, 2, 16),
        "16 February 2024": date(2024, 2, 16),
        "30/09/2022": date(2022, 9, 30),
        "05/06/2022": date(2022, 6, 5),
        "2024-02": None,
    }
    texts = [record(DateOfListing=text, Item=str(at)) for at, text in enumerate(days, 1)]
    snapshot = read(listing(*texts))
    found = {
        row["record_id"].rpartition("/")[2]: row["listing_date"] for row in parsed(snapshot, "sanctions")
    }
    assert [found[str(at)] for at in range(1, len(days) + 1)] == list(days.values())
    assert snapshot.unknown == {"date 2024-02": 1}
    # the same date of figures, but of a file in which another goes the other way
    snapshot = read(listing(*texts, record(DateOfBirthOrShipBuildDate="09/30/1978", Item="9")))
    assert snapshot.unknown == {"date 2024-02": 1, "date 05/06/2022": 1}


def test_a_date_that_cannot_be_read_stays_in_the_publishers_words() -> None:
    snapshot = read(
        listing(record(DateOfBirthOrShipBuildDate="born in the early 1970s", DateOfListing="2024"))
    )
    (row,) = parsed(snapshot, "sanctions")
    assert (row["birth_dates"], row["birth_dates_raw"]) == ([], ["born in the early 1970s"])
    assert row["listing_date"] is None
    assert snapshot.unknown == {"date born in the early 1970s": 1, "date 2024": 1}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Andrei ", ["Andrei"]),
        ("Иван Головатый; Ivan Golovatyi", ["Иван Головатый", "Ivan Golovatyi"]),
        ("Jeneral Meyer, Jeneral Meyè", ["Jeneral Meyer", "Jeneral Meyè"]),
        ("Баранов, Олег Анатольевич", ["Баранов, Олег Анатольевич"]),
        ("RCC, Русская Медная", ["RCC", "Русская Медная"]),
        ("Siyamak Rahpeyk,Siamak Rahpiek", ["Siyamak Rahpeyk", "Siamak Rahpiek"]),
        ("Katsiaryna or Katerina Smuschkovich", ["Katsiaryna or Katerina Smuschkovich"]),
        ("Aleksandr Evgenyevich or Evgenievich Kon’kov", ["Aleksandr Evgenyevich or Evgenievich Kon’kov"]),
        ("Елена Тимченко or Галина Ермакова", ["Елена Тимченко", "Галина Ермакова"]),
        ("Иван Фридман, or Фридмон", ["Иван Фридман", "Фридмон"]),
        ("Олег Владимирович ОНОПКО / Олег Володимирович ОНОПКА", None),
        ("Віталій Булюк and Виталий Викторович Булюк", ["Віталій Булюк", "Виталий Викторович Булюк"]),
        ("also Andrey Ilnitsky; Андрей", ["Andrey Ilnitsky", "Андрей"]),
        ("Nikolay Yermolaye;, Yeryoma Piterskii", ["Nikolay Yermolaye", "Yeryoma Piterskii"]),
        ("(Юрий ГОВТВИН / Андрiй ГОВТВIН", ["Юрий ГОВТВИН", "Андрiй ГОВТВIН"]),
        ("Ali Karti \nArabic: علي كرتي", ["Ali Karti", "علي كرتي [ar]"]),
        ("Abbas Nilforushan\n عباس نیلفروشان", ["Abbas Nilforushan", "عباس نیلفروشان"]),
        ("P'doh (Phado) Man Nyein, Maung (a, b; c)", ["P'doh (Phado) Man Nyein", "Maung (a, b; c)"]),
        ("Ivan Petrov a.k.a. Vanya Petrov; aka Ivan P.", ["Ivan Petrov", "Vanya Petrov", "Ivan P."]),
        ("also known as Ali Karti, formerly known as Ali Ahmed", ["Ali Karti", "Ali Ahmed"]),
        (
            "Hanna Asipenka,  Belarussian: Ганна Асiпенка, Russian\xa0: Анна Осипенко",
            ["Hanna Asipenka", "Ганна Асiпенка [be]", "Анна Осипенко [ru]"],
        ),
    ],
)
def test_aliases_of_people_are_taken_apart_where_it_is_safe(text: str, names: list[str] | None) -> None:
    assert aliases(text, "LastName") == (names or text.split(" / "))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Foo, Ltd.", ["Foo, Ltd."]),
        ("Северсталь, ПАО; ПАО Северсталь", ["Северсталь, ПАО", "ПАО Северсталь"]),
        ("ОАО, БЭТО", ["ОАО, БЭТО"]),
        ("VSC, Восточная Компания, ООО, ООО “ВСК”", ["VSC", "Восточная Компания, ООО", "ООО “ВСК”"]),
        ("JSC Legmash, Legmash Plant", ["JSC Legmash", "Legmash Plant"]),
        ("Ministry of Education, Science and Youth", ["Ministry of Education, Science and Youth"]),
        ("Министерство культуры, спорта и туризма", ["Министерство культуры, спорта и туризма"]),
        ("Basij-e Mostazafan, the Basij", ["Basij-e Mostazafan", "the Basij"]),
        ("Myanma Investment and Commercial Bank", ["Myanma Investment and Commercial Bank"]),
        ("GSK Advance Co. Ltd. and GSK for Business", ["GSK Advance Co. Ltd.", "GSK for Business"]),
        ("«НПП «Кант» and АО «НПП «Кант»", ["«НПП «Кант»", "АО «НПП «Кант»"]),
        ("Юнармия or Движение Юнармия", ["Юнармия", "Движение Юнармия"]),
        ('Акционерное общество or АО "Усть"', ['Акционерное общество or АО "Усть"']),
        ("НПО Лавочкина, АО or Объединение", ["НПО Лавочкина, АО", "Объединение"]),
        ("Petroleum Company/Entreprise syrienne", ["Petroleum Company", "Entreprise syrienne"]),
        ("GORT/ORTAS", ["GORT/ORTAS"]),
        ("Министерство обороны; Минобороны) ", ["Министерство обороны", "Минобороны"]),
        (
            'Беларускi банк) (Russian: ОАО "Белорусский банк"/ ОАО "БНБ-Банк"',
            ["Беларускi банк", 'ОАО "Белорусский банк" [ru]', 'ОАО "БНБ-Банк" [ru]'],
        ),
    ],
)
def test_aliases_of_bodies_are_taken_apart_where_it_is_safe(text: str, names: list[str]) -> None:
    assert aliases(text, "EntityOrShip") == names


@pytest.mark.parametrize(
    ("text", "name", "others"),
    [
        (
            "Syrian Ministry of Defence/Ministère syrien de la Défense",
            "Syrian Ministry of Defence",
            ["Ministère syrien de la Défense"],
        ),
        ("MEC Steel Mills (Hmaw Bi/Pyi/Ywama)", "MEC Steel Mills (Hmaw Bi/Pyi/Ywama)", []),
        ("M/V Maria ", "M/V Maria", []),
        ("Baltex Ltd. (also known as Baltech LLC)\n", "Baltex Ltd.", ["Baltech LLC"]),
        (
            "JSC “MNITI” (also\nknown as Television Institute and\nZAO MNITI, JSC",
            "JSC “MNITI”",
            ["Television Institute", "ZAO MNITI, JSC"],
        ),
        ("Baltex Ltd. (a.k.a. Baltech LLC)", "Baltex Ltd.", ["Baltech LLC"]),
        ("Radio-\nEngineering \xa0Plant", "Radio-Engineering Plant", []),
    ],
)
def test_the_name_of_a_body_may_hold_others(text: str, name: str, others: list[str]) -> None:
    snapshot = read(listing(record(EntityOrShip=text)))
    rows = parsed(snapshot, "names")
    assert [(row["name"], row["kind"]) for row in rows] == [
        (name, "primary"),
        *[(other, "alias") for other in others],
    ]


def test_a_former_name_and_one_of_a_person_may_stand_in_brackets() -> None:
    snapshot = read(
        listing(
            record(EntityOrShip="Dux JSC (formerly known as Duks Plant)"),
            record(LastName="Petrov (also known as Ivanov)", GivenName="Pyotr", Item="2"),
        )
    )
    assert [(row["name"], row["kind"]) for row in parsed(snapshot, "names")] == [
        ("Dux JSC", "primary"),
        ("Duks Plant", "former"),
        ("Pyotr Petrov", "primary"),
        ("Ivanov", "alias"),
    ]


def test_a_text_of_unheard_length_is_no_name() -> None:
    snapshot = read(listing(record(LastName="Doe", Aliases="A b, " * 100_000)))
    assert snapshot.arrow()["names"]["kind"].to_pylist() == ["primary"]
    assert snapshot.unknown == {"name of more than 1,000 characters, left out": 1}


def test_titles_and_kinds() -> None:
    snapshot = read(
        listing(
            record(TitleOrShip="Major General/major-général"),
            record(EntityOrShip="Acme", Item="2"),
            record(EntityOrShip="Nadezhda", ShipIMONumber="IMO 9144782", Item="3"),
            record(EntityOrShip="Maria", ShipIMONumber="M/V Maria", Item="4"),
            record(EntityOrShip="Sea", ShipIMONumber="IMO No. 9144782", Item="7"),
            record(
                EntityOrShip="Built", ShipIMONumber="9144782", DateOfBirthOrShipBuildDate="36585", Item="8"
            ),
            record(EntityOrShip="Both", LastName="Doe", Item="5"),
            record(EntityOrShip="Old", DateOfBirthOrShipBuildDate="1980", Item="6"),
        )
    )
    assert [row["schema"] for row in parsed(snapshot, "sanctions")] == [
        "Person",
        "Organization",
        "Vessel",
        "Vessel",
        "Vessel",
        "Vessel",
        "LegalEntity",
        "Organization",
    ]
    (built,) = of(snapshot, "particulars", "Guatemala/8")
    assert (built["property"], built["value"], built["note"]) == ("build_date", "2000-02-29", "36585")
    (title,) = parsed(snapshot, "positions")
    assert (title["kind"], title["position"]) == ("title", "Major General/major-général")
    assert [(row["type"], row["number"]) for row in parsed(snapshot, "identifiers")] == [
        ("imo", "IMO 9144782"),
        ("other", "M/V Maria"),
        ("imo", "9144782"),
        ("imo", "9144782"),
    ]
    assert snapshot.unknown == {
        "ShipIMONumber M/V Maria": 1,
        "names of a person and of a body in one record": 1,
        "date of birth or build of a body": 1,
    }


def test_what_is_new_in_the_format_is_counted() -> None:
    inner = (
        "<Mood>x</Mood><Item>2</Item><Country>Atlantis / Atlantide</Country><GivenName a='b'>Joe</GivenName>"
    )
    snapshot = read(listing(f"<record b='c'>{inner}</record>", "<extra/>"))
    assert snapshot.unknown == {
        "element record/Mood": 1,
        "attribute record@b": 1,
        "attribute record/GivenName@a": 1,
        "Country Atlantis / Atlantide": 1,
        "element data-set/extra": 1,
    }
    assert parsed(snapshot, "programs")[0]["program_name"] is None


def test_a_record_without_key_or_name_and_a_repeated_one_go_to_quarantine() -> None:
    snapshot = read(
        listing(
            record(),
            record(Country=""),
            record(Item=""),
            record(LastName="", Item="2"),
            record(GivenName="Jane", Schedule="N/A"),
            record(EntityOrShip="-", Item="3"),
            record(Item="N/A"),
        )
    )
    assert [(bad["locator"], bad["reason"], bad["key"]) for bad in snapshot.quarantine] == [
        ("record[2]", "no Country", None),
        ("record[3]", "no Item", None),
        ("record[4]", "no name", "Guatemala/2"),
        ("record[5]", "Guatemala/1 came before", "Guatemala/1"),
        ("record[6]", "no name", "Guatemala/3"),
        ("record[7]", "no Item", None),
    ]
    assert [row["name"] for row in parsed(snapshot, "sanctions")] == ["Doe"]  # the first of a key is kept
    assert "<GivenName>Jane</GivenName>" in (snapshot.quarantine[3]["raw"] or "")
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (7, 1, 6)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<export/>", "the root element is export, not data-set"),
        (listing(record()).replace(b"Doe", b"\xe9l\xe8ve"), "not well-formed"),
    ],
)
def test_a_broken_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        read(data)


def test_the_real_list(shared_data: Path) -> None:
    snapshot = read((shared_data / "ca_sema/2025-05-25" / NAME).read_bytes())
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (4_759, 4_759, 0)
    # One was spoilt in a spreadsheet, the other is in words.
    assert snapshot.unknown == {"date Sep-99": 1, "date born in the early 1970s": 1}
    rows = parsed(snapshot, "sanctions")
    assert Counter(row["schema"] for row in rows) == {"Person": 3_334, "Organization": 1_316, "Vessel": 109}
    assert all(row["listing_date"] for row in rows)
    programs = parsed(snapshot, "programs")
    assert all(row["program_name"] == row["legal_basis"] and row["listing_date"] for row in programs)
    assert all(row["item"] for row in programs)
    assert Counter(row["schedule"] for row in programs)[None] == 329  # of the regimes that have none
    assert Counter(row["birth_date_precision"] for row in parsed(snapshot, "birth_dates")) == {
        "day": 1_362,
        "year": 342,
        "month": 12,
        "range": 1,
        None: 2,
    }
    assert {row["type"] for row in parsed(snapshot, "identifiers")} == {"imo"}
    assert {table: built.num_rows for table, built in snapshot.arrow().items()} == {
        "sanctions": 4_759,
        "names": 8_491,
        "programs": 4_759,
        "birth_dates": 1_719,
        "identifiers": 109,
        "particulars": 218,
        "positions": 63,
    }


def test_nothing_of_the_real_aliases_is_lost(shared_data: Path) -> None:
    """Every word of an alias is in a name of its record, but for labels and joining words."""
    data = (shared_data / "ca_sema/2025-05-25" / NAME).read_bytes()
    names: dict[str, set[str]] = {}
    for row in parsed(read(data), "names"):
        names.setdefault(row["record_id"], set()).update(re.findall(r"\w+", row["name"]))
    dropped: Counter[str] = Counter()
    for element in etree.fromstring(data):
        given = {child.tag: child.text or "" for child in element}
        place = [given["Country"].partition(" / ")[0].strip(), given.get("Schedule", "").replace(" ", "")]
        key = "/".join(["ca_sema:" + place[0], *place[1:][: bool(place[1])], given["Item"]])
        for tag in ("Aliases", "EntityOrShip"):
            text = unicodedata.normalize("NFC", given.get(tag, ""))
            dropped.update(set(re.findall(r"\w+", text)) - names[key])
    assert dropped.keys() == {
        *("Russian", "Belarusian", "Belarussian", "Arabic"),
        *("or", "and", "also", "known", "as"),
    }


def test_samples_agree_with_the_real_list(shared_data: Path) -> None:
    real = content(read((shared_data / "ca_sema/2025-05-25" / NAME).read_bytes()))
    small = content(read(sample("2025-05-25")))
    assert small.keys() == real.keys()
    for table, rows in small.items():
        assert set(rows) <= set(real[table])


def test_a_record_without_the_schedule_that_its_regulations_have_is_not_another_one() -> None:
    snapshot = read(
        listing(
            record(Country="Belarus / Bélarus", Schedule="", Item="8"),
            record(Country="Belarus / Bélarus", Schedule="1, Part 1", Item="9"),
            record(Country="Belarus / Bélarus", Schedule="N/A", Item="8"),
            record(Country="Sri Lanka", Schedule="N/A", Item="1"),
        )
    )
    assert [(bad["locator"], bad["key"], bad["reason"]) for bad in snapshot.quarantine] == [
        ("record[1]", None, "no Schedule"),
        ("record[3]", None, "no Schedule"),
    ]
    keys = {row["record_id"] for row in parsed(snapshot, "sanctions")}
    assert keys == {"ca_sema:Belarus/1,Part1/9", "ca_sema:Sri Lanka/1"}


@pytest.mark.parametrize(
    ("country", "key"),
    [
        ("Belaurs / Bélarus", "Belarus"),
        ("Venezeula", "Venezuela"),
        ("Rusia / Russie", "Russia"),
        ("Iraq / Irak", "Iraq"),  # a state of its own, though one letter from Iran
        ("Lebanon / Liban", "Lebanon"),
    ],
)
def test_a_slip_in_a_regime_is_no_other_regime(country: str, key: str) -> None:
    snapshot = read(listing(record(Country=country, Schedule="1", Item="2")))
    assert [row["record_id"] for row in parsed(snapshot, "sanctions")] == [f"ca_sema:{key}/1/2"]
    assert snapshot.unknown == {f"Country {country}": 1}
