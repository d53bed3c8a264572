"""The parts of all records' names, where `whois` looks in a release, and the macros by which it hears a
question: `python -m transforms.names.name_index` writes them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from transforms.names.name_parts import parts
from transforms.names.phonetic_keys import RULES, bones_sql, sound_sql

MACROS = Path(__file__).parents[2] / "warehouse" / "release" / "sql" / "macros" / "sound.sql"

HEAD = """-- By the rules of phonetic_keys.py: how a word in lower case sounds, the consonants of a sound, and
-- how a word is spelled, whatever the alphabet: with its vowels as they are, and A for ia.
-- Made by `make docs`; do not edit.
"""

_CONSONANTS = RULES[: RULES.index(("y", "i"))]


def take_apart(con: duckdb.DuckDBPyConnection) -> None:
    """Creates `name_parts` as its contract says, in a database that holds `names`."""
    con.register("form", parts(con.execute("SELECT DISTINCT name FROM names").to_arrow_table()["name"]))
    con.execute(
        "CREATE OR REPLACE TABLE name_parts AS SELECT n.record_id, f.* "
        "FROM (SELECT DISTINCT record_id, name FROM names) AS n JOIN form AS f USING (name)"
    )
    con.unregister("form")


def macros() -> str:
    """The SQL that makes `name_sound`, `name_bones` and `name_spelling`."""
    spelling = sound_sql("word", (*_CONSONANTS, ("[iy]+a", "A"), ("[iy]+", "i")))
    made = {"name_sound(word)": sound_sql("word"), "name_bones(heard)": bones_sql("heard"),
            "name_spelling(word)": spelling}  # fmt: skip
    return HEAD + "\n".join(f"CREATE OR REPLACE MACRO {name} AS\n{sql};\n" for name, sql in made.items())


if __name__ == "__main__":
    MACROS.write_text(macros(), "utf-8")
