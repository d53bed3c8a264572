"""Probability that two records are the same person or body: a Fellegi-Sunter model, on Splink.

Every pair of records that share a name (or two similar names), a number or a reference is compared. Each
comparison (names, date of birth, countries, gender) has levels of agreement. A level adds the logarithm of
how much more often records of the same person reach it than records of different people. These frequencies,
and the thresholds of `same` and `candidate`, are in `model.yml`, which states how they were obtained.

What two records can share is given as one set of keys per level. So each level is a test whether two arrays
overlap, and the same model runs on DuckDB and on Spark.
"""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import yaml

from transforms.identity.linking.spark import session

if TYPE_CHECKING:
    from splink.internals.database_api import DatabaseAPISubClass

Backend = Literal["duckdb", "spark"]
Parameters = Mapping[str, Any]
"""`prior`, and by comparison and level the frequencies among records of the same person and of two people."""
BACKENDS: tuple[Backend, ...] = ("duckdb", "spark")
KINDS = ("person", "body")

FILE = Path(__file__).with_name("model.yml")
MEMORY = "1000MB"

ALIKE = {"same": 0.85, "close": 0.5, "like": 0.0, "faint": -0.5}
"""Bands of similarity of two names: 0 is the threshold for names alone, 1 is equal, negative is below."""
RARE = {
    "person": {"rare": 25.0, "plain": 18.0, "common": 11.0, "bare": 0.0},
    "body": {"rare": 25.0, "plain": 18.0, "common": 13.2, "bare": 0.0},
}
"""Bands of rarity of names of people and of bodies, in bits: one in 2^bits has the name. A given name with a
surname has about 20 bits, with a patronymic 26; a word that only one body has, 14."""

NAMES = tuple(f"{alike}_{rare}" for alike in ALIKE for rare in RARE["person"])
BEST_FIRST = {"person": ("rare", "plain", "common", "bare"), "body": ("rare", "common", "plain", "bare")}
"""For bodies, a unique word is better evidence than two common ones, which tend to occur together."""
BIRTHS = ("day", "swapped", "part", "about", "two_of_three", "year", "near")
ELSE = "none"

_BIRTH_COLUMNS = ("day", "swapped", "part", "whole", "about", "two_of_three", "near")
_OVERLAP = {"duckdb": "list_has_any({0}_l, {1}_r)", "spark": "arrays_overlap({0}_l, {1}_r)"}
_SIZE = {"duckdb": "len({0})", "spark": "size({0})"}


class Dialect:
    """SQL expressions of the levels' conditions, for one backend."""

    def __init__(self, backend: Backend) -> None:
        self._overlap, self._size = _OVERLAP[backend], _SIZE[backend]

    def either(self, *pairs: tuple[str, str]) -> str:
        """Return the condition that the arrays of any pair overlap, in either direction.

        Either the left record's first array overlaps the right one's second, or the reverse.
        """
        conditions = dict.fromkeys(itertools.chain.from_iterable((pair, pair[::-1]) for pair in pairs))
        return " OR ".join(self._overlap.format(*pair) for pair in conditions)

    def empty(self, column: str) -> str:
        return " OR ".join(f"{self._size.format(f'{column}_{side}')} = 0" for side in "lr")

    def filled(self, column: str) -> str:
        return " AND ".join(f"{self._size.format(f'{column}_{side}')} > 0" for side in "lr")


@cache
def parameters() -> dict[str, Any]:
    """Return the content of `model.yml`."""
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return loaded


def levels(of: str, dialect: Dialect) -> dict[str, dict[str, str]]:
    """Return the comparisons of people (`person`) or bodies (`body`), each with its levels, best first.

    A level maps to the SQL of its condition. `null` is the level of what cannot be compared, `none` that of
    what does not agree.
    """
    one = dialect.either
    ordered = [f"{alike}_{rare}" for alike in ALIKE for rare in BEST_FIRST[of]]
    names = {name: one((f"name_{name}", f"name_{name}")) for name in ordered}
    compared = {
        "names": {**names, "weak": one(("keys", "keys")), ELSE: "ELSE"},
        "places": {"null": dialect.empty("places"), "shared": one(("places", "places")), ELSE: "ELSE"},
    }
    if of != "person":
        program_countries = {
            "null": f"({dialect.filled('places')}) OR {dialect.empty('program_countries')}",
            "shared": one(("program_countries", "program_countries")),
            ELSE: "ELSE",
        }
        return {**compared, "program_countries": program_countries}
    b = {column: f"birth_{column}" for column in _BIRTH_COLUMNS}
    births = {
        "null": dialect.empty("births"),
        "day": one((b["day"], b["day"])),
        "swapped": one((b["day"], b["swapped"])),
        "part": one((b["part"], b["whole"])),
        "about": one((b["about"], b["whole"]), (b["about"], b["about"])),
        "two_of_three": one((b["two_of_three"], b["two_of_three"])),
        "year": one((b["whole"], b["whole"])),
        "near": one((b["near"], b["whole"]), (b["near"], b["about"])),
        ELSE: "ELSE",
    }
    gender = {
        "null": "gender_l IS NULL OR gender_r IS NULL",
        "same": "gender_l = gender_r",
        ELSE: "ELSE",
    }
    return {**compared, "births": births, "gender": gender}


def _comparisons(of: str, backend: Backend, known: Parameters) -> Iterator[dict[str, Any]]:
    for comparison, conditions in levels(of, Dialect(backend)).items():
        described = []
        for name, condition in conditions.items():
            level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": name}
            if name == "null":
                level["is_null_level"] = True
            else:
                level["m_probability"], level["u_probability"] = known[comparison][name]
            described.append(level)
        yield {"output_column_name": comparison, "comparison_levels": described}


def columns(of: str) -> tuple[str, ...]:
    """The columns of the table that the comparisons read."""
    births = (*(f"birth_{column}" for column in _BIRTH_COLUMNS), "births", "gender")
    return (
        "record_id",
        "source_id",
        "kind",
        "keys",
        "facts",
        "places",
        *(f"name_{n}" for n in NAMES),
        *(births if of == "person" else ("program_countries",)),
    )


MARGIN = 2.0
"""By how many bits a record must fit better than all others of its list."""

BLOCKING = (
    {"blocking_rule": "l.facts = r.facts AND l.kind = r.kind", "arrays_to_explode": ["facts"]},
    {
        "blocking_rule": "l.keys = r.keys AND l.kind = r.kind AND l.source_id <> r.source_id",
        "arrays_to_explode": ["keys"],
    },
)
"""Which pairs to compare: those that share a number, and those of two lists that have names alike."""


def compare(
    table: pa.Table,
    of: str,
    backend: Backend = "duckdb",
    *,
    known: Parameters | None = None,
    blocking: Sequence[Mapping[str, Any]] = BLOCKING,
) -> pa.Table:
    """Every pair of records that the `blocking` rules find, compared.

    `table` has the columns that `columns` names, and those of the rules; `known` are other parameters than
    those in `model.yml`, with no two levels of a comparison of the same weight. The result: `left_record`,
    `right_record` (left < right), `weight` (the evidence for one person, in bits, the prior with it) and for
    each comparison the level that is reached, by name.
    """
    from splink import Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)  # it warns of comparisons that are never null
    known = known or parameters()[of]
    schema = pa.schema(
        [("left_record", pa.string()), ("right_record", pa.string()), ("weight", pa.float64())]
        + [(comparison, pa.string()) for comparison in levels(of, Dialect(backend))]
    )
    if table.num_rows < 2 or (blocking is BLOCKING and not _any_shared(table)):
        return schema.empty_table()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=list(_comparisons(of, backend, known)),
        blocking_rules_to_generate_predictions=[dict(rule) for rule in blocking],
        probability_two_random_records_match=known["prior"],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )
    with _database(backend) as api:
        frame = api.register(table)
        linker = Linker(frame, settings, log_level=None, validate_settings=False)
        found = linker.inference.predict(warning_mode="never")
        read = found.as_pyarrow_table()  # type: ignore[no-untyped-call]
    return _named(read, of, known).cast(schema)


def _any_shared(table: pa.Table) -> bool:
    return any(pc.sum(pc.list_value_length(table[column])).as_py() for column in ("keys", "facts"))


def _named(found: pa.Table, of: str, known: Parameters) -> pa.Table:
    """Return Splink's result with the level of each comparison, which Splink reports by its weight."""
    columns = {
        "left_record": found["record_id_l"],
        "right_record": found["record_id_r"],
        "weight": found["match_weight"],
    }
    for comparison in levels(of, Dialect("duckdb")):
        weights = {_rounded(m, u): level for level, (m, u) in known[comparison].items()} | {0.0: "null"}
        columns[comparison] = pa.array([weights[round(w, 6)] for w in found[f"mw_{comparison}"].to_pylist()])
    return pa.table(columns)


def _rounded(m: float, u: float) -> float:
    return round(math.log2(m / u), 6)


@contextmanager
def _database(backend: Backend) -> Iterator[DatabaseAPISubClass]:
    """Open Splink's database: one in memory, because Splink leaves tables behind, or a Spark session."""
    if backend == "duckdb":
        import duckdb
        from splink import DuckDBAPI

        with duckdb.connect() as con:
            con.execute(f"SET memory_limit = '{MEMORY}'")
            yield DuckDBAPI(con)
        return
    from splink import SparkAPI

    with session() as spark:
        yield SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=spark,
            break_lineage_method="persist",  # the default needs a folder that all workers see
            register_udfs_automatically=False,
        )


def lines() -> pa.Table:
    """Return the minimum weights of `same` and `candidate`, for people (`person`) and bodies."""
    return pa.table(
        {
            "person": [each == "person" for each in KINDS],
            **{line: [float(parameters()[each][line]) for each in KINDS] for line in ("same", "candidate")},
        }
    )
