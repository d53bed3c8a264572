"""Compares all names of all lists of a release with each other, and a sample of them; a program of its own.

    python -m tests.bench.matching_throughput vigil.duckdb

Out, as JSON: `sample`, two lists of persons' names, their scores' `sample_wall` and `sample_cpu` seconds; and
for all names `records`, `names`, `pairs` (those with a score of FLOOR or more), `wall` and `cpu` seconds, and
`peak`, the process's memory in bytes; for `screened` names against the release `screen_pairs`, `screen_wall`
and `screen_cpu`. CPU seconds are those of all threads.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter, process_time
from typing import Any

import duckdb
import pyarrow as pa
from upath import UPath

from storage import database
from tests.bench.matching_pairs import ours
from tests.bench.memory import peak_bytes, reset_peak
from transforms.identity.screening import NAMED, match
from transforms.names.comparison import compare
from vigil.lookup import release_names

SAMPLE = 500
SCREENED = 10_000
FLOOR = 0.5


def _load(con: duckdb.DuckDBPyConnection, path: str) -> int:
    """Creates `listed`, every name of every list once as a person's or a body's; returns how many records
    bear them. Weak aliases, which nothing is linked by, are left out."""
    con.execute(f"ATTACH '{path}' AS release (READ_ONLY)")
    con.execute(
        """
        CREATE TEMP TABLE bearer AS
        SELECT n.name, n.record_id, coalesce(s.schema, 'Person') = 'Person' AS person
        FROM release.names AS n
        LEFT JOIN (SELECT DISTINCT record_id, schema FROM release.sanctions) AS s USING (record_id)
        WHERE n.kind <> 'weak_alias';
        CREATE TEMP TABLE listed AS SELECT DISTINCT name, person FROM bearer;
        """
    )
    con.execute("DETACH release")
    return int(_one(con, "SELECT count(DISTINCT record_id) FROM bearer"))


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    (value,) = con.execute(sql).fetchone() or (None,)
    return value


def main(path: str) -> dict[str, Any]:
    with database.connect() as con:
        records = _load(con, path)
        names = _one(con, "SELECT count(*) FROM listed")
        drawn = con.execute(
            "SELECT name FROM listed WHERE person ORDER BY md5(name) LIMIT ?", [2 * SAMPLE]
        ).fetchall()
        sample = [name for (name,) in drawn]
        lists = (sample[:SAMPLE], sample[SAMPLE:])
        ours(["Ivan Ivanov"], ["Иван Иванов"])  # what is loaded once is loaded
        wall, cpu = perf_counter(), process_time()
        ours(*lists)
        sampled = {"sample_wall": perf_counter() - wall, "sample_cpu": process_time() - cpu}

        reset_peak()
        wall, cpu = perf_counter(), process_time()
        compare(con, "listed", "listed", FLOOR)
        took = {"wall": perf_counter() - wall, "cpu": process_time() - cpu, "peak": peak_bytes()}
        pairs = _one(con, "SELECT count(*) FROM name_pair")
        screened = _screen(con, path)
    return {
        "sample": lists,
        **sampled,
        "records": records,
        "names": names,
        "pairs": pairs,
        **took,
        **screened,
    }


def _screen(con: duckdb.DuckDBPyConnection, path: str) -> dict[str, Any]:
    """The work of `vigil match` on names of `listed`, without the printing."""
    drawn = con.execute("SELECT DISTINCT name FROM listed ORDER BY md5(name) LIMIT ?", [SCREENED]).fetchall()
    left = pa.Table.from_pylist([{"name": name, "births": [], "countries": []} for (name,) in drawn], NAMED)
    wall, cpu = perf_counter(), process_time()
    with database.connect(UPath(path), read_only=True) as release:
        right = release_names(release)
    pairs = sum(batch.num_rows for batch in match(con, left, right, FLOOR))
    took = {"screen_wall": perf_counter() - wall, "screen_cpu": process_time() - cpu}
    return {"screened": left.num_rows, "screen_pairs": pairs, **took}


if __name__ == "__main__":
    json.dump(main(sys.argv[1]), sys.stdout)
