"""Similarity of two names, from 0 to 1, by the names alone.

The parts of both names (`name_parts`) are matched. Each counts with its weight and its similarity to a part
of the other name. Parts present in both names but unmatched lower the score; parts missing from one name
barely do, because names are often given incompletely. Two names that share only one part, of which one has
more parts, are never a match.

Scripts that do not write every sound are handled as patterns: words in Arabic and Hebrew letters (`abjads`),
whole names in Chinese characters and Hangul (`syllables`). The latter match completely or not at all: in such
short names one different syllable means another person.

All names of two lists are compared as sets in DuckDB. Only pairs that share a rare part, or two parts, are
looked at.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

from transforms.names.abjads import ABJAD, match_spellings
from transforms.names.name_parts import parse_names
from transforms.names.syllables import whole_names

SQL = Path(__file__).with_suffix(".sql")
ALIKE_SQL = Path(__file__).with_name("comparison_parts.sql")

THRESHOLD = 0.8
"""Published threshold of a match by name alone."""

WEIGHTS = {
    True: {
        "other": 1.3,
        "given": 1.0,
        "patronymic": 0.8,
        "kunya": 0.8,
        "initial": 0.4,
        "particle": 0.1,
        "signs": 1.0,
        "syllables": 1.0,
    },
    False: {"other": 1.0, "number": 1.0, "generic": 0.45, "initial": 0.3, "particle": 0.05, "legal": 0.05},
}
"""Weight of each kind of part, in names of people (True) and of bodies (False)."""


def _similar(left: pa.ChunkedArray, right: pa.ChunkedArray) -> np.ndarray:
    return cpdist(
        left.to_pylist(),
        right.to_pylist(),
        scorer=Levenshtein.normalized_similarity,
        dtype=np.float32,
        workers=-1,
    )


def compare(con: duckdb.DuckDBPyConnection, left: str, right: str, floor: float) -> None:
    """Create the temp table `name_pair (left_name, right_name, person, score)`.

    `left` and `right` are names of tables or views with the columns `name` (VARCHAR) and `person` (BOOLEAN).
    People are compared with people, bodies with bodies. If `left` equals `right`, each pair of different
    names appears once, with `left_name` sorting before `right_name`. Pairs that score less than `floor`, and
    pairs without a common part (score 0), are left out.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE name_pair
            (left_name VARCHAR, right_name VARCHAR, person BOOLEAN, score DOUBLE);
        """
    )
    con.execute(f"SET VARIABLE floor = {floor:f}")
    con.execute(f"SET VARIABLE other = '{'left' if left == right else 'right'}'")
    for person, weights in WEIGHTS.items():
        sides = [f"SELECT DISTINCT 'left' AS side, name FROM {left} WHERE person = {person}"]  # noqa: S608
        if left != right:
            sides.append(f"SELECT DISTINCT 'right', name FROM {right} WHERE person = {person}")  # noqa: S608
        con.execute(f"CREATE OR REPLACE TEMP TABLE named AS {' UNION ALL '.join(sides)}")
        if _nothing_to_compare(con, len(sides)):
            continue
        _compare(con, person, weights)
        con.execute(f"INSERT INTO name_pair SELECT left_name, right_name, {person}, score FROM scored_name")  # noqa: S608


def _nothing_to_compare(con: duckdb.DuckDBPyConnection, sides: int) -> bool:
    """Return whether `named` contains no pair of names, within one list or between two."""
    names, filled = con.execute("SELECT count(*), count(DISTINCT side) FROM named").fetchall()[0]
    return bool(names < 2 or filled < sides)


def _compare(con: duckdb.DuckDBPyConnection, person: bool, weights: dict[str, float]) -> None:
    """Create `scored_name` from `named`."""
    names = con.execute("SELECT DISTINCT name FROM named ORDER BY name").to_arrow_table()["name"]
    con.execute(f"SET VARIABLE person = {person}")
    form = parse_names(names, bodies=not person, words=True)
    con.register("fit", _fitting(form))
    if person:
        form = _with_wholes(form, whole_names(names))
    abjad = pc.match_substring_regex(pc.fill_null(form["word"], ""), ABJAD)
    con.register("form", form.append_column("abjad", abjad))
    con.register("weight", pa.table({"kind": list(weights), "weight": list(weights.values())}))
    con.execute(ALIKE_SQL.read_text("utf-8"))
    near = con.execute("SELECT * FROM near").to_arrow_table()
    alike = 0.6 * _similar(near["left_sound"], near["right_sound"])
    alike += 0.4 * _similar(near["left_bones"], near["right_bones"])
    con.register("measured", near.append_column("alike", pa.array(alike, pa.float64())))
    con.execute(SQL.read_text("utf-8"))
    for name in ("form", "fit", "weight", "measured"):
        con.unregister(name)


def _with_wholes(form: pa.Table, whole: pa.Table) -> pa.Table:
    """Append whole names, and drop the single parts of names in Chinese characters or Hangul.

    Single characters of such names are too common to compare.
    """
    in_signs = whole["name"].filter(pc.equal(whole["kind"], "signs")).unique()
    others = form.filter(pc.invert(pc.is_in(form["name"], in_signs)))
    return pa.concat_tables([others, whole], promote_options="default")


def _fitting(form: pa.Table) -> pa.Table:
    """Return `word, spelling, alike` for words in an abjad and the matching spellings.

    Spellings are those of `token_spelling` in `comparison_parts.sql`.
    """
    of_kunyas = form["word"].filter(pc.equal(form["kind"], "kunya"))
    spellings = pa.chunked_array([*form["part"].chunks, *of_kunyas.chunks], pa.string()).unique()
    words = form["word"].unique()
    words = words.filter(pc.match_substring_regex(words, ABJAD))
    schema = pa.schema([("word", pa.string()), ("spelling", pa.string()), ("alike", pa.float64())])
    rows = match_spellings(words.to_pylist(), spellings.to_pylist() if len(words) else [])
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)
