"""GDELT's rows that name somebody who is on a prisoner list, wherever they are placed, in any spelling."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sources.registry import FOLDER, load
from transforms.names.listed_people import ListedNames, format_names_file, parse_names_file
from transforms.news.gdelt.events import EXPORT
from transforms.reading.parse_result import ParseResult, parse

OPTIONS = {
    name: value for name, value in load(FOLDER / "gdelt/source.yml").options.items() if name != "names"
}

# As Belarusian, Chinese, Cuban and Russian lists have them, and the Committee to Protect Journalists.
LISTED = [
    "Марыя Калеснікава",
    "Maryia Kalesnikava",
    "Алесь Бяляцкі",
    "Ihar Losik",
    "Siarhei Tsikhanouski",
    "Viktar Babaryka",
    "Навальный Алексей Анатольевич",
    "高智晟",
    "刘晓波",
    "Ilham Tohti",
    "José Daniel Ferrer García",
    "Luis Manuel Otero Alcántara",
    "Pham Doan Trang",
    "Кара-Мурза Владимир Владимирович",
    "Катерына Андреева",
    "Скочиленко Александра Юрьевна",
    "许志永",
    "伊力哈木·土赫提",
    "李伟",
    "Иванов Иван Иванович",
    "Madonna",
]


def referred(text: str) -> str:
    """A text as GDELT writes titles."""
    return "".join(letter if letter.isascii() else f"&#x{ord(letter):X};" for letter in text)


def row(number: int, persons: str = "", title: str = "", place: str = "") -> str:
    cells = [""] * 27
    cells[0], cells[1], cells[4] = (
        f"20250911143000-{number}",
        "20250911143000",
        f"https://example.org/{number}",
    )
    cells[10] = place
    cells[11] = persons
    cells[12] = ";".join(
        f"{name.title()},{at}" for at, name in enumerate(filter(None, persons.split(";")), 40)
    )
    cells[26] = f"<PAGE_TITLE>{title}</PAGE_TITLE>" if title else ""
    return "\t".join(cells)


def zipped(*lines: str) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "".join(f"{line}\n" for line in lines))
    out.seek(0)
    return out


def filtered(*lines: str, names: list[str] | None = None, kind: str = "gkg.csv") -> ParseResult:
    files = {f"20250911143000.{kind}.zip": zipped(*lines)}
    if names is not None:
        files["20250911.names.tsv"] = io.BytesIO(format_names_file(names))
    return parse("gdelt", "news.gdelt", files, OPTIONS)


def kept(*lines: str, names: list[str] | None = None) -> list[str]:
    found = filtered(*lines, names=LISTED if names is None else names).arrow()["articles"]
    return sorted(found["url"].to_pylist())


LISTED_PERSONS = [
    *("maria kolesnikova", "kolesnikova maria", "maryia kalesnikava", "maria kalesnikava"),
    *("ales byalyatski", "ales bialiatski", "ales beliatsky", "alès bialiatski"),
    *("ihar losik", "igor losik", "igor lossik"),
    *("sergei tikhanovsky", "siarhei tsikhanouski", "syarhey tsikhanouski", "viktor babariko"),
    *("alexei navalny", "alexey navalny", "aleksej nawalny"),
    *("vladimir kara murza", "vladimir kara-murza", "vladimir karamurza"),
    *("ales bjaljazki", "sergej tichanowski", "masha kolesnikova", "sasha skochilenko"),
    *("gao zhisheng", "liu xiaobo", "ilham tohti", "pham doan trang"),
    *(
        "jose daniel ferrer",
        "jose daniel ferrer garcia",
        "luis manuel otero",
        "luis manuel otero alcantara",
    ),
]


def urls(numbers: range) -> list[str]:
    return sorted(f"https://example.org/{number}" for number in numbers)


def test_who_is_listed_is_kept_in_any_spelling() -> None:
    away = "4#Vilnius, Vilniaus, Lithuania#LH#LH65#5840#54.7#25.3#-2620663#100"
    rows = [row(n, f"vladimir smith;{person}", place=away) for n, person in enumerate(LISTED_PERSONS)]
    assert kept(*rows, row(100, "somebody else", place=away)) == urls(range(len(rows)))
    alone = [row(n, person, place=away) for n, person in enumerate(LISTED_PERSONS)]
    assert kept(*alone, names=[]) == []


TITLES = [
    "Maria Kolesnikova moved to a hospital",
    "Freed: Ihar Losik’s story",
    "Марию Колесникову перевели в больницу",
    "Суд над Игорем Лосиком",
    "«Алесь Беляцкий» – нобелевский лауреат",
    "ПИСЬМО МАРИИ КОЛЕСНИКОВОЙ",
    "Протэст Марыі Калеснікавай",
    "高智晟律师失踪多年",
    "許志永獲刑14年",  # in traditional signs
    "维吾尔学者伊力哈木·土赫提获奖",
    "Владимира Кара-Мурзу обменяли",
    "Саша Скочиленко на свободе",
    "Катерыну Андрэеву пакінулі ў калоніі",
    "José Daniel Ferrer, en libertad",
]


def test_a_title_alone_is_enough() -> None:
    rows = [row(n, title=title) for n, title in enumerate((*TITLES, *map(referred, TITLES)))]
    assert kept(*rows) == urls(range(len(rows)))
    assert kept(*rows, names=[]) == []


OTHERS = [
    ("li wei", "Li Wei wins"),  # whom very many are called like
    ("ivan ivanov", "Иван Иванов победил"),
    ("madonna", "Madonna on tour"),  # one word is no name
    ("maria;kolesnikova", ""),  # two people
    ("maria sharapova", "Мария Шарапова выиграла"),
    ("igor tikhanovsky", ""),
    ("jose garcia", "Luis Otero"),
    ("vladimir murza-smirnov", "许志勇当选，高智盛出席"),  # said alike, and other signs
    ("sasha ivanov", "Владимир Мурзин"),
]


def test_others_are_not_kept() -> None:
    assert kept(*(row(n, persons, title) for n, (persons, title) in enumerate(OTHERS))) == []


def test_an_event_is_kept_by_its_actors() -> None:
    def event(number: int, actor: str) -> str:
        given = {"global_event_id": str(number), "sql_date": "20250911", "date_added": "20250911143000"}
        given |= {"actor1_name": actor, "source_url": f"https://example.org/{number}", "event_code": "010"}
        given |= {"event_base_code": "010", "event_root_code": "01", "quad_class": "1"}
        return "\t".join(given.get(name, "") for name in EXPORT)

    lines = [event(1, "IHAR LOSIK"), event(2, "PRESIDENT")]
    found = filtered(*lines, names=LISTED, kind="export.CSV").arrow()["news_events"]
    assert found["news_event_id"].to_pylist() == [1]


@pytest.mark.parametrize(("fips", "country"), [("HK", "HK"), ("MC", "MO")])
def test_hong_kong_and_macau_belong_to_the_chinese_lists(fips: str, country: str) -> None:
    found = filtered(row(1, place=f"1#Somewhere#{fips}#{fips}##22.2#114.2#{fips}#10")).arrow()["articles"]
    assert found["countries"].to_pylist() == [[country]]


def test_the_file_of_names_is_no_rows_and_no_snapshot_by_itself() -> None:
    snapshot = filtered(row(1, "ihar losik"), names=LISTED)
    assert set(snapshot.files) == {"20250911143000.gkg.csv.zip", "20250911.names.tsv"}
    report = snapshot.files["20250911.names.tsv"]
    assert (report.declared, report.parsed, report.quarantined, report.outside) == (0, 0, 0, 0)
    assert parse_names_file(format_names_file(["B  A", "A", "B A"])) == ["A", "B A"]
    assert not ListedNames([]) and not ListedNames(["Li Wei", "Madonna"])


def test_whom_the_real_rows_name(shared_data: Path) -> None:
    """None of the slices names a prisoner of the lists; people of other lists stand in for them."""
    paths = sorted(shared_data.glob("gdelt/2020-03-18/*"))

    def found(names: list[str]) -> dict[str, list[str]]:
        files = {path.name: io.BytesIO(path.read_bytes()) for path in paths}
        files["20200318.names.tsv"] = io.BytesIO(format_names_file(names))
        table = parse("gdelt", "news.gdelt", files, OPTIONS).arrow()["articles"]
        return dict(zip(table["url"].to_pylist(), table["persons"].to_pylist(), strict=True))

    without, with_ = found([]), found(["Ольга Куриленко", "Justin Trudeau"])
    more = [persons for url, persons in with_.items() if url not in without]
    assert len(more) == 2
    assert all({"olga kurylenko", "justin trudeau"} & set(persons) for persons in more)
