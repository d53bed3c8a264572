"""What tests of suppression share: a person on several lists and in the news, releases made as the steps make
them, and all that can be read in one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from contracts import contract
from tests.builders import House, Row, Rows, article, both, day, prisoner, row, target
from transforms.names.name_spotter import NameSpotter
from warehouse.privacy.redaction import collect_redaction
from warehouse.privacy.suppression_list import Suppressions, parse_suppressions
from warehouse.release.reader import Release, find
from warehouse.release.writer import write_release

SALT = "5e" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LOSIK = "by_viasna:17"
VERDICT = {
    "verdict_date": "2021-12-14",
    "verdict_date_precision": "day",
    "verdict_date_raw": "2021-12-14",
}
SPELLINGS = ("Ihar Losik", "Ігар Лосік", "Игорь Лосик", "LOSIK Ihar")


def listed(*entries: str, salt: str = SALT) -> str:
    lines = "".join(f"  - {{{entry}}}\n" for entry in entries)
    return f"salt: {salt}\nsuppressed:\n{lines}"


def suppressed(*record_ids: str) -> Suppressions:
    return parse_suppressions(
        listed(*(f"record_id: {json.dumps(each)}, on: 2026-11-20, reason: request" for each in record_ids)),
        "the test",
        {each.partition(":")[0] for each in record_ids},
    )


def person(record_id: str, name: str, born: str, **given: Any) -> Rows:
    return prisoner(
        record_id, name, birth_date=born, birth_date_precision="day", birth_date_raw=born, **given
    )


def losik(facility: str | None = "Penal colony No. 1", **given: Any) -> Rows:
    return both(
        person(LOSIK, "Ihar Losik", "1992-05-20", charges=["Art. 342"], arrest_date="2020-06-25",
               arrest_date_precision="day", arrest_date_raw="2020-06-25", sentence_raw="15 years",
               name_original="Ігар Лосік", facility=facility,
               case_url="https://example.org/person/ihar-losik", **given),
        {
            "names": [row("names", record_id=LOSIK, name=name, kind="alias") for name in SPELLINGS[1:3]],
            "charges": [row("charges", record_id=LOSIK)],
        },
    )  # fmt: skip


OTHERS = both(
    person("by_viasna:170", "Maria Kalesnikava", "1982-04-24", country="BY"),
    person("by_viasna:1", "Viktar Babaryka", "1963-11-09"),
)
ON_A_SANCTIONS_LIST = target(
    "un_sc:9", "LOSIK Ihar", birth_dates=["1992-05-20"], **{"schema": "Person", "position": "Blogger"}
)
NAMESAKE = target("eu_fsf:5", "Ihar Losik", birth_dates=["1950-01-01"], **{"schema": "Person"})
ARTICLES: dict[str, Row] = {
    "a-persons": {"persons": ["viktar babaryka", "ihar losik"]},
    "a-title": {"title": "Игоря Лосика освободили"},
    "a-url": {"url": "https://example.org/losik-ihar-freed"},
    "a-theme": {"themes": ["Ігар Лосік"]},
    "a-sighting": {},
    "a-count": {},
    "a-actor": {},
    "a-mention": {},
    "a-alias": {"persons": ["abu ali"]},
    "a-other": {"persons": ["maria kalesnikava"], "title": "Losik", "countries": ["BY"]},
}


# Of some only a row of another table tells.
TOLD_ELSEWHERE: dict[str, tuple[str, Row]] = {
    "a-sighting": ("sightings", {"title": "LOSIK, IHAR: freed"}),
    "a-count": ("article_counts", {"object": "blogger Ihar Losik"}),
    "a-actor": ("news_events", {"actor1_name": "IHAR LOSIK"}),
    "a-mention": ("news_event_mentions", {"url": "https://example.org/2/ihar-losik"}),
}
UNTOUCHED = {"a-alias", "a-other"}


def news(*ids: str) -> Rows:
    """Articles, each with a row in every table of news, and an event that it tells of."""
    return both(*map(_reported, ids))


def _reported(article_id: str) -> Rows:
    said = {
        "url": f"https://example.org/{article_id}",
        "title": "News",
        "published_at": day(0),
        "seen_at": day(0),
    } | ARTICLES[article_id]
    seen = {"article_id": article_id, "seen_at": day(0)}
    event = {"news_event_id": list(ARTICLES).index(article_id), **seen, "url": said["url"]}
    rows = both(
        article(article_id, **said),
        {
            "article_counts": [row("article_counts", **seen, object="people")],
            "article_places": [row("article_places", **seen)],
            "news_events": [row("news_events", **event)],
            "news_event_mentions": [row("news_event_mentions", **event)],
        },
    )
    table, told = TOLD_ELSEWHERE.get(article_id, ("articles", {}))
    rows[table][0].update(told)
    return rows


def publish(house: House, step: int) -> Release:
    """A release, as the steps make it."""
    given = house.inputs()
    withheld = collect_redaction(house.suppressed, house.home, given.sources, NameSpotter)
    with house.build() as con:
        now = NOON + timedelta(days=step)
        stated = given.redacted(withheld).to_json()
        return find(house.home, write_release(con, house.home, stated, now, withheld))


def rows_of(release: Release, table: str, part: str = "parquet") -> list[dict[str, Any]]:
    path = release.folder / part / f"{table}.parquet"
    if part == "parquet" and contract(table).partition_by:
        return [
            r for p in (release.folder / part / table).glob("*/*") for r in pq.read_table(p.path).to_pylist()
        ]
    return list(pq.read_table(path.path).to_pylist())


def ids_of(release: Release, table: str, column: str = "record_id", part: str = "parquet") -> set[str]:
    return {r[column] for r in rows_of(release, table, part)}


def everything(folder: Path) -> str:
    """All bytes of all files, and all that a reader sees of Parquet and DuckDB."""
    found = []
    for path in sorted(folder.rglob("*")):
        found.append(str(path.relative_to(folder)))
        if path.is_dir():
            continue
        found.append(path.read_bytes().decode("utf-8", "replace"))
        if path.suffix == ".parquet":
            found += [repr(pq.read_table(path).to_pylist()), str(pq.read_schema(path))]
        elif path.suffix == ".json":
            found.append(repr(json.loads(path.read_text("utf-8"))))
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as con:
                for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                    found.append(repr(con.execute(f'FROM "{name}"').fetchall()))
                for what in ("tables", "views", "columns"):
                    found.append(repr(con.execute(f"FROM duckdb_{what}()").fetchall()))
    return "\n".join(found)


def ways_to_write(name: str) -> set[str]:
    first, last = name.split()
    return {name, f"{last} {first}", f"{last}, {first}", f"{first}-{last}", f"{last}-{first}"}


def house_with_losik(folder: Path) -> House:
    """Two visits to each list; the person was arrested, and is then sentenced."""
    house = House(folder)
    house.see("by_viasna", 0, both(losik(status="detained"), OTHERS))
    house.see(
        "by_viasna",
        1,
        both(
            losik(status="released", **VERDICT),
            OTHERS,
        ),
    )
    house.see("un_sc", 0, both(target("un_sc:1"), ON_A_SANCTIONS_LIST))
    house.see("gdelt", 0, news(*ARTICLES))
    return house  # fmt: skip
