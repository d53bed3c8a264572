"""Small tables built from the contracts' own examples, and what the gate says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from contracts import Contract, contract
from expectations.gate import Gate
from expectations.runner import Session
from expectations.verdict import Verdict
from storage import database
from tests.builders import both, prisoner, target

SEEN = datetime(2025, 9, 12, tzinfo=UTC)
PRISONERS = Gate("by_viasna", "prisoners", "prisoners", 0, None, 1.0, False, SEEN)
SANCTIONS = Gate("eu_fsf", "sanctions", "sanctions", 0, None, 1.0, False, SEEN)
NEWS = Gate("gdelt", "news", "articles", 0, None, 1.0, False, SEEN)

Rows = dict[str, list[dict[str, Any]]]


def example(table: str, **changes: Any) -> dict[str, Any]:
    """A row of the contract's examples, with `changes`."""
    row = {c.name: _typed(c.type, c.example) for c in contract(table).columns}
    if "valid_to" in row:
        row["valid_to"] = None
    return row | changes


def _typed(type_: str, value: Any) -> Any:
    if value is None or type_ not in ("date", "timestamp"):
        return value
    return date.fromisoformat(value) if type_ == "date" else datetime.fromisoformat(value)


def built(rows: Rows, published: bool = False) -> dict[str, pa.Table]:
    def schema(of: Contract) -> pa.Schema:
        return of.arrow_schema if published else of.parsed_schema

    return {
        table: pa.Table.from_pylist(
            [{name: row[name] for name in schema(contract(table)).names} for row in listed],
            schema(contract(table)),
        )
        for table, listed in rows.items()
    }


def prisoners(n: int = 4, **changes: Any) -> Rows:
    """`n` prisoners with a primary name each, the first with `changes`."""
    ids = [f"by_viasna:{i}" for i in range(n)]
    rows = [example("prisoners", record_id=i, source_id="by_viasna") for i in ids]
    rows[0] |= changes
    return {"prisoners": rows, "names": [example("names", record_id=i, kind="primary") for i in ids]}


def sanctions(n: int = 4, **changes: Any) -> Rows:
    """`n` targets with a row in every child table each, the first target with `changes`."""
    ids = [f"eu_fsf:{i}" for i in range(n)]
    rows = [example("sanctions", record_id=i, source_id="eu_fsf", delisting_date=None) for i in ids]
    rows[0] |= changes
    summed_up = both(
        *(target(row["record_id"], **{column: row[column] for column in SUMMING_UP}) for row in rows)
    )
    return {
        "sanctions": rows,
        "names": [example("names", record_id=i, kind="primary") for i in ids],
        **{table: summed_up[table] for table in SUMMED_UP},
        "identifiers": [example("identifiers", record_id=i) for i in ids],
        "addresses": [example("addresses", record_id=i) for i in ids],
        "particulars": [example("particulars", record_id=i) for i in ids],
    }


NEWS_TABLES = (
    "articles",
    "sightings",
    "article_names",
    "article_places",
    "article_counts",
    "news_events",
    "news_event_mentions",
)
META = ("sources", "snapshots", "quarantine", "quality", "tombstones")
SUMMING_UP = ("programs", "birth_dates", "nationalities", "position")
SUMMED_UP = ("programs", "birth_dates", "nationalities", "positions")


def altered(table: str, main: dict[str, Any] | None = None, **changes: Any) -> Rows:
    """A target with the changes `main`, its row in a child table with `changes`."""
    rows = sanctions(1)
    rows["sanctions"][0] |= main or {}
    rows[table][0] |= changes
    return rows


def articles(n: int = 4, **changes: Any) -> Rows:
    rows = [example("articles", article_id=f"a-{i}", source_id="gdelt") for i in range(n)]
    for first in rows[:1]:
        first.update(changes)
    return {"articles": rows}


def of_news(table: str, **changes: Any) -> Rows:
    """Four articles with a row in every table of theirs and four events with a mention each, the first row
    of `table` with `changes`."""
    rows = articles()
    for name in ("sightings", "article_places", "article_counts"):
        rows[name] = [example(name, article_id=f"a-{i}") for i in range(4)]
    for name in ("news_events", "news_event_mentions"):
        rows[name] = [example(name, news_event_id=i) for i in range(4)]
    for row in rows["sightings"]:
        row["source_id"] = "gdelt"
    rows[table][0] |= changes
    return rows


def together(cases: Iterable[Rows]) -> Rows:
    """All cases in one snapshot, each under keys of its own: to validate a snapshot takes long."""

    def of_its_own(row: dict[str, Any], number: int) -> dict[str, Any]:
        keys = {name: row[name] for name in ("record_id", "article_id", "news_event_id") if name in row}
        return row | {
            name: key + 100 * number if isinstance(key, int) else f"{key}-{number}"
            for name, key in keys.items()
        }

    return both(
        *(
            {table: [of_its_own(row, number) for row in listed] for table, listed in rows.items()}
            for number, rows in enumerate(cases)
        )
    )


def validate(
    session: Session, gate: Gate, rows: Rows, baseline: int | None = None, previous: Rows | None = None
) -> Verdict:
    before = built(previous) if previous is not None else None
    return session.check_snapshot(gate, "unit", built(rows), baseline, before)


def failing(verdict: Verdict) -> dict[str, int]:
    """The failed checks' tables and targets, with the number of rows that fail each."""
    return {
        f"{r['table_name']}.{r['expectation'].partition('(')[2].removesuffix(')')}": r["unexpected_count"]
        for r in verdict.results
        if not r["success"]
    }


def failed(verdict: Verdict) -> list[str]:
    """The failed checks' targets."""
    return [name.partition(".")[2] for name in failing(verdict)]


def arrest(value: str | None, precision: str | None) -> dict[str, str | None]:
    return {"arrest_date": value, "arrest_date_precision": precision, "arrest_date_raw": value}


def verdict_on(value: str, precision: str) -> dict[str, str]:
    return {"verdict_date": value, "verdict_date_precision": precision, "verdict_date_raw": value}


NO_RELEASE = {"release_date": None, "release_date_precision": None, "release_date_raw": None}
NO_DEATH = {"death_date": None, "death_date_precision": None, "death_date_raw": None}
NO_TERM_END = {"term_end_date": None, "term_end_date_precision": None, "term_end_date_raw": None}
UNBORN = {"birth_date": None, "birth_date_precision": None, "birth_date_raw": None}

UNBORN_BUT_SAID = {"birth_date": None, "birth_date_precision": None, "birth_date_raw": "in spring"}


HEALTHY = NO_RELEASE | NO_DEATH | NO_TERM_END | UNBORN


NAMES = [f"{first} {last}" for first in ("Anna", "Berta", "Clara") for last in map(chr, range(65, 91))]


def named_records(gate: Gate, people: Mapping[str, str], births: Mapping[str, str] | None = None) -> Rows:
    """Records by their key, with a name each and no more than that, or a date of birth."""
    rows: Rows = {gate.main_table: [], "names": []}
    for key, name in people.items():
        record_id, birth = f"{gate.source_id}:{key}", (births or {}).get(key)
        if gate is PRISONERS:
            given = {"birth_date": birth, "birth_date_precision": birth and "year", "birth_date_raw": birth}
            part = prisoner(record_id, name, **given)
        else:
            part = target(record_id, name, schema="Person", birth_dates=[birth] if birth else [])
        rows = both(rows, part)
    return {table: listed for table, listed in rows.items() if listed}


def by_number(names: list[str], first: int = 0) -> dict[str, str]:
    return {str(number): name for number, name in enumerate(names, first)}


def people(n: int, first: int = 0, **column: Callable[[int], Any]) -> Rows:
    """`n` prisoners with what a function of their number gives."""
    return both(
        *(
            prisoner(
                f"by_viasna:{i}", NAMES[i % len(NAMES)] + f" {i}", **{k: f(i) for k, f in column.items()}
            )
            for i in range(first, first + n)
        )
    )


def some(value: str, below: int) -> Callable[[int], str | None]:
    return lambda number: value if number < below else None


def damaged_sanctions() -> Rows:
    rows = sanctions(12, schema="Ship")
    rows["sanctions"][2]["schema"] = "Ship"
    rows["sanctions"][5]["nationalities"] = ["??"]
    rows["sanctions"][7]["listing_date"] = date(2031, 1, 1)
    rows["names"].append(dict(rows["names"][0]))
    return rows


def release() -> dict[str, pa.Table]:
    """A release of two sanctions, a prisoner, and all that belongs to them."""
    target, person = {"record_id": "eu_fsf:1"}, {"record_id": "by_viasna:1"}
    ended = {"valid_to": datetime(2025, 10, 1, tzinfo=UTC)}
    return built(
        {
            "sanctions": [
                example("sanctions", **target, **ended),
                example("sanctions", **target, valid_from=ended["valid_to"]),
            ],
            "prisoners": [example("prisoners", **person)],
            "charges": [example("charges", **person)],
            "names": [example("names", **target), example("names", **person)],
            "name_parts": [example("name_parts", **target)],
            "identifiers": [example("identifiers", **target)],
            "addresses": [example("addresses", **target)],
            "particulars": [example("particulars", **target)],
            **{table: [example(table, **target)] for table in SUMMED_UP},
            **{table: [example(table)] for table in NEWS_TABLES},
            "mentions": [example("mentions", **person)],
            "candidate_mentions": [example("candidate_mentions", **person)],
            "entities": [example("entities", birth_date="1955~")],
            "entity_records": [example("entity_records", **target), example("entity_records", **person)],
            "links": [example("links")],
            "retired_entities": [example("retired_entities")],
            "events": [example("events", **target)],
            "unread_records": [example("unread_records", **target)],
            **{table: [example(table)] for table in META},
        },
        published=True,
    )


def validate_release(session: Session, tables: Mapping[str, pa.Table]) -> Verdict:
    """What is said of a release of these tables."""
    with database.connect() as con:
        for name, table in tables.items():
            con.register(name, table)
        return session.check_release(con)


def change_row(tables: dict[str, pa.Table], table: str, row: int, changes: Mapping[str, Any]) -> None:
    rows = tables[table].to_pylist()
    rows[row] |= changes
    tables[table] = pa.Table.from_pylist(rows, tables[table].schema)


SOUND_NEWS: list[tuple[str, dict[str, Any]]] = [
    ("articles", {"article_id": "a-1"}),
    ("sightings", {"url": "https://example.org/2"}),
    ("news_events", {"news_event_id": 2, "article_id": "a-2", "actor1_country": None}),
    ("news_event_mentions", {"sentence": 3, "event_seen_at": None}),
]
FAULTY_NEWS: list[tuple[str, dict[str, Any], str]] = [
    ("articles", {}, "no two rows have the same key"),
    ("articles", {"article_id": "a-1", "url": None}, "url is there"),
    ("articles", {"article_id": "a-2", "themes": ["A", None]}, "themes is there"),
    ("articles", {"article_id": "a-3", "countries": ["BY", "UK"]}, "countries are country codes"),
    ("sightings", {}, "no two rows have the same key"),
    ("article_names", {"kind": "body"}, "kind is one of person, organization"),
    ("article_places", {"article_id": "a-9"}, "article_id stands in the table it refers to"),
    ("article_places", {"country": "UK"}, "country is a country code"),
    ("article_counts", {"article_id": "a-9"}, "article_id stands in the table it refers to"),
    ("news_events", {}, "no two rows have the same key"),
    ("news_event_mentions", {}, "no two rows have the same key"),
]


def with_more(tables: dict[str, pa.Table], more: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, pa.Table]:
    """The same with further rows, each like the first of its table but for some changes."""
    found = dict(tables)
    for table, changes in more:
        row = tables[table].to_pylist()[0] | changes
        found[table] = pa.concat_tables([found[table], pa.Table.from_pylist([row], tables[table].schema)])
    return found
