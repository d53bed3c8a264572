"""The parts of all records' names, where `whois` looks in a release, and the macros by which it hears a
question: `python -m transforms.names.name_index` writes them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from transforms.names.name_parts import parse_names
from transforms.names.phonetic_keys import RULES, consonant_skeleton_sql, phonetic_key_sql

MACROS = Path(__file__).parents[2] / "warehouse" / "release" / "sql" / "macros" / "sound.sql"

HEAD = """-- By the rules of phonetic_keys.py: how a word in lower case sounds, the consonants of a sound, and
-- how a word is spelled, whatever the alphabet: with its vowels as they are, and A for ia.
-- Made by `make docs`; do not edit.
"""

_CONSONANTS = RULES[: RULES.index(("y", "i"))]


def build_name_index(con: duckdb.DuckDBPyConnection) -> None:
    """Creates `name_parts` as its contract says, in a database that holds `names`."""
    con.register("form", parse_names(con.execute("SELECT DISTINCT name FROM names").to_arrow_table()["name"]))
    con.execute(
        "CREATE OR REPLACE TABLE name_parts AS SELECT n.record_id, f.* "
        "FROM (SELECT DISTINCT record_id, name FROM names) AS n JOIN form AS f USING (name)"
    )
    con.unregister("form")


def macro_definitions() -> str:
    """The SQL that makes `name_sound`, `name_bones` and `name_spelling`."""
    expressions = {
        "name_sound(word)": phonetic_key_sql("word"),
        "name_bones(heard)": consonant_skeleton_sql("heard"),
        "name_spelling(word)": phonetic_key_sql("word", (*_CONSONANTS, ("[iy]+a", "A"), ("[iy]+", "i"))),
    }
    return HEAD + "\n".join(
        f"CREATE OR REPLACE MACRO {name} AS\n{sql};\n" for name, sql in expressions.items()
    )


if __name__ == "__main__":
    MACROS.write_text(macro_definitions(), "utf-8")
