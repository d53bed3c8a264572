"""The registry: every entry can be read, and faults of one are reported with file, line and field."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import contract
from sources.bounds import Fill
from sources.locations import End, Links, Pages
from sources.registry import RegistryError, load, registry, samples, select

ENTRY = """
family: sanctions
title: A list
publisher: A publisher
licence: CC0
attribution: A publisher
url: https://lists.example/
cadence: P1D
cron: "0 5 * * *"
format: un_sc
content: full
files:
  - {name: list.xml, url: "https://lists.example/list.xml"}
"""


def write(folder: Path, source_id: str, text: str) -> None:
    (folder / source_id).mkdir(exist_ok=True)
    (folder / source_id / "source.yml").write_text(text)


def test_an_entry_reads_with_its_defaults(tmp_path: Path) -> None:
    write(tmp_path, "xx_list", ENTRY)
    source = load(tmp_path / "xx_list/source.yml")
    assert source.source_id == "xx_list"
    assert source.cadence == timedelta(days=1)
    assert not source.files[0].optional
    assert source.main_table == "sanctions"


def test_an_answer_may_take_half_an_hour_where_the_entry_does_not_say(tmp_path: Path) -> None:
    for name, more in (("aa", ""), ("bb", "deadline: PT2H\n"), ("cc", "deadline: PT0S\n")):
        write(tmp_path, f"{name}", ENTRY + more)
    assert load(tmp_path / "aa/source.yml").deadline == timedelta(minutes=30)
    assert load(tmp_path / "bb/source.yml").deadline == timedelta(hours=2)
    with pytest.raises(RegistryError, match=r"cc/source\.yml, line 14: deadline: "):
        load(tmp_path / "cc/source.yml")


def test_entries_come_in_alphabetical_order(tmp_path: Path) -> None:
    for name in ("zz", "aa", "mm"):
        write(tmp_path, f"{name}", ENTRY)
    assert list(registry(tmp_path)) == ["aa", "mm", "zz"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("title: A list\n", "", "line 2: title: is missing"),
        ("content: full", "content: fulll", "line 11: content: 'fulll' is none of .*, did you mean full?"),
        ("cadence: P1D", "cadence: daily", "line 8: cadence: should be a valid timedelta.*, not 'daily'"),
        (
            "format: un_sc",
            "format: un_sc\nfromat: xml",
            "line 11: fromat: unknown field, did you mean format?",
        ),
        ("format: un_sc", "format: un_s", "line 10: format: no parser transforms/sanctions/un_s.py, did you"),
        ("format: un_sc", "format: xyz", "line 10: format: no parser .*, there are .*un_sc"),
        (
            "{name: list.xml, url:",
            "{nmae: list.xml, url:",
            "line 13: files.0.nmae: unknown field, did you",
        ),
        ("title: A list", "title: A list\ntitle: B", "line 4: title: is there twice, first on line 3"),
        ("title: A list", "title: A: list", "line 3: not YAML: mapping values are not allowed in this"),
        ("content: full", "content: full\nreferences: {form: 'a'}", "line 12: references: form: needs own"),
        ("content: full", "content: full\nreferences: {own: A, form: 'a'}", "references: form: has no group"),
        ("content: full", "content: full\nreferences: {own: A, form: '('}", "references: form: missing )"),
    ],
)
def test_a_mistake_in_an_entry_is_reported_with_file_line_and_field(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in ENTRY
    write(tmp_path, "xx_list", ENTRY.replace(old, new))
    expected = re.escape(fault).replace(r"\.\*", ".*")
    with pytest.raises(RegistryError, match=rf"^xx_list/source\.yml, .*{expected}"):
        load(tmp_path / "xx_list/source.yml")


def test_all_faults_of_an_entry_are_reported_in_one_line(tmp_path: Path) -> None:
    write(tmp_path, "xx_list", ENTRY.replace("title", "titel").replace("P1D", "daily").replace("0 5", "5"))
    with pytest.raises(RegistryError) as raised:
        load(tmp_path / "xx_list/source.yml")
    first, second = "line 2: title: is missing", "line 3: titel: unknown field, did you mean title?"
    assert str(raised.value).startswith(f"xx_list/source.yml, {first}; {second}; line 8: cadence: ")
    assert "; line 9: cron: '5 * * *' is not five fields" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "- a\n", "title\n", "title: \x00\n"])
def test_what_is_no_entry_is_reported(tmp_path: Path, text: str) -> None:
    write(tmp_path, "xx_list", text)
    with pytest.raises(RegistryError, match=r"^xx_list/source\.yml, "):
        load(tmp_path / "xx_list/source.yml")


@pytest.mark.parametrize("name", ["New-Zealand", "nz__mfat", "1nz", "nz_"])
def test_an_id_is_one_that_can_be_a_dag_s(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, ENTRY)
    with pytest.raises(RegistryError, match="no source id"):
        registry(tmp_path)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("programs: aa_lits\n", "programs: no source 'aa_lits', did you mean aa_list?"),
        ("withdrawn: {day: 2026-01-01, followed_by: zz}\n", "withdrawn.followed_by: no source 'zz'"),
        ("references: {cites: {Ref: UN}}\n", "references.cites: no list calls its keys 'UN'"),
    ],
)
def test_what_an_entry_names_is_there(tmp_path: Path, more: str, fault: str) -> None:
    write(tmp_path, "aa_list", ENTRY)
    write(tmp_path, "xx_list", ENTRY + more)
    with pytest.raises(RegistryError, match=re.escape(f"xx_list/source.yml: {fault}")):
        registry(tmp_path)


PAGED = """
pages:
  - name: "cards-{page}.json"
    url: "https://lists.example/cards?page={page}"
    end: {status: 400}
    total: X-Total
    links: {pattern: '"/person/([a-z-]+)/"', name: "{0}.html"}
pause: 10
"""


def test_pages_read_with_their_defaults(tmp_path: Path) -> None:
    write(tmp_path, "xx_list", ENTRY + PAGED)
    source = load(tmp_path / "xx_list/source.yml")
    (pages,) = source.pages
    assert (source.pause, pages.first, pages.end.status, pages.end.empty) == (10, 1, 400, None)
    assert (pages.file(7), pages.address(7)) == ("cards-7.json", "https://lists.example/cards?page=7")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("cards-{page}.json", "cards.json", r"pages\.0: .*name: needs \{page\} once"),
        ("cards-{page}.json", "{page}-{page}.json", r"pages\.0: .*name: needs \{page\} once"),
        ("?page={page}", "", r"pages\.0: .*url: needs \{page\} once"),
        ("cards-{page}.json", "../{page}.json", r"pages\.0\.name: .*no plain file name"),
        ("{status: 400}", "{}", r"pages\.0\.end: .*either status or empty"),
        ("{status: 400}", "{status: 400, empty: data}", r"pages\.0\.end: .*either status or empty"),
        ("{status: 400}", "{status: 429}", r"pages\.0\.end: .*try again"),
        ("{status: 400}", "{status: 500}", r"pages\.0\.end\.status: "),
        ("([a-z-]+)", "[a-z-]+", r"pages\.0\.links: .*has 0 groups, needs one"),
        ("([a-z-]+)", "([a-z-]+", r"pages\.0\.links: .*pattern: "),
        ('"{0}.html"', '"person.html"', r"pages\.0\.links: .*name: needs \{0\} once"),
        ('"{0}.html"', '".{0}.html"', r"pages\.0\.links\.name: .*no plain file name"),
        ("pause: 10", "pause: -1", r"pause: "),
        ("pause: 10", "pause: .inf", r"pause: "),
        ("{name: list.xml", "{name: cards-3.json", "two files have one name"),
        ("{name: list.xml", "{name: a/list.xml", r"files\.0\.name: .*no plain file name"),
    ],
)
def test_a_mistake_in_pages_is_reported(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in ENTRY + PAGED
    write(tmp_path, "xx_list", (ENTRY + PAGED).replace(old, new, 1))
    with pytest.raises(RegistryError, match=rf"xx_list/source\.yml, line \d+: .*{fault}"):
        load(tmp_path / "xx_list/source.yml")


BY_DAYS = """
index:
  urls: ["http://data.example/v2/lastupdate.txt"]
  history: ["http://data.example/v2/masterfilelist.txt"]
  pattern: "*.zip"
  every: PT15M
  late: P3D
"""


def by_days(entry: str = ENTRY + BY_DAYS) -> str:
    files = ENTRY[ENTRY.index("files:") :]
    return entry.replace(files, "").replace("content: full", "content: days").replace("0 5 *", "0 0 *")


def test_a_source_by_days_reads(tmp_path: Path) -> None:
    write(tmp_path, "xx_list", by_days())
    index = load(tmp_path / "xx_list/source.yml").index
    assert index is not None
    assert (index.every, index.late) == (timedelta(minutes=15), timedelta(days=3))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("content: days", "content: stream", "index: history, every and late are for `content: days`"),
        ("  every: PT15M\n", "", "content: days needs an index with history and every"),
        ('  history: ["http://data.example/v2/masterfilelist.txt"]\n', "", "content: days needs an index"),
        ("every: PT15M", "every: PT7M", r"index: .*must divide 24 hours evenly"),
        ("every: PT15M", "every: PT0S", r"index: .*must divide 24 hours evenly"),
        ("late: P3D", "late: -P3D", r"index\.late: "),
        ('["http://data.example/v2/lastupdate.txt"]', "[]", r"index\.urls: "),
        ("0 0 * * *", "5 0 * * *", "cron: content: days needs '0 0 \\* \\* \\*'"),
        ("index:", ENTRY[ENTRY.index("files:") :] + "index:", "content: days needs an index .* nothing else"),
    ],
)
def test_a_mistake_in_a_source_by_days_is_reported(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in by_days()
    write(tmp_path, "xx_list", by_days().replace(old, new, 1))
    with pytest.raises(RegistryError, match=rf"xx_list/source\.yml, line \d+: .*{fault}"):
        load(tmp_path / "xx_list/source.yml")


@given(st.integers(1, 10**8), st.sampled_from(["", "0", "+", " ", "x", "٣"]))
def test_a_page_is_known_again_by_its_name_and_by_no_other(page: int, before: str) -> None:
    pages = Pages(name="a.{page}-b.json", url="https://lists.example/{page}", end=End(status=404))
    assert pages.number(pages.file(page)) == page
    assert pages.number(f"a.{before}{page}-b.json") == (None if before else page)
    assert pages.number(f"a-{page}-b.json") is None
    assert pages.number("a.0-b.json") is None  # before the first


def test_a_linked_file_is_known_again_by_its_name() -> None:
    links = Links(pattern="/(x)/", name="person-{0}.html")
    assert links.file("ana-maria") == "person-ana-maria.html"
    assert links.is_file("person-ana-maria.html")
    assert not any(map(links.is_file, ["person-.html", "person-a.htm", "ana.html", "person-..html"]))
    assert [links.file(slug) for slug in ("..", "a/b", "", "a\n")] == [None] * 4


def test_files_belong_together_by_kind() -> None:
    known = registry()
    kinds = {known["gdelt"].file_kind(f"202509111{hour}0000.gkg.csv.zip") for hour in range(3)}
    assert kinds == {"gkg.csv.zip"}
    assert known["gdelt"].file_kind("20250911100000.translation.gkg.csv.zip") == "translation.gkg.csv.zip"
    pages = {known["ru_memorial"].file_kind(f"figurants-{page}.json") for page in (1, 2)}
    assert pages == {"figurants-{page}.json"}
    assert known["by_viasna"].file_kind("prisoners.be.csv") == "prisoners.be.csv"


def test_bounds_of_a_column_stand_in_for_a_source_s_own() -> None:
    fill = Fill.model_validate({"hold": 0.5, "columns": {"names.rows": {"warn": None, "hold": 1}}})
    assert (fill.of("names", "rows").warn, fill.of("names", "rows").hold) == (None, 1)
    assert (fill.of("names", "lang").warn, fill.of("names", "lang").hold) == (0.05, 0.5)


def test_bounds_are_of_columns_that_there_are() -> None:
    for source in registry().values():
        for name in source.fill.columns:
            table, _, column = name.partition(".")
            assert column == "rows" or column in contract(table).parsed_schema.names, name


def test_every_bundled_entry_reads_and_has_a_parser_and_samples() -> None:
    sources = registry()
    assert sources
    for source_id, source in sources.items():
        assert find_spec(f"transforms.{source.parser}"), source_id
        assert samples(source_id).is_dir(), source_id
        assert source.doc, source_id
        assert all(source.withheld.values()), source_id


def test_sources_are_chosen_by_name_or_all() -> None:
    everything = registry()
    first = next(iter(everything))
    assert select([]) == list(everything.values())
    assert select([first]) == [everything[first]]


def test_an_unknown_source_is_reported_with_those_that_are_known() -> None:
    with pytest.raises(RegistryError, match=r"unknown source un_cs, did you mean un_sc\?; known are "):
        select(["un_cs"])
