"""Rows as the contracts want them, and a house from the archive to the models, with no parser and no
Great Expectations in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from contracts import Column, contract, contracts
from sources.archive.archive import Archive
from sources.archive.batch import Entry
from sources.list_facts import list_facts
from sources.registry import registry
from storage import database
from storage.home import Home
from storage.parquet import DAYS, with_derived
from transforms.identity.linking.linking import PreviousEntities, link
from transforms.identity.mentions.mentions import find_mentions
from transforms.names.name_index import build_name_index
from transforms.names.name_spotter import NameSpotter
from transforms.reading.parse_result import ParseResult
from warehouse.history import models
from warehouse.history.news import build_news
from warehouse.history.versions import build_lists, load_observations
from warehouse.privacy.redaction import collect_redaction
from warehouse.privacy.suppression_list import Suppressions
from warehouse.release import decisions
from warehouse.release.decisions import Decision
from warehouse.release.previous_release import read_previous_release
from warehouse.release.publication import latest_id
from warehouse.release.release_inputs import ReleaseInputs, collect_release_inputs, list_ends, staged_units
from warehouse.release.source_tables import load_source_tables
from warehouse.release.writer import create_views
from warehouse.staging.evaluation import SourceSpec, evaluate_snapshots
from warehouse.staging.promotion import decide_state
from warehouse.staging.staging import Staging
from warehouse.staging.states import PromotedState, States

Row = dict[str, Any]
Rows = dict[str, list[Row]]

LISTS = list_facts(registry().values())

START = datetime(2025, 1, 1, tzinfo=UTC)
FAMILIES = {
    "by_viasna": "prisoners",
    "ch_seco": "sanctions",
    "eu_fsf": "sanctions",
    "gdelt": "news",
    "gdelt_doc": "news",
    "rss": "news",
    "un_sc": "sanctions",
    "us_ofac_sdn": "sanctions",
}


def day(number: float) -> datetime:
    """A time, in days from the start of 2025."""
    return START + timedelta(days=number)


def _default(column: Column) -> Any:
    if column.type == "list<string>":
        return []
    if column.nullable or column.observed:
        return None
    if column.type == "timestamp":
        return datetime.fromisoformat(column.example)
    return date.fromisoformat(column.example) if column.type == "date" else column.example


def row(table: str, **given: Any) -> Row:
    """A row of `table`: empty where it may be, else the contract's example, with `given`."""
    columns = {column.name: column for column in contract(table).columns}
    assert given.keys() <= columns.keys(), given.keys() - columns.keys()
    made = {name: _default(column) for name, column in columns.items()} | given
    if "record_id" in given and "source_id" in columns and "source_id" not in given:
        made["source_id"] = given["record_id"].partition(":")[0]
    return made


def target(
    record_id: str, name: str = "Belavia", also: Mapping[str, str] | None = None, **given: Any
) -> Rows:
    """A sanctions target with its names, `name`, and `also` names by their kind, and the child rows that
    its programmes, dates of birth, nationalities and positions sum up."""
    main = row("sanctions", record_id=record_id, name=name, **{"schema": "Organization", **given})
    return {
        "sanctions": [main],
        "names": _names(record_id, name, also),
        "programs": [row("programs", record_id=record_id, program=code) for code in main["programs"]],
        "birth_dates": [_born(record_id, text) for text in main["birth_dates"]],
        "nationalities": [
            row("nationalities", record_id=record_id, kind="nationality", country=code)
            for code in main["nationalities"]
        ],
        "positions": [
            row("positions", record_id=record_id, kind="position", position=text)
            for text in (main["position"] or "").split("; ")
            if text
        ],
    }


def _born(record_id: str, text: str) -> Row:
    known = {4: "year", 7: "month", 10: "day"}
    precision = "circa" if "~" in text else "range" if "/" in text else known[len(text)]
    return row(
        "birth_dates",
        record_id=record_id,
        birth_date=text.rstrip("~"),
        birth_date_precision=precision,
        birth_date_raw=text,
    )


def prisoner(record_id: str, name: str = "Ihar Losik", **given: Any) -> Rows:
    """A prisoner with a name."""
    return {
        "prisoners": [row("prisoners", record_id=record_id, name=name, **given)],
        "names": _names(record_id, name, None),
    }


def _names(record_id: str, name: str, also: Mapping[str, str] | None) -> list[Row]:
    kinds = [(name, "primary"), *((other, kind) for kind, other in (also or {}).items())]
    return [row("names", record_id=record_id, name=name, kind=kind) for name, kind in kinds]


def article(article_id: str, source_id: str = "gdelt", **given: Any) -> Rows:
    """An article as a source saw it once."""
    main = row("articles", article_id=article_id, source_id=source_id, **given)
    seen = contract("sightings").arrow_schema.names
    return {"articles": [main], "sightings": [{name: main[name] for name in seen}]}


def with_names(rows: Rows) -> Rows:
    """The same with the `article_names` that history makes of articles."""
    kinds = (("person", "persons"), ("organization", "organizations"))
    named = [
        {**{name: each[name] for name in ("article_id", "domain", "seen_at")}, "kind": kind, "name": name}
        for each in rows["articles"]
        for kind, column in kinds
        for name in each[column]
    ]
    return {**rows, "article_names": named}


def both(*parts: Rows) -> Rows:
    """All the rows of `parts`."""
    joined: Rows = {}
    for part in parts:
        for table, rows in part.items():
            joined.setdefault(table, []).extend(rows)
    return joined


def arrow(table: str, rows: list[Row], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([{name: r.get(name) for name in schema.names} for r in rows], schema)


def filled(con: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    """Makes every table of the contracts, as a release takes them, with `rows` and what is derived."""
    con.execute(DAYS.read_text("utf-8"))
    for name in contracts():
        fill(con, name, rows.get(name, []), "CREATE OR REPLACE TABLE {} AS")


def fill(con: duckdb.DuckDBPyConnection, table: str, rows: list[Row], into: str = "INSERT INTO {}") -> None:
    """Puts rows into a table, with what is derived from them."""
    each = contract(table)
    given = pa.schema([c.arrow_field for c in each.columns if not c.derived])
    history = ", valid_from, valid_to" if each.versioned else ""
    con.register("incoming", arrow(table, rows, given))
    con.execute(f"{into.format(table)} SELECT {with_derived(each)}{history} FROM incoming")  # noqa: S608
    con.unregister("incoming")


Gate = Callable[[str, datetime, int | None], dict[str, Any]]


def verdict(*held: str, quarantined: tuple[str, ...] = (), results: tuple[Row, ...] = ()) -> dict[str, Any]:
    """What a gate says; `quarantined` are the keys of records."""
    return {
        "held": list(held),
        "warned": [],
        "quarantined": [{"table": "any", "record_id": key, "reason": "a reason"} for key in quarantined],
        "results": list(results),
    }


def pass_all(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
    return verdict()


@dataclass
class House:
    """Snapshots from the archive on: `see` puts one in, `promote` stages, judges and promotes what is
    there, `build` makes the tables of a release."""

    folder: Path
    gate: Gate = pass_all
    unreadable: dict[str, str] = field(default_factory=dict)
    cadence: timedelta = timedelta(days=1)
    suppressed: Suppressions = field(default_factory=Suppressions)
    decisions: tuple[Decision, ...] = ()
    withdrawn: Mapping[str, date] = field(default_factory=dict)
    rejected: dict[str, list[Row]] = field(default_factory=dict)
    """By source, what its parser put into quarantine of each snapshot; of one alone, it is among its rows."""
    _content: dict[str, Rows] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.home = Home.at(str(self.folder))
        self.archive = Archive(self.home)
        self.staging = Staging(self.home, "code")
        self.states = States(self.home)

    def see(
        self, source_id: str, when: float, rows: Rows | None = None, error: str | None = None, **given: Any
    ) -> None:
        """A visit to a source that found `rows` in a file, or an `error`. `file`: its name; `via`: how."""
        batch = self.archive.open_batch(source_id, day(when), given.get("via", "live"))
        name = given.get("file", "list.xml")
        url = f"https://lists.example/{name}"
        if error:
            batch.add(Entry(name, url, "failed", "required", error=error))
        else:
            sha256, size = self.archive.put([repr(rows).encode()])
            self._content[sha256] = rows or {}
            batch.add(Entry(name, url, "new", "required", sha256=sha256, bytes=size))
        batch.log()

    def spec(self, source_id: str) -> SourceSpec:
        family = FAMILIES[source_id]
        news = family == "news"
        return SourceSpec(source_id, "stream" if news else "full", "articles" if news else family, "gate")

    def parse(self, source_id: str) -> None:
        for unit in self.archive.snapshots(source_id, self.spec(source_id).content):
            found = both(*(self._content[sha256] for sha256 in unit.files.values()))
            rejected = [*self.rejected.get(source_id, []), *found.pop("quarantine", [])]
            error = next((self.unreadable[file] for file in unit.files if file in self.unreadable), None)
            tables = {name: arrow(name, rows, contract(name).parsed_schema) for name, rows in found.items()}
            if error:
                report: dict[str, Any] = {"error": error, "files": {}, "rows": {}}
                tables = {}
            else:
                main = len(found.get(self.spec(source_id).main_table, []))
                count = {"declared": main, "parsed": main, "quarantined": 0, "outside": 0}
                report = {
                    "error": None,
                    "files": {file: {**count, "published_at": None} for file in unit.files},
                    "rows": {name: table.num_rows for name, table in tables.items()},
                }
                tables["quarantine"] = arrow("quarantine", rejected, contract("quarantine").arrow_schema)
            self.staging.write(source_id, unit.unit_id, tables, report)

    def judge(self, source_id: str) -> int:
        """Judges what is not judged yet; returns how many snapshots that were."""
        judged = 0
        for each in evaluate_snapshots(self.archive, self.staging, self.spec(source_id)):
            if each.error is None and each.verdict is None:
                said = self.gate(each.snapshot.unit_id, each.snapshot.observed_at, each.baseline)
                self.staging.write_verdict(source_id, each.snapshot.unit_id, each.key, said)
                judged += 1
        return judged

    def state(self, source_id: str) -> PromotedState:
        return decide_state(self.archive, self.staging, self.spec(source_id))

    def promote(self) -> None:
        for source_id in FAMILIES:
            if self.archive.batches(source_id):
                self.parse(source_id)
                self.judge(source_id)
                self.states.save(source_id, self.state(source_id))

    def inputs(self, code: str = "released by") -> ReleaseInputs:
        self.promote()
        decided = decisions.hash_decisions(self.decisions, self.suppressed.salt)
        return collect_release_inputs(
            self.home,
            dict.fromkeys(FAMILIES, self.cadence),
            code,
            self.suppressed,
            decided,
            withdrawn=self.withdrawn,
        )

    def build(self) -> duckdb.DuckDBPyConnection:
        """A database with all tables, to be closed by the caller."""
        given = self.inputs()
        units = staged_units(self.home, given)
        entries = [
            row(
                "sources",
                source_id=source_id,
                family=FAMILIES[source_id],
                ended_on=self.withdrawn.get(source_id),
            )
            for source_id in given.sources
        ]
        withheld = collect_redaction(self.suppressed, self.home, given.sources, NameSpotter)
        con = database.connect()
        load_source_tables(con, self.home, given, entries, withheld=withheld)
        load_observations(con, units, list_ends(given))
        build_lists(con, units, withheld)
        build_news(con, units, withheld)
        standing = latest_id(self.home)
        before = read_previous_release(self.home, standing) if standing else None
        link(
            con,
            lists=LISTS,
            previous=PreviousEntities.from_rows(**before).without(self.suppressed.ids) if before else None,
            decisions=self.decisions,
        )
        find_mentions(con)
        build_name_index(con)
        models.build_models(con)
        return con


def parsed(snapshot: ParseResult, table: str) -> list[Row]:
    """What a parser read into a table; none if it read nothing into it."""
    tables = snapshot.arrow()
    return tables[table].to_pylist() if table in tables else []


def content(snapshot: ParseResult) -> dict[str, list[str]]:
    """All that a parser read, whatever the order of the rows."""
    return {table: sorted(map(repr, rows.to_pylist())) for table, rows in snapshot.arrow().items()}


def everything(snapshot: ParseResult) -> str:
    """All that a parser gave back, rows, quarantine and counts, to look for what must not be in it."""
    return f"{snapshot} {content(snapshot)}"


def quoted(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def contents(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows, sorted."""
    return {
        name: con.execute(f"SELECT {quoted(each.arrow_schema.names)} FROM {name} ORDER BY ALL").fetchall()  # noqa: S608
        for name, each in contracts().items()
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def opened(house: House) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of a release with its views and macros."""
    with house.build() as con:
        create_views(con)
        yield con
