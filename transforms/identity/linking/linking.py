"""Link the records of all lists that are the same real-world person or body.

Records that share a similar name, a number or a reference are compared (`features`, `model`). Hard facts come
first: a reference that one list cites from another, or a shared document or registration number. Next is the
probability that two records are the same, by names, dates of birth, countries and gender. Records are merged
in this order, never against a contradiction (`clusters`), and the entities get stable ids (`entity_ids`).
A pair whose score lies between the two thresholds `candidate` and `same` is reported but not merged. A
person's decisions override all of this.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from contracts import contract
from transforms.identity.linking import clusters, entity_ids, model
from transforms.identity.linking.clusters import Pair, pair
from transforms.identity.linking.entity_ids import PreviousEntities
from transforms.identity.linking.features import ListFacts, prepare

__all__ = ["Decision", "PreviousEntities", "link"]

log = logging.getLogger(__name__)

HERE = Path(__file__).parent


class Decision(Protocol):
    """A person's decision about two records, with the reason and the line of the file."""

    @property
    def line(self) -> int: ...
    @property
    def left_record(self) -> str: ...
    @property
    def right_record(self) -> str: ...
    @property
    def same(self) -> bool: ...
    @property
    def reason(self) -> str: ...


def link(
    con: duckdb.DuckDBPyConnection,
    *,
    lists: ListFacts,
    previous: PreviousEntities | None = None,
    decisions: Iterable[Decision] = (),
    backend: model.Backend = "duckdb",
) -> None:
    """Create `entities`, `entity_records`, `links` and `retired_entities` in a database that holds
    `prisoners`, `sanctions`, `names`, `addresses` and `identifiers` with their history.

    `lists`: how the lists cite each other, and the countries of their programmes.
    Every record that was ever on a list belongs to an entity. Its last version is used, with the names of all
    versions. `previous` has the ids of the previous release. A decision about an unknown record, or one that
    conflicts with others, has no effect: a warning names its line.
    """
    prepare(con, lists)
    decided = _decided(con, decisions)
    found = []
    for of in model.KINDS:
        rows = con.execute(
            f"SELECT {', '.join(model.columns(of))} FROM record_features "  # noqa: S608
            "WHERE (kind = 'person') = ? AND (keys <> [] OR facts <> []) ORDER BY record_id",
            [of == "person"],
        )
        found.append(model.compare(rows.to_arrow_table(), of, backend))
    _create(con, "compared", pa.concat_tables(found, promote_options="default"))
    _create(con, "line", model.lines())
    con.execute((HERE / "links.sql").read_text("utf-8").format(margin=model.MARGIN))
    made = _clustered(con, decided)
    groups: dict[int, list[str]] = {}
    for record_id, number in sorted(made.group_of.items()):
        groups.setdefault(number, []).append(record_id)
    first_seen = dict(con.execute("SELECT record_id, first_seen FROM record").fetchall())
    assigned = entity_ids.assign_entity_ids(list(groups.values()), first_seen, previous)
    grouped = [
        (record_id, entity_id)
        for group, entity_id in zip(groups.values(), assigned.ids, strict=True)
        for record_id in group
    ]
    _create(con, "grouped", _texts(("record_id", "entity_id"), grouped))
    con.execute((HERE / "entities.sql").read_text("utf-8"))
    retired = [vars(each) for each in assigned.retired]
    _create(
        con,
        "retired_entities",
        pa.Table.from_pylist(retired, contract("retired_entities").arrow_schema),
        kept=True,
    )


def _decided(con: duckdb.DuckDBPyConnection, decisions: Iterable[Decision]) -> dict[Pair, Decision]:
    """Create the table `decision`; return the decisions about known records."""
    there = {record_id for (record_id,) in con.execute("SELECT record_id FROM record").fetchall()}
    decided: dict[Pair, Decision] = {}
    for each in decisions:
        if {each.left_record, each.right_record} <= there:
            decided[pair(each.left_record, each.right_record)] = each
        else:
            log.warning("decisions, line %s: no list has such a record: it has no effect", each.line)
    rows = [(*both, each.reason) for both, each in sorted(decided.items())]
    table = _texts(("left_record", "right_record", "reason"), rows)
    same = pa.array([each.same for _, each in sorted(decided.items())], pa.bool_())
    _create(con, "decision", table.append_column("same", same))
    return decided


def _clustered(con: duckdb.DuckDBPyConnection, decided: dict[Pair, Decision]) -> clusters.Clustering:
    """Create the table `refusal`; return the groups of records."""
    rows = con.execute(
        """
        WITH number AS (
            SELECT
                record_id,
                list(fact) FILTER (kind = 'reference') AS reference, list(fact) FILTER (kind = 'imo') AS imo,
                list(fact) FILTER (kind <> 'reference') AS papers
            FROM record_fact GROUP BY record_id
        ),
        taxed AS (
            SELECT record_id, list(country || ' ' || number) AS taxed
            FROM (SELECT record_id, country, unnest(numbers) AS number FROM own_number WHERE kind = 'tax_id')
            JOIN record AS r USING (record_id)
            WHERE r.kind = 'body'
            GROUP BY record_id
        )
        SELECT
            c.record_id, c.source_id, c.kind, c.gender, c.birth_day, c.birth_swapped, c.birth_part,
            c.birth_whole, c.birth_about, coalesce(n.reference, []), coalesce(n.imo, []),
            coalesce(n.papers, []), coalesce(t.taxed, [])
        FROM record_features AS c
        LEFT JOIN number AS n USING (record_id)
        LEFT JOIN taxed AS t USING (record_id)
        """
    ).fetchall()
    hard = con.execute(
        "SELECT left_record, right_record FROM weighed WHERE method IN ('reference', 'identifier')"
    ).fetchall()
    but_for_births = con.execute(
        "SELECT left_record, right_record FROM weighed WHERE but_for_births"
    ).fetchall()
    listed_twice = con.execute(
        """
        WITH certain AS (
            SELECT left_record, right_record FROM weighed
            WHERE sure AND names = 'same_rare' AND births = 'day'
        ),
        known AS (
            FROM certain UNION ALL SELECT right_record, left_record FROM certain
        )
        SELECT DISTINCT a.right_record, b.right_record
        FROM known AS a
        JOIN known AS b ON a.left_record = b.left_record AND a.right_record < b.right_record
        WHERE split_part(a.right_record, ':', 1) = split_part(b.right_record, ':', 1)
        """
    ).fetchall()
    records = clusters.Records(
        {
            record_id: clusters.Record(source_id, kind, gender, *map(frozenset, sets))
            for record_id, source_id, kind, gender, *sets in rows
        },
        set(hard),
        set(but_for_births),
        set(listed_twice),
        {both: each.same for both, each in decided.items()},
    )
    links = con.execute(
        """
        SELECT left_record, right_record FROM weighed
        WHERE decided IS NOT false AND (sure OR method <> 'model')
        ORDER BY
            list_position(['decision', 'reference', 'identifier', 'model'], method), weight DESC NULLS LAST,
            left_record, right_record
        """
    ).fetchall()
    made = clusters.cluster(records, links)
    for both in made.overruled:
        log.warning("decisions, line %s: put together against what the lists say", decided[both].line)
    for both in made.refused.keys() & decided.keys():
        log.warning("decisions, line %s: not followed, as another line is against it", decided[both].line)
    apart = {both: clusters.DECIDED for both, each in decided.items() if not each.same}
    refused = [(*both, why) for both, why in sorted((made.refused | apart).items())]
    _create(con, "refusal", _texts(("left_record", "right_record", "why"), refused))
    return made


def _texts(names: Sequence[str], rows: Sequence[Sequence[str]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    )


def _create(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table, *, kept: bool = False) -> None:
    """Create a table in the database, temporary unless `kept`."""
    con.register("incoming", table)
    con.execute(f"CREATE OR REPLACE {'' if kept else 'TEMP '}TABLE {name} AS FROM incoming")
    con.unregister("incoming")
