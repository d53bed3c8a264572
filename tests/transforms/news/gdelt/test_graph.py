"""GDELT's graph files: rows kept and left out, codes, titles, places, counts, damaged files."""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import contract
from sources.registry import FOLDER, load, samples
from transforms.fields.countries import fips
from transforms.names import cleaning
from transforms.news import articles
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

OPTIONS = load(FOLDER / "gdelt/source.yml").options


def row(**columns: str) -> str:
    """A GKG line; columns by the codebook's number as `c4=…`."""
    cells = [""] * 27
    filled = {"c0": "20250911143000-0", "c1": "20250911143000", "c4": "https://example.org/1"} | columns
    for column, value in filled.items():
        cells[int(column[1:])] = value
    return "\t".join(cells)


def zipped(*rows: str | bytes, members: int = 1) -> bytes:
    body = b"".join((r.encode() if isinstance(r, str) else r) + b"\n" for r in rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(members):
            archive.writestr(f"{number}.gkg.csv", body)
    return out.getvalue()


def read(*files: bytes, **options: list[str]) -> ParseResult:
    named = {f"{n}.gkg.csv.zip": io.BytesIO(data) for n, data in enumerate(files)}
    return parse("gdelt", "news.gdelt", named, options)


def rows(snapshot: ParseResult) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot.arrow()["articles"].to_pylist()
    return found


def one(**columns: str) -> tuple[dict[str, Any], ParseResult]:
    snapshot = read(zipped(row(**columns)))
    return rows(snapshot)[0], snapshot


def balanced(snapshot: ParseResult) -> bool:
    return all(f.declared == f.parsed + f.quarantined + f.outside for f in snapshot.files.values())


def place(country: str, adm1: str) -> str:
    return f"4#Somewhere#{country}#{adm1}#5840#53.9#27.5#-1946324#100"


# The real files


@pytest.fixture
def real(shared_data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in shared_data.glob("gdelt/*/*.gkg.csv.zip")}


def parse_real(real: dict[str, bytes], options: dict[str, Any]) -> ParseResult:
    return parse("gdelt", "news.gdelt", {name: io.BytesIO(data) for name, data in real.items()}, options)


def test_every_real_row_is_accounted_for(real: dict[str, bytes]) -> None:
    snapshot = parse_real(real, {})
    assert {f.declared for f in snapshot.files.values()} == {50}
    assert balanced(snapshot) and not snapshot.quarantine
    assert len(rows(snapshot)) == 189
    assert sum(f.outside for f in snapshot.files.values()) == 11
    # 42 rows of 2015 and none of 2020 have a place under another place's country; in one stands `Se\x9eana`.
    assert snapshot.unknown == {
        "row with a place whose country is not that of its ADM1 code": 42,
        "text in Windows-1252 read as Latin 1, mended": 1,
    }


def test_real_files_through_the_shipped_options(real: dict[str, bytes]) -> None:
    snapshot = parse_real(real, OPTIONS)
    assert sum(f.declared for f in snapshot.files.values()) == 200
    assert balanced(snapshot)
    found = rows(snapshot)
    wanted = [
        bool(
            {"BY", "CN", "CU", "HK", "MO", "RU"} & set(r["countries"])
            or {"SANCTIONS", "POLITICAL_PRISONER"} & set(r["themes"])
        )
        for r in found
    ]
    assert len(found) == 33 and all(wanted)
    assert (
        sum({"BY", "CN", "CU", "RU"}.isdisjoint(r["countries"]) and "HK" in r["countries"] for r in found)
        == 2
    )
    # Belarus stands under `BO`, which in ISO's codes is Bolivia
    assert [r["domain"] for r in found if "BY" in r["countries"]] == ["ceskenoviny.cz"] * 2
    assert [r["domain"] for r in found if "POLITICAL_PRISONER" in r["themes"]] == ["BBC Monitoring"]


def test_the_filter_keeps_what_it_says_of_the_real_rows(real: dict[str, bytes]) -> None:
    # one address of 2015 stands in twelve rows, each with the places of another text: the filter is by row
    everything = {r["article_id"]: r for r in rows(parse_real(real, {})) if r["domain"] != "baomoi.com"}
    for options in (
        {"countries": ["RU"]},
        {"themes": ["SANCTIONS"]},
        {"names": ["Lukashenk", "Vladimir Putin"]},
    ):
        found = rows(parse_real(real, options))
        kept = {r["article_id"]: r for r in found if r["domain"] != "baomoi.com"}
        expected = {
            key: r
            for key, r in everything.items()
            if set(options.get("countries", ())) & set(r["countries"])
            or set(options.get("themes", ())) & set(r["themes"])
            or any(
                n.lower() in name
                for n in options.get("names", ())
                for name in r["persons"] + r["organizations"]
            )
        }
        assert kept == expected and 0 < len(kept) < len(everything)


def read_plainly(real: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """The real rows read once more in another way, row by row, by URL; of a repeated URL the first."""
    found: dict[str, dict[str, Any]] = {}
    for data in real.values():
        archive = zipfile.ZipFile(io.BytesIO(data))
        for line in archive.read(archive.namelist()[0]).decode().split("\n")[:-1]:
            cells = line.split("\t")
            places = [text.split("#") for text in cells[10].split(";") if text]
            title = re.search("<PAGE_TITLE>(.*)</PAGE_TITLE>", cells[26])
            published = re.search(r"TIMESTAMP>(\d{14})<", cells[26])
            entry = {
                "source_id": "gdelt",
                "url": cells[4],
                "domain": cells[3],
                "title": (" ".join(html.unescape(title[1]).split()) or None) if title else None,
                "lang": {"fra": "fr", "vie": "vi", "slv": "sl", "ces": "cs", "": "en"}[cells[25][6:9]],
                "published_at": moment(published[1]) if published else None,
                "seen_at": moment(cells[1]),
                **dict(zip(TONES, map(float, cells[15].split(",")), strict=True)),
                "themes": entries(cells[7], cells[8]),
                "persons": entries(cells[11].lower(), cells[12].lower()),
                "organizations": entries(cells[13].lower(), cells[14].lower()),
                "countries": sorted({c for p in places if (c := fips().get(p[3][:2]))}),
            }
            found.setdefault(cells[4], entry)
    return {
        url: {"article_id": key} | entry
        for (url, entry), key in zip(found.items(), articles.article_ids(list(found)), strict=True)
    }


TONES = (
    "tone",
    "tone_positive",
    "tone_negative",
    "tone_polarity",
    "activity_density",
    "self_density",
    "words",
)
TYPES = {"1": "country", "2": "us_state", "3": "us_city", "4": "world_city", "5": "world_state"}


def cells_by_article(real: dict[str, bytes]) -> dict[str, list[str]]:
    """Every real row's cells, by article; of a repeated one the first."""
    found: dict[str, list[str]] = {}
    for data in real.values():
        archive = zipfile.ZipFile(io.BytesIO(data))
        for line in archive.read(archive.namelist()[0]).decode().split("\n")[:-1]:
            found.setdefault(line.split("\t")[4], line.split("\t"))
    return dict(zip(articles.article_ids(list(found)), found.values(), strict=True))


def plain_place(parts: list[str], feature: str) -> dict[str, Any]:
    """A location's parts (type, name, country, ADM1, latitude, longitude) as columns."""
    kind, name, country, adm1, latitude, longitude = parts
    return {
        "place_type": TYPES.get(kind),
        "place": name.replace("\x9e", "ž") or None,
        "country": fips().get(adm1[:2] or country),
        "adm1": adm1 or None,
        "latitude": float(latitude) if latitude else None,
        "longitude": float(longitude) if longitude else None,
        "feature_id": feature or None,
    }


def as_set(found: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {tuple(row[name] for name in sorted(row)) for row in found}


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def entries(plain: str, with_offsets: str) -> list[str]:
    return sorted({*plain.split(";"), *(text.rpartition(",")[0] for text in with_offsets.split(";"))} - {""})


def test_every_real_row_reads_the_same_by_plain_means(real: dict[str, bytes]) -> None:
    plain = read_plainly(real)
    found = rows(parse_real(real, {}))
    assert len(plain) == len(found) == 189
    assert [plain[row["url"]] for row in found] == found
    assert sum(row["title"] is not None for row in found) == 97
    assert sum(row["published_at"] is not None for row in found) == 32


def test_every_real_place_and_count_reads_the_same_by_plain_means(real: dict[str, bytes]) -> None:
    places: list[dict[str, Any]] = []
    counts: list[dict[str, Any]] = []
    for article, cells in cells_by_article(real).items():
        of_it = {"article_id": article, "seen_at": moment(cells[1])}
        for entry in filter(None, cells[10].split(";")):
            p = entry.split("#")
            places.append(of_it | plain_place([*p[:4], *p[5:7]], p[7]))
        for entry in filter(None, cells[6].split(";")):
            c = entry.split("#")
            said = {"count_type": c[0], "number": int(c[1]), "object": c[2] or None}
            counts.append(of_it | said | plain_place(c[3:9], c[9]))
    tables = parse_real(real, {}).arrow()
    for name, plain, least in (("article_places", places, 600), ("article_counts", counts, 70)):
        found = tables[name].to_pylist()
        assert as_set(found) == as_set(plain), name
        assert len(found) == len(as_set(plain)) > least


def test_other_addresses_that_the_graph_gives_are_sightings(real: dict[str, bytes]) -> None:
    found = parse_real(real, {}).arrow()["sightings"].to_pylist()
    plain = {
        (article, html.unescape(url))
        for article, cells in cells_by_article(real).items()
        for url in [cells[4], *re.findall("<PAGE_ALTURL_(?:AMP|MOBILE)>(.*?)</PAGE_ALTURL", cells[26])]
    }
    assert {(row["article_id"], row["url"]) for row in found} == plain
    assert len(found) == len(plain) == 233


# The samples


@pytest.mark.parametrize(("date", "kept", "outside"), [("2025-09-11", 7, 3), ("2025-12-13", 7, 2)])
def test_samples(date: str, kept: int, outside: int) -> None:
    folder = samples("gdelt") / date
    files = {path.name: io.BytesIO(path.read_bytes()) for path in sorted(folder.glob("*.gkg.csv.zip"))}
    snapshot = parse("gdelt", "news.gdelt", files, OPTIONS)
    assert len(files) == 2
    assert not snapshot.unknown and not snapshot.quarantine
    assert len(rows(snapshot)) == kept
    assert sum(f.outside for f in snapshot.files.values()) == outside
    assert all(
        "BY" in r["countries"] and r["domain"] in ("example.org", "example.com") for r in rows(snapshot)
    )


@pytest.mark.parametrize("date", ["2025-09-11", "2025-12-13"])
def test_sample_indexes_name_the_files_beside_them(date: str) -> None:
    folder = samples("gdelt") / date
    named = set()
    for index in sorted(folder.glob("lastupdate*.txt")):
        for line in index.read_text("ascii").splitlines():
            size, md5, url = line.split(" ")
            data = (folder / url.rpartition("/")[2]).read_bytes()
            assert (int(size), md5) == (len(data), hashlib.md5(data, usedforsecurity=False).hexdigest())
            named.add(url.rpartition("/")[2])
    assert named == {path.name for path in folder.glob("*.zip")}


# Which rows are kept


@pytest.mark.parametrize(
    ("columns", "kept"),
    [
        ({"c10": place("BO", "BO04")}, True),
        ({"c10": f"{place('PE', 'PE01')};{place('BO', 'BO04')}"}, True),
        ({"c10": place("PE", "PE01")}, False),
        ({"c10": place("BL", "BL01")}, False),  # Bolivia: FIPS BL, ISO BO
        ({"c7": "ARREST;POLITICAL_PRISONER;"}, True),
        ({"c8": "POLITICAL_PRISONER,100"}, True),
        ({"c7": "POLITICAL_PRISONERS_OF_WAR;"}, False),
        ({"c11": "alexander lukashenko"}, True),
        ({"c12": "Alexander Lukashenko,200"}, True),
        ({"c13": "belarus ministry"}, True),
        ({"c26": "<PAGE_TITLE>belarus</PAGE_TITLE>"}, False),
        ({}, False),
    ],
)
def test_the_filter(columns: dict[str, str], kept: bool) -> None:
    options = {"countries": ["BY"], "themes": ["POLITICAL_PRISONER"], "names": ["Lukashenk", "belarus"]}
    snapshot = read(zipped(row(**columns)), **options)
    assert len(rows(snapshot)) == kept
    assert snapshot.files["0.gkg.csv.zip"].outside == (not kept)
    assert snapshot.arrow()["articles"].schema == contract("articles").parsed_schema


def test_an_option_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="country"):
        read(zipped(row()), country=["BY"])


# What is read


def test_names_and_themes_of_both_versions_are_one_list() -> None:
    found, _ = one(
        c7="B;A;", c8="A,10;C,20", c11="ihar losik", c12="Ihar Losik,5;John Coale,77", c14="Belavia, Ltd,9"
    )
    assert found["themes"] == ["A", "B", "C"]
    assert found["persons"] == ["ihar losik", "john coale"]
    assert found["organizations"] == ["belavia, ltd"]


def test_countries_are_iso_codes_and_unknown_ones_are_counted() -> None:
    found, snapshot = one(
        c10=";".join([place("UP", "UP12"), place("LH", "LH"), place("QX", "QX01"), place("OS", "OS00")])
    )
    assert found["countries"] == ["LT", "UA"]
    assert snapshot.unknown == {"FIPS country code QX": 1}


def test_the_adm1_code_is_believed_over_the_country_column() -> None:
    found, snapshot = one(c10="4#Budapest, Budapest, Hungary#RS#HU05##47.5#19.0833#-850553#12")
    assert found["countries"] == ["HU"]
    assert snapshot.unknown.total() == 1
    assert one(c10="1#Belarus#BO###53#28#BO#3")[0]["countries"] == ["BY"]


@pytest.mark.parametrize(
    ("columns", "lang", "counted"),
    [
        ({}, "en", 0),
        ({"c25": "srclc:bel;eng:GT-BEL 1.0"}, "be", 0),
        ({"c25": "srclc:xyz;eng:x"}, None, 1),
        ({"c0": "20250911143000-T7"}, None, 1),
    ],
)
def test_language(columns: dict[str, str], lang: str | None, counted: int) -> None:
    found, snapshot = one(**columns)
    assert found["lang"] == lang
    assert snapshot.unknown.total() == counted


def test_extras_may_be_absent_or_odd() -> None:
    assert one()[0]["title"] is None
    found, snapshot = one(
        c15="nan,1",
        c26="<PAGE_PRECISEPUBTIMESTAMP>20251399000000</PAGE_PRECISEPUBTIMESTAMP>"
        "<PAGE_TITLE> &quot;A&quot; &amp;  &#x411;</PAGE_TITLE>",
    )
    assert found["title"] == '"A" & Б'
    assert found["published_at"] is None and found["tone"] is None
    assert snapshot.unknown.total() == 2


def test_one_url_is_one_article_and_the_first_seen_stands() -> None:
    later = row(c0="20250911150000-0", c1="20250911150000", c15="1.0")
    first = row(c15="-2.0")
    for files in ((zipped(later), zipped(first)), (zipped(first), zipped(later)), (zipped(later, first),)):
        snapshot = read(*files)
        assert [r["tone"] for r in rows(snapshot)] == [-2.0]
        assert sum(f.outside for f in snapshot.files.values()) == 1
        assert balanced(snapshot)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n\t"), min_size=1).filter(str.strip))
@settings(max_examples=8, deadline=None)
def test_the_key_is_the_one_all_news_sources_share(url: str) -> None:
    snapshot = read(zipped(row(c4=url)))
    # What Python calls a space and SQL does not, or the other way round, still ends in one of the two.
    assert balanced(snapshot)
    assert all(r["article_id"] == articles.article_ids([r["url"]])[0] for r in rows(snapshot))
    assert all(r["url"] == url for r in rows(snapshot)) or not url.isprintable()


def test_an_identifier_that_is_no_address_is_kept_as_it_is() -> None:
    found, _ = one(c2="2", c3="BBC Monitoring", c4="as listed /BBC Monitoring/")
    assert (found["url"], found["domain"]) == ("as listed /BBC Monitoring/", "BBC Monitoring")


REFERENCES = st.sampled_from(
    [
        "&amp;",
        "&lt;",
        "&quot;",
        "&eacute;",
        "&nbsp;",
        "&nosuch;",
        "&#39;",
        "&#1041;",
        "&#x41A;",
        "&#X41a;",
        "&#150;",
        "&#x85;",
        "&#xD800;",
        "&#0;",
        "&#x110000;",
        "&#99999999999999999999;",
        "&",
        "&#;",
        "&#x;",
        "&;",
    ]
)
WORDS = st.text("abcdefé;# ", max_size=4)


@given(st.lists(st.lists(st.one_of(REFERENCES, WORDS), max_size=8).map("".join), min_size=1, max_size=40))
@settings(max_examples=8, deadline=None)
def test_character_references_are_read_as_in_html(titles: list[str]) -> None:
    lines = [
        row(c4=f"https://example.org/{number}", c26=f"<PAGE_TITLE>{title}</PAGE_TITLE>")
        for number, title in enumerate(titles)
    ]
    found = {r["url"]: r["title"] for r in rows(read(zipped(*lines)))}
    for number, title in enumerate(titles):
        assert found[f"https://example.org/{number}"] == (cleaning.clean(plain(title)) or None)


def plain(text: str) -> str:
    """`html.unescape`, of references that end in a semicolon alone, as GDELT's do."""
    return re.sub("&#?[0-9A-Za-z]+;", lambda m: html.unescape(m[0]), text)


# What cannot be read


@given(st.lists(st.text("ab #;,\"'<>&é\x0b\u2028", max_size=6), min_size=1, max_size=20))
@settings(max_examples=8, deadline=None)
def test_a_broken_line_changes_no_other_row(texts: list[str]) -> None:
    """A file that the reader stumbles over is read again in another way: to the same rows."""
    lines = [
        row(
            c0=f"20250911143000-{n}",
            c4=f"https://example.org/{n}",
            c7=text,
            c11=text,
            c14=f"{text},5",
            c26=text,
        )
        for n, text in enumerate(texts)
    ]
    clean, broken = read(zipped(*lines)), read(zipped(*lines, "a\tb"))
    assert clean.arrow() == broken.arrow()
    assert broken.files["0.gkg.csv.zip"].quarantined == 1


def test_bytes_that_are_not_utf8_do_not_stop_a_file() -> None:
    snapshot = read(
        zipped(row(c11="a").encode().replace(b"\ta\t", b"\ta\xff\xfe\t"), row(c4="https://example.org/2"))
    )
    assert len(rows(snapshot)) == 2
    assert snapshot.unknown == {"bytes not UTF-8, replaced": 2}


@pytest.mark.parametrize("column", [4, 11, 15, 25, 26])
def test_bytes_that_are_not_utf8_do_not_stop_a_file_in_any_column(column: int) -> None:
    """Not in one that is not read either, nor in the last."""
    cells = row(c11="a").split("\t")
    cells[column] += "\ufffd"
    damaged = "\t".join(cells).encode().replace("\ufffd".encode(), b"\xff")
    snapshot = read(zipped(damaged, row(c4="https://example.org/2")), zipped(row(c4="https://example.org/3")))
    assert len(rows(snapshot)) == 3
    assert snapshot.unknown["bytes not UTF-8, replaced"] == 1


def test_quotes_carriage_returns_and_nul_are_text() -> None:
    found, snapshot = one(c4='https://example.org/"1', c11="a\rb", c13="x\0y")
    assert found["url"] == 'https://example.org/"1'
    assert found["persons"] == ["a b"] and found["organizations"] == ["xy"]
    assert snapshot.unknown == {"control character U+0000, left out": 1}
    assert balanced(snapshot)


def test_characters_that_nobody_sees_are_in_no_column() -> None:
    found, snapshot = one(
        c4="https://example.org/\u200e1",
        c11="ihar\u200b losik\u202e",
        c26="<PAGE_TITLE>Free\u2066 Los\xadik&#x200B;&#8238; now&#x9d;</PAGE_TITLE>",
    )
    assert found["url"] == "https://example.org/1"
    assert found["article_id"] == articles.article_ids(["https://example.org/1"])[0]
    assert (found["persons"], found["title"]) == (["ihar losik"], "Free Losik now")
    codes = ("009D", "00AD", "200B", "200E", "202E", "2066")
    assert set(snapshot.unknown) == {f"control character U+{code}, left out" for code in codes}


@pytest.mark.parametrize("stamp", ["19700101000000", "00010101000000", "19891231235959"])
def test_a_time_before_the_web_is_no_publication(stamp: str) -> None:
    found, snapshot = one(c26=f"<PAGE_PRECISEPUBTIMESTAMP>{stamp}</PAGE_PRECISEPUBTIMESTAMP>")
    assert found["published_at"] is None
    assert snapshot.unknown == {"PAGE_PRECISEPUBTIMESTAMP: before 1990": 1}


def test_rows_that_cannot_be_read_go_to_quarantine() -> None:
    snapshot = read(
        zipped(row(), "a\tb", row() + "\t", "", row(c4=" "), row(c1="20251399000000"), row(c1="2025"))
    )
    assert [(q["locator"], q["reason"]) for q in snapshot.quarantine] == [
        ("line 2", "2 columns, not 27"),
        ("line 3", "28 columns, not 27"),
        ("line 4", "1 columns, not 27"),
        ("record 20250911143000-0", "no date"),
        ("record 20250911143000-0", "no date"),
        ("record 20250911143000-0", "no document identifier"),
    ]
    report = snapshot.files["0.gkg.csv.zip"]
    assert (report.declared, report.parsed, report.outside) == (7, 1, 0)


def damaged() -> bytes:
    data = bytearray(zipped(row(c7="".join(f"THEME_{n};" for n in range(500)))))
    data[200] ^= 0xFF
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(zipped(row()))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "damaged zip"),
        (b"<html>403</html>", "damaged zip"),
        (zipped(row())[:-30], "damaged zip"),
        (damaged(), "damaged zip"),
        (encrypted(), "damaged zip"),
        (zipped(row(), members=2), "2 files in the zip"),
        (zipped(members=0), "0 files in the zip"),
        (zipped(), "empty file"),
        (zipped("\t".join("x" * 61)), "none of 1 lines has 27 columns"),
        (zipped(row(c7="A" * 3_000_000)), "not one of GDELT's files"),
    ],
)
def test_a_bad_file_is_reported_and_the_others_are_read(data: bytes, reason: str) -> None:
    snapshot = read(data, zipped(row()))
    assert len(rows(snapshot)) == 1
    (rejected,) = snapshot.quarantine
    assert rejected["locator"] == "0.gkg.csv.zip" and reason in str(rejected["reason"])
    assert balanced(snapshot)
    with pytest.raises(SourceFormatError, match=reason) as error:
        read(data, data)
    assert "\n" not in str(error.value)


def test_no_file_at_all_is_an_error() -> None:
    with pytest.raises(SourceFormatError):
        read()
