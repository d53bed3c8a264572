"""Identity on the real lists: `VIGIL_BENCH_RELEASE` names the folder of a release of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from upath import UPath

from tests.bench import bench_identity as bench
from tests.builders import LISTS
from transforms.identity.linking import model
from transforms.identity.linking.linking import PreviousEntities, link

F1_BAR = 0.985
BODIES_F1_BAR = 0.94
BODIES_PRECISION_BAR = 0.97
KEPT_BAR = 0.99

pytestmark = pytest.mark.skipif(
    "VIGIL_BENCH_RELEASE" not in os.environ, reason="no release of the real lists is named"
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with bench.opened(UPath(os.environ["VIGIL_BENCH_RELEASE"])) as opened:
        yield opened


def test_people_are_known_by_names_and_births_alone(con: duckdb.DuckDBPyConnection) -> None:
    known = bench.truth(con)
    pairs = bench.scored(con, "person", known, bench.names_and_births_alone(model.parameters()["person"]))
    kept_aside = [pair for pair in pairs if pair.half == 1]
    _, _, f1, *_ = bench.measured(kept_aside, bench.best_line(pairs, 0))
    assert len(kept_aside) > 1000
    assert f1 >= F1_BAR


def test_bodies_are_known_by_names_and_countries(con: duckdb.DuckDBPyConnection) -> None:
    parameters = model.parameters()["body"]
    pairs = bench.scored(con, "body", bench.truth(con), parameters)
    kept_aside = [pair for pair in pairs if pair.half == 1]
    precision, _, f1, *_ = bench.measured(kept_aside, parameters["same"])
    assert len(kept_aside) > 300
    assert f1 >= BODIES_F1_BAR
    assert precision >= BODIES_PRECISION_BAR


def test_no_two_people_of_other_birthdays_and_documents_are_merged(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The entities to read are written into a file beside."""
    link(con, lists=LISTS)
    (tmp_path / "clusters.txt").write_text("\n".join(bench.clusters_to_read(con, 200)), "utf-8")
    assert bench.merged_against_births_and_documents(con) == []


def test_untouched_entities_keep_their_ids_when_one_of_20_records_comes_goes_or_changes(
    con: duckdb.DuckDBPyConnection,
) -> None:
    link(con, lists=LISTS)
    before = dict(con.execute("SELECT record_id, entity_id FROM entity_records").fetchall())
    first_seen = dict(con.execute("SELECT record_id, first_seen FROM record").fetchall())
    looked_at = dict(con.execute("SELECT source_id, max(first_seen) FROM record GROUP BY ALL").fetchall())
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE lot AS SELECT record_id, hash(record_id) % 100 AS lot FROM record;
        CREATE OR REPLACE TEMP TABLE changed_sanctions AS
        SELECT s.* REPLACE (CASE WHEN lot = 2 THEN [] ELSE birth_dates END AS birth_dates)
        FROM sanctions AS s JOIN lot USING (record_id) WHERE lot > 1
        UNION ALL
        SELECT s.* REPLACE (record_id || '-new' AS record_id, valid_from + INTERVAL 1 YEAR AS valid_from)
        FROM sanctions AS s JOIN lot USING (record_id) WHERE lot IN (3, 4);
        CREATE OR REPLACE TEMP TABLE changed_names AS
        SELECT n.* FROM names AS n JOIN lot USING (record_id) WHERE lot > 1
        UNION ALL
        SELECT n.* REPLACE (record_id || '-new' AS record_id, reverse(name) AS name)
        FROM names AS n JOIN lot USING (record_id) WHERE lot IN (3, 4);
        CREATE OR REPLACE TEMP VIEW sanctions AS FROM changed_sanctions;
        CREATE OR REPLACE TEMP VIEW names AS FROM changed_names;
        """
    )
    link(con, lists=LISTS, previous=PreviousEntities("r", before, first_seen, looked_at))
    after = dict(con.execute("SELECT record_id, entity_id FROM entity_records").fetchall())
    lots = dict(con.execute("SELECT record_id, lot FROM lot").fetchall())
    groups: dict[str, list[str]] = {}
    for record_id, entity_id in before.items():
        groups.setdefault(entity_id, []).append(record_id)
    untouched = {
        entity_id for entity_id, members in groups.items() if all(lots[each] > 4 for each in members)
    }
    kept = [{after[each] for each in groups[entity_id]} == {entity_id} for entity_id in untouched]
    assert len(kept) > 1000
    assert sum(kept) >= KEPT_BAR * len(kept)
