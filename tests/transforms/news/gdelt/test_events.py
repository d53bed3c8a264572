"""GDELT's events and mentions: which are kept, what their codes say, what is odd in them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import contract
from sources.registry import samples
from transforms.fields import countries
from transforms.news import articles
from transforms.news.gdelt import events
from transforms.reading.parse_result import ParseResult, parse

BELARUS = {"countries": ["BY"], "names": ["belarus", "lukashenk", "belavia"]}

Cells = list[str]
Files = dict[str, list[Cells]]
NOTHING: dict[str, Any] = {}

EVENT = {
    "global_event_id": "1263100201",
    "sql_date": "20250911",
    "is_root_event": "1",
    "event_code": "0841",
    "event_base_code": "084",
    "event_root_code": "08",
    "quad_class": "2",
    "goldstein_scale": "7.0",
    "num_mentions": "10",
    "num_sources": "1",
    "num_articles": "10",
    "avg_tone": "-1.86915887850467",
    "actor1_geo_type": "0",
    "actor2_geo_type": "0",
    "action_geo_type": "0",
    "date_added": "20250911143000",
    "source_url": "https://example.org/2025/09/11/fifty-two-freed",
}
MENTION = {
    "global_event_id": "1263100201",
    "event_time_date": "20250911143000",
    "mention_time_date": "20250911143000",
    "mention_type": "1",
    "mention_source_name": "example.org",
    "mention_identifier": "https://example.org/2025/09/11/fifty-two-freed",
    "sentence_id": "1",
    "actor1_char_offset": "60",
    "actor2_char_offset": "-1",
    "action_char_offset": "96",
    "in_raw_text": "1",
    "confidence": "100",
    "mention_doc_len": "1284",
    "mention_doc_tone": "-1.86915887850467",
}
MINSK = ("4", "Minsk, Belarus (general), Belarus", "BO", "BO00", "5840", "53.9", "27.5667", "-1946324")


def event(**cells: str) -> Cells:
    return [(EVENT | cells).get(column, "") for column in events.EXPORT]


def mention(**cells: str) -> Cells:
    return [(MENTION | cells).get(column, "") for column in events.MENTIONS]


def at(place: str, values: Iterable[str] = MINSK) -> dict[str, str]:
    """The eight columns of one of an event's places."""
    parts = ("type", "full_name", "country_code", "adm1_code", "adm2_code", "lat", "long", "feature_id")
    return {f"{place}_geo_{part}": value for part, value in zip(parts, values, strict=True)}


def graph(url: str) -> Cells:
    """A row of the knowledge graph that is about Belarus."""
    cells = [""] * 27
    cells[:2], cells[4] = ["20250911143000-0", "20250911143000"], url
    cells[10] = "1#Belarus#BO#BO##53#28#BO#100"
    return cells


def zipped(lines: list[Cells]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("file.CSV", "".join("\t".join(cells) + "\n" for cells in lines))
    return out.getvalue()


def parsed(files: Mapping[str, bytes], options: Mapping[str, Any]) -> ParseResult:
    snapshot = parse("gdelt", "news.gdelt", {name: io.BytesIO(data) for name, data in files.items()}, options)
    for report in snapshot.files.values():
        assert report.declared == report.parsed + report.quarantined + report.outside
        assert report.outside >= 0
    return snapshot


def read(
    export: Files, mentions: Files = NOTHING, options: Mapping[str, Any] = NOTHING, kept: Iterable[str] = ()
) -> ParseResult:
    """The day of the given rows by file; `kept` are the addresses of articles in a file of the graph."""
    files = {name: zipped(lines) for name, lines in (export | mentions).items()}
    if kept:
        files["a.gkg.csv.zip"] = zipped([graph(url) for url in kept])
    return parsed(files, options)


def rows(snapshot: ParseResult, name: str = "news_events") -> list[dict[str, Any]]:
    made = snapshot.arrow()[name]
    assert made.schema.equals(contract(name).parsed_schema)
    made.validate(full=True)
    found: list[dict[str, Any]] = made.to_pylist()
    return found


def one(**cells: str) -> tuple[dict[str, Any], ParseResult]:
    snapshot = read({"a.export.CSV.zip": [event(**cells)]})
    return rows(snapshot)[0], snapshot


def one_mention(file: str = "a.mentions.CSV.zip", **cells: str) -> tuple[dict[str, Any], ParseResult]:
    snapshot = read({}, {file: [mention(**cells)]})
    return rows(snapshot, "news_event_mentions")[0], snapshot


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


# The real files, against a reader of its own


def lines(files: Mapping[str, bytes], end: str) -> list[Cells]:
    """All rows of the files whose names end so."""
    found: list[Cells] = []
    for data in (data for name, data in files.items() if name.endswith(end)):
        archive = zipfile.ZipFile(io.BytesIO(data))
        text = archive.read(archive.namelist()[0]).decode("utf-8")
        found += [line.split("\t") for line in text.split("\n")[:-1]]
    return found


@pytest.fixture(scope="module")
def real_files(shared_data: Path) -> dict[str, bytes]:
    paths = [
        path for kind in ("export", "mentions") for path in shared_data.glob(f"gdelt/*/*.{kind}.CSV.zip")
    ]
    return {path.name: path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def real(real_files: dict[str, bytes]) -> ParseResult:
    return parsed(real_files, NOTHING)


def test_no_real_row_is_lost(real: ParseResult) -> None:
    assert len(rows(real)) == 2_311 and len(rows(real, "news_event_mentions")) == 200
    parsed = {name: report.parsed for name, report in real.files.items()}
    assert parsed.pop("20191024143000.export.CSV.zip") == 2_111
    assert len(parsed) == 8 and set(parsed.values()) == {50}
    assert not real.quarantine
    # `Ta\x91izz`, in two events
    assert real.unknown == {"text in Windows-1252 read as Latin 1, mended": 6}


# Where a place's name does not end in that of its country.
_LAST_PARTS = {"Republic Of": "VN", "The": "BS", "Oceans": None}
# A place without a name: one event of 2019 is in Serbia and Montenegro, that is all.
_NAMELESS = {"": None, "YI": "CS"}
_ROLES = {
    **{"GOV": "government", "COP": "police", "BUS": "business", "EDU": "education", "JUD": "judiciary"},
    **{"MED": "media", "CVL": "civilians", "MIL": "military", "LEG": "legislature", "HLH": "health"},
    **{"MNC": "multinational corporation", "IGO": "intergovernmental organization", "ELI": "elites"},
    **{"UAF": "unaligned armed forces", "CRM": "criminals", "OPP": "political opposition", "LAB": "labour"},
    **{"DEV": "development", "SPY": "state intelligence", "REF": "refugees", "SEP": "separatists"},
    **{"HRI": "human rights", "AGR": "agriculture", "REB": "rebels", "INS": "insurgents"},
    **{"IMG": "international militarized group", "UIS": "unidentified state actor"},
}
_REGIONS = {"AFR", "EUR", "SAF", "SEA"}
# Of the codes in the files, those for which GDELT's list has the older version's name, or none.
_NEWER_NAMES = {
    "016": "Deny responsibility",
    "018": "Make empathetic comment",
    "020": "Make an appeal or request, not specified below",
    "0214": "Appeal for intelligence",
    "022": "Appeal for diplomatic cooperation (such as policy support)",
    "025": "Appeal to yield, not specified below",
    "0253": "Appeal for release of persons or property",
    "0256": "Appeal for de-escalation of military engagement",
    "032": "Express intent to engage in diplomatic cooperation (such as policy support)",
    "033": "Express intent to provide material aid, not specified below",
    "0353": "Express intent to release persons or property",
    "044": "Meet at a 'third' location",
    "060": "Engage in material cooperation, not specified below",
    "086": "Allow international involvement, not specified below",
    "1014": "Demand intelligence cooperation",
    "1243": "Refuse to release persons or property",
    "1312": "Threaten with sanctions, boycott, embargo",
    "138": "Threaten with military force, not specified below",
    "140": "Engage in political dissent, not specified below",
    "141": "Demonstrate or rally, not specified below",
    "144": "Obstruct passage, block, not specified below",
    "145": "Protest violently, riot, not specified below",
    "163": "Impose embargo, boycott, or sanctions",
    "164": "Halt negotiations",
    "1721": "Impose restrictions on political freedoms",
    "195": "Employ aerial weapons, not specified below",
}


def place_plainly(cells: Cells, prefix: str, names: tuple[str, str, str]) -> dict[str, Any]:
    """A place's eight columns; `names` are those of its type, its name and its country in the contract."""
    types = {"": None, "0": None, "1": "country", "2": "us_state", "3": "us_city"}
    types |= {"4": "world_city", "5": "world_state"}
    last = cells[1].split(", ")[-1]
    named = _LAST_PARTS[last] if last in _LAST_PARTS else countries.code(last)
    return {
        names[0]: types[cells[0]],
        names[1]: cells[1].replace("\x91", "‘") or None,
        names[2]: named if last else _NAMELESS[cells[2]],
        f"{prefix}adm1": cells[3] or None,
        f"{prefix}adm2": cells[4] or None,
        f"{prefix}latitude": float(cells[5]) if cells[5] else None,
        f"{prefix}longitude": float(cells[6]) if cells[6] else None,
        f"{prefix}feature_id": cells[7] or None,
    }


def actor_plainly(cells: Cells, actor: str) -> dict[str, Any]:
    code = cells[2]
    types = [text for text in cells[7:10] if text]
    return {
        f"{actor}_code": cells[0] or None,
        f"{actor}_name": cells[1] or None,
        f"{actor}_country": None if code in _REGIONS else countries.code(code),
        f"{actor}_country_code": code or None,
        f"{actor}_group": cells[3] or None,
        f"{actor}_ethnic": cells[4] or None,
        f"{actor}_religions": [text for text in cells[5:7] if text],
        f"{actor}_types": types,
        f"{actor}_roles": [_ROLES[text] for text in types],
    }


def event_plainly(cells: Cells, names: dict[str, str], article_id: str) -> dict[str, Any]:
    quad = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")
    return {
        "news_event_id": int(cells[0]),
        "source_id": "gdelt",
        "event_date": date(int(cells[1][:4]), int(cells[1][4:6]), int(cells[1][6:])),
        "seen_at": moment(cells[59]),
        **actor_plainly(cells[5:15], "actor1"),
        **actor_plainly(cells[15:25], "actor2"),
        "is_root": cells[25] == "1",
        "event_code": cells[26],
        "event_name": names[cells[26]],
        "event_base_code": cells[27],
        "event_root_code": cells[28],
        "event_root_name": names[cells[28]],
        "quad_class": quad[int(cells[29]) - 1],
        "goldstein": float(cells[30]),
        "mentions": int(cells[31]),
        "sources": int(cells[32]),
        "articles": int(cells[33]),
        "tone": float(cells[34]),
        **place_plainly(
            cells[35:43], "actor1_", ("actor1_place_type", "actor1_place", "actor1_place_country")
        ),
        **place_plainly(
            cells[43:51], "actor2_", ("actor2_place_type", "actor2_place", "actor2_place_country")
        ),
        **place_plainly(cells[51:59], "", ("place_type", "place", "place_country")),
        "url": cells[60],
        "article_id": article_id,
    }


def test_every_field_of_every_real_event(
    real: ParseResult, real_files: dict[str, bytes], shared_data: Path
) -> None:
    listed = (shared_data / "gdelt_schema" / "cameoCodeTable.tsv").read_text("utf-8").splitlines()
    names = {code: " ".join(name.split()) for code, name, *_ in (line.split("\t") for line in listed)}
    names |= _NEWER_NAMES
    found = {row["news_event_id"]: row for row in rows(real)}
    given = lines(real_files, ".export.CSV.zip")
    for cells, article_id in zip(given, articles.article_ids([cells[60] for cells in given]), strict=True):
        assert found[int(cells[0])] == event_plainly(cells, names, article_id)


def test_names_agree_with_goldsteins_scale(real: ParseResult, shared_data: Path) -> None:
    """That GDELT rates 163 as it does sanctions says which version of the codebook it follows."""
    rated = {row["event_code"]: row["goldstein"] for row in rows(real)}
    listed = (shared_data / "gdelt_schema" / "cameoCodeTable.tsv").read_text("utf-8").splitlines()
    by_name = {name.strip(): scale for _, name, scale, *_ in (line.split("\t") for line in listed)}
    assert (
        str(rated["163"]) == by_name["Impose embargo, boycott, or sanctions"] != by_name["Halt negotiations"]
    )


_LANGUAGES = {
    **{
        "ara": "ar",
        "bul": "bg",
        "ces": "cs",
        "ell": "el",
        "fra": "fr",
        "hun": "hu",
        "ind": "id",
        "ita": "it",
    },
    **{"kor": "ko", "pol": "pl", "por": "pt", "rus": "ru", "spa": "es", "srp": "sr", "tur": "tr", "": "en"},
}


def test_every_field_of_every_real_mention(real: ParseResult, real_files: dict[str, bytes]) -> None:
    def offset(text: str) -> int | None:
        return None if text == "-1" else int(text)

    given = lines(real_files, ".mentions.CSV.zip")
    expected = [
        {
            "news_event_id": int(cells[0]),
            "article_id": article_id,
            "source_id": "gdelt",
            "url": cells[5],
            "domain": str(urlsplit(cells[5]).hostname).removeprefix("www."),
            "mention_type": "web",
            "seen_at": moment(cells[2]),
            "event_seen_at": moment(cells[1]),
            "sentence": int(cells[6]),
            "actor1_offset": offset(cells[7]),
            "actor2_offset": offset(cells[8]),
            "action_offset": offset(cells[9]),
            "in_raw_text": cells[10] == "1",
            "confidence": int(cells[11]),
            "document_length": int(cells[12]),
            "tone": float(cells[13]),
            "lang": _LANGUAGES[cells[14][6:9]],
        }
        for cells, article_id in zip(given, articles.article_ids([cells[5] for cells in given]), strict=True)
    ]
    found = rows(real, "news_event_mentions")
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_belarus_is_found_under_bo(real_files: dict[str, bytes]) -> None:
    snapshot = parsed(real_files, {"countries": ["BY"]})
    expected = {
        int(cells[0])
        for cells in lines(real_files, ".export.CSV.zip")
        if "BO" in (cells[37], cells[45], cells[53]) or "BLR" in (cells[7], cells[17])
    }
    found = rows(snapshot)
    assert {row["news_event_id"] for row in found} == expected and len(expected) == 26
    places = ("actor1_place_country", "actor2_place_country", "place_country")
    assert all(
        "BY" in [row[place] for place in (*places, "actor1_country", "actor2_country")] for row in found
    )
    told = {row["news_event_id"] for row in rows(snapshot, "news_event_mentions")}
    assert told and told <= expected
    # Burundi is BY in FIPS, and Bolivia BL.
    assert not any("BI" in [row[place] for place in places] for row in found)


# The samples


@pytest.mark.parametrize(("day", "of_belarus", "all_"), [("2025-09-11", 9, 12), ("2025-12-13", 9, 11)])
def test_samples(day: str, of_belarus: int, all_: int) -> None:
    files = {path.name: path.read_bytes() for path in (samples("gdelt") / day).glob("*.zip")}
    assert len(files) == 6
    snapshot = parsed(files, BELARUS)
    assert not snapshot.unknown and not snapshot.quarantine
    found = rows(snapshot)
    assert len(found) == of_belarus and len(lines(files, ".export.CSV.zip")) == all_
    assert {row["event_code"] for row in found} >= {"0841", "085"}
    assert {row["article_id"] for row in found} <= {row["article_id"] for row in rows(snapshot, "articles")}
    told = rows(snapshot, "news_event_mentions")
    assert {row["news_event_id"] for row in found} <= {row["news_event_id"] for row in told}
    assert {row["lang"] for row in told} >= {"en", "pl", "ru"}


@pytest.mark.parametrize("stream", ["", "-translation"])
def test_the_samples_lists_have_the_files_sizes_and_sums(stream: str) -> None:
    folders = sorted((samples("gdelt")).iterdir())
    every: list[str] = []
    for folder in folders:
        newest = (folder / f"lastupdate{stream}.txt").read_text("utf-8").splitlines()
        every += newest
        assert (folder / f"masterfilelist{stream}.txt").read_text("utf-8").splitlines() == every
        kinds = [line.rsplit(".", 3)[1] for line in newest]
        assert kinds == ["export", "mentions", "gkg"]
        for line in newest:
            size, md5, url = line.split(" ")
            data = (folder / url.removeprefix("http://data.gdeltproject.org/gdeltv2/")).read_bytes()
            assert (int(size), md5) == (len(data), hashlib.md5(data).hexdigest())  # noqa: S324  GDELT's sums


# The filter


def test_an_event_is_kept_for_a_place_an_actor_or_a_name() -> None:
    kept = [
        at("action"),
        at("actor1"),
        at("actor2"),
        {"action_geo_adm1_code": "BO04"},
        {"actor1_country_code": "BLR"},
        {"actor2_country_code": "BLR"},
        {"actor1_name": "ALEXANDER LUKASHENKO"},
        {"actor2_name": "BELAVIA"},
    ]
    others = event(global_event_id="99", actor1_country_code="BOL", action_geo_country_code="BL")
    given = [event(global_event_id=str(number), **cells) for number, cells in enumerate(kept, 1)]
    found = rows(read({"a.export.CSV.zip": [*given, others]}, options=BELARUS))
    assert [row["news_event_id"] for row in found] == list(range(1, len(kept) + 1))


def test_a_filter_of_themes_alone_keeps_no_event() -> None:
    assert rows(read({"a.export.CSV.zip": [event()]}, options={"themes": ["POLITICAL_PRISONER"]})) == []


def test_a_name_in_the_filter_may_hold_a_quote() -> None:
    snapshot = read({"a.export.CSV.zip": [event(actor1_name="O'BRIEN")]}, options={"names": ["o'b"]})
    assert len(rows(snapshot)) == 1


def test_a_mention_is_kept_for_its_event_or_its_article() -> None:
    given = [
        mention(),
        mention(global_event_id="8", mention_identifier="https://example.org/kept"),
        mention(global_event_id="9", mention_identifier="https://example.org/other"),
    ]
    snapshot = read(
        {"a.export.CSV.zip": [event(**at("action"))]},
        {"a.mentions.CSV.zip": given},
        BELARUS,
        ["https://example.org/kept"],
    )
    assert [row["news_event_id"] for row in rows(snapshot, "news_event_mentions")] == [8, 1263100201]
    assert snapshot.files["a.mentions.CSV.zip"].parsed == 2


# One row a key


def test_of_one_number_the_first_stands_by_file_and_by_row() -> None:
    early, late = event(num_mentions="1"), event(num_mentions="2")
    a, b = "a.export.CSV.zip", "b.export.CSV.zip"
    for files in ({a: [late], b: [early]}, {b: [early], a: [late]}):
        snapshot = read(files)
        assert [row["mentions"] for row in rows(snapshot)] == [2]
        assert (snapshot.files[a].parsed, snapshot.files[b].parsed) == (1, 0)
    assert [row["mentions"] for row in rows(read({a: [early, late]}))] == [1]
    assert [row["mentions"] for row in rows(read({a: [late, early]}))] == [2]


def test_equal_mentions_are_one_and_others_stay() -> None:
    a, b = "a.mentions.CSV.zip", "b.mentions.CSV.zip"
    snapshot = read({}, {b: [mention()], a: [mention(), mention(), mention(sentence_id="2")]})
    assert [row["sentence"] for row in rows(snapshot, "news_event_mentions")] == [1, 2]
    assert (snapshot.files[a].parsed, snapshot.files[b].parsed) == (2, 0)


def test_an_article_is_one_whatever_its_address_carries() -> None:
    found, _ = one(source_url="http://www.example.org/2025/09/11/fifty-two-freed/?utm_source=rss")
    assert found["article_id"] == articles.article_ids([EVENT["source_url"]])[0]
    assert found["url"] == "http://www.example.org/2025/09/11/fifty-two-freed/?utm_source=rss"


# What cannot be read


def test_an_event_without_number_or_time() -> None:
    bad = [
        ({"global_event_id": ""}, "event without an id", "no event number"),
        ({"global_event_id": "12a"}, "event 12a", "no event number"),
        ({"date_added": ""}, "event 1263100201", "no time"),
        ({"date_added": "20250911"}, "event 1263100201", "no time"),
        ({"date_added": "20251311143000"}, "event 1263100201", "no time"),
    ]
    snapshot = read({"a.export.CSV.zip": [event(**cells) for cells, *_ in bad]})
    assert rows(snapshot) == []
    expected = [
        {
            "file": "a.export.CSV.zip",
            "locator": locator,
            "reason": reason,
            "raw": "\t".join(event(**cells)),
            "key": None,
        }
        for cells, locator, reason in bad
    ]
    assert sorted(snapshot.quarantine, key=repr) == sorted(expected, key=repr)
    assert snapshot.files["a.export.CSV.zip"].quarantined == len(bad)


def test_a_mention_without_number_time_or_identifier() -> None:
    bad = {
        "no event number": mention(global_event_id="-5"),
        "no time": mention(mention_time_date="now"),
        "no identifier": mention(mention_identifier=" "),
    }
    given = [*bad.values(), mention()]
    snapshot = read({}, {"a.mentions.CSV.zip": given}, BELARUS)
    assert rows(snapshot, "news_event_mentions") == []
    found = {record["reason"]: record["raw"] for record in snapshot.quarantine}
    assert found == {reason: "\t".join(cells) for reason, cells in bad.items()}
    assert len(snapshot.quarantine) == len(bad)
    assert all(str(record["locator"]).startswith("mention of event ") for record in snapshot.quarantine)


def test_a_place_of_an_unknown_country() -> None:
    found, snapshot = one(**at("action", ("1", "Nowhere", "XQ", "XQ", "", "1", "2", "XQ")))
    assert found["place_country"] is None and found["place"] == "Nowhere"
    assert snapshot.unknown == {"FIPS country code XQ": 1}


def test_a_place_of_no_one_country() -> None:
    found, snapshot = one(**at("action", ("1", "Oceans", "OS", "OS", "", "0", "0", "OS")))
    assert found["place_country"] is None and not snapshot.unknown


def test_the_adm1_code_says_which_country() -> None:
    found, snapshot = one(**at("action", (*MINSK[:2], "RS", *MINSK[3:])))
    assert found["place_country"] == "BY"
    assert snapshot.unknown == {"event with a place whose country is not that of its ADM1 code": 1}


def test_a_region_stands_in_the_country_code_alone() -> None:
    found, snapshot = one(actor1_code="IGOEUREEC", actor1_country_code="EUR", actor1_known_group_code="EEC")
    assert (found["actor1_country"], found["actor1_country_code"]) == (None, "EUR")
    assert found["actor1_group"] == "EEC" and not snapshot.unknown


def test_codes_nobody_knows_are_kept_and_counted() -> None:
    found, snapshot = one(
        event_code="0999",
        event_root_code="77",
        quad_class="5",
        is_root_event="yes",
        actor1_country_code="QQQ",
        actor2_type1_code="GOV",
        actor2_type2_code="QQQ",
        action_geo_type="9",
    )
    assert (found["event_code"], found["event_name"], found["event_root_name"]) == ("0999", None, None)
    assert (found["quad_class"], found["is_root"], found["place_type"]) == (None, None, None)
    assert (found["actor1_country"], found["actor1_country_code"]) == (None, "QQQ")
    assert (found["actor2_types"], found["actor2_roles"]) == (["GOV", "QQQ"], ["government"])
    assert snapshot.unknown == {
        "CAMEO event code 0999": 1,
        "CAMEO event code 77": 1,
        "QuadClass 5": 1,
        "IsRootEvent yes": 1,
        "CAMEO country code QQQ": 1,
        "CAMEO actor type QQQ": 1,
        "ActionGeo_Type 9": 1,
    }


NO_NUMBERS = ("many", "nan", "inf", "1e999", "1,5", "0x10", "1_000", "٣")


def test_what_is_no_number_or_date_is_empty_and_counted() -> None:
    """Each in an event of its own."""
    columns = [
        ("goldstein_scale", "goldstein", "GoldsteinScale: not a number"),
        ("num_mentions", "mentions", "NumMentions: not a number"),
        ("num_sources", "sources", "NumSources: not a number"),
        ("num_articles", "articles", "NumArticles: not a number"),
        ("avg_tone", "tone", "AvgTone: not a number"),
        ("actor1_geo_lat", "actor1_latitude", "Actor1Geo_Lat: not a number"),
        ("actor2_geo_long", "actor2_longitude", "Actor2Geo_Long: not a number"),
        ("action_geo_lat", "latitude", "ActionGeo_Lat: not a number"),
        ("sql_date", "event_date", "SQLDATE: not a date"),
    ]
    cases = [(column, field, text) for column, field, _ in columns for text in NO_NUMBERS]
    snapshot = read(
        {
            "a.export.CSV.zip": [
                event(global_event_id=str(number), **{column: text})
                for number, (column, _, text) in enumerate(cases)
            ]
        }
    )
    found = rows(snapshot)
    assert [row["news_event_id"] for row in found] == list(range(len(cases)))
    for row, (_, field, text) in zip(found, cases, strict=True):
        assert row[field] is None, (field, text)
    assert snapshot.unknown == {label: len(NO_NUMBERS) for *_, label in columns}


@pytest.mark.parametrize(("lat", "long"), [("90.1", "0"), ("0", "-180.5"), ("1e300", "5")])
def test_a_place_off_the_globe_is_nowhere(lat: str, long: str) -> None:
    found, snapshot = one(action_geo_lat=lat, action_geo_long=long)
    assert None in (found["latitude"], found["longitude"]) and snapshot.unknown.total() == 1


def test_dates_of_events() -> None:
    dates = {"19790101": date(1979, 1, 1), "20250230": None, "00000101": None, "": None}
    given = [event(global_event_id=str(number), sql_date=text) for number, text in enumerate(dates)]
    found = rows(read({"a.export.CSV.zip": given}))
    assert [row["event_date"] for row in found] == list(dates.values())


def test_kinds_of_mentions() -> None:
    words = ("web", "citation", "core", "dtic", "jstor", "nontextual")
    given = [mention(global_event_id=str(kind), mention_type=str(kind)) for kind in range(1, 7)]
    found = rows(read({}, {"a.mentions.CSV.zip": given}), "news_event_mentions")
    told = {row["news_event_id"]: row["mention_type"] for row in found}
    assert told == dict(enumerate(words, 1))


def test_an_article_without_an_address_has_its_outlets_name() -> None:
    found, snapshot = one_mention(
        mention_type="2", mention_identifier="BBC Monitoring/(c) BBC", mention_source_name="BBC Monitoring"
    )
    assert (found["domain"], found["url"]) == ("BBC Monitoring", "BBC Monitoring/(c) BBC")
    assert found["article_id"] and not snapshot.unknown


def test_odd_values_of_a_mention() -> None:
    found, snapshot = one_mention(
        mention_type="0",
        in_raw_text="2",
        sentence_id="first",
        confidence="",
        event_time_date="20250000000000",
        mention_doc_tone="-",
    )
    empty = (
        "mention_type",
        "in_raw_text",
        "sentence",
        "confidence",
        "event_seen_at",
        "tone",
        "actor2_offset",
    )
    assert [found[field] for field in empty] == [None] * 7
    assert snapshot.unknown == {
        "MentionType 0": 1,
        "InRawText 2": 1,
        "SentenceID: not a number": 1,
        "EventTimeDate: not a time": 1,
        "MentionDocTone: not a number": 1,
    }


@pytest.mark.parametrize(
    ("info", "stream", "lang", "label"),
    [
        ("", "", "en", None),
        ("srclc:bel;eng:GT-BEL 1.0", ".translation", "be", None),
        ("srclc:qqq;eng:GT-QQQ 1.0", ".translation", None, "language qqq"),
        ("eng:GT-BEL 1.0", ".translation", None, "language not given"),
        ("", ".translation", None, "language not given"),
    ],
)
def test_languages(info: str, stream: str, lang: str | None, label: str | None) -> None:
    found, snapshot = one_mention(
        f"20250911143000{stream}.mentions.CSV.zip", mention_doc_translation_info=info
    )
    assert found["lang"] == lang
    assert dict(snapshot.unknown) == ({label: 1} if label else {})


def test_a_day_on_other_countries_has_empty_tables() -> None:
    snapshot = read({"a.export.CSV.zip": [event()]}, {"a.mentions.CSV.zip": [mention()]}, BELARUS)
    assert rows(snapshot) == [] and rows(snapshot, "news_event_mentions") == []
    assert [report.outside for report in snapshot.files.values()] == [1, 1]


_ODD = st.text(st.characters(exclude_characters="\t\n", exclude_categories=["Cs"]), max_size=12) | (
    st.sampled_from(
        ["-1", "0", "1", "1e308", "nan", "20250911", "20250911143000", "BO", "BLR", "'", "9" * 30]
    )
)


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(events.EXPORT), _ODD, max_size=8), min_size=1, max_size=3),
    st.lists(st.dictionaries(st.sampled_from(events.MENTIONS), _ODD, max_size=6), min_size=1, max_size=3),
)
def test_odd_cells_end_in_tables_or_in_quarantine(
    odd_events: list[dict[str, str]], odd_mentions: list[dict[str, str]]
) -> None:
    a, b = "a.export.CSV.zip", "b.mentions.CSV.zip"
    snapshot = read(
        {a: [event(**cells) for cells in odd_events]}, {b: [mention(**cells) for cells in odd_mentions]}
    )
    numbers = [row["news_event_id"] for row in rows(snapshot)]
    assert numbers == sorted(set(numbers))
    assert snapshot.files[a].parsed == len(numbers)
    assert snapshot.files[b].parsed == len(rows(snapshot, "news_event_mentions"))
    for name, given_ in ((a, odd_events), (b, odd_mentions)):
        report = snapshot.files[name]
        assert report.declared == len(given_) and report.parsed + report.quarantined > 0
    for name in ("news_events", "news_event_mentions"):
        for column in contract(name).columns:
            held = {str(row[column.name]) for row in rows(snapshot, name) if row[column.name] is not None}
            assert not column.enum or held <= set(column.enum)
            assert column.format != "country" or held <= countries.ALL
