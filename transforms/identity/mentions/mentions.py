"""Find articles that name listed people or bodies, in titles and among the names that sources found in them.

News rarely use a name as it is on a list: the patronymic is missing, the order differs, it is in another
language or, in Slavic titles, in any grammatical case. Titles and names are split into words. Each distinct
word is reduced to its possible nominatives (`nominatives`) and parsed once (`parse_names`). The rest are
joins in DuckDB: two adjacent parts of a listed name, then all its parts, then the words between them.

**Score.** The rarer a part of a name, the more bits it is worth, by its frequency on the lists and in the
news, or by `common_names.tsv`. The bits of all parts are added; an inexact reading costs bits; an agreeing
country adds some (see `mentions.sql`). 20 bits give the score 0.8, the threshold of a published mention: John
Smith has 13 bits, Alexander Lukashenko 20 or more. Matches below the threshold, names that several entities
share, and lone surnames are candidates.

The threshold was chosen by reading results. In 544 real articles of GDELT and two feeds, five entities are
mentioned, of which two are the same person whose records could not be linked. With all rows of the GDELT
files at hand, seven are mentioned. All are right. A harder test removed half of the people from the real
lists and put their short names into news about their countries. Of 6,420 such names, 1,174 were matched with
a remaining person, mostly the same person on another list. In 618 of these cases both have a date of birth;
in 40 the dates are years apart, and at most seven of these 40 are different people: about 1 %, among people
with the same office and country.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from contracts import contract
from transforms.names.common_names import common_names
from transforms.names.inflections import nominatives
from transforms.names.name_parts import parse_names

HERE = Path(__file__).parent
_TEXT = HERE / "text.sql"
_MATCH = ("people.sql", "bodies.sql", "mentions.sql")


_PATRONYMIC = re.compile(
    "(?:[вўчц](?:іч|ич|їч|ыч)|[ьеоаёы]ўна|[оеєаё]вна|[иі]чна|в[иі]ч"
    "|vi?[yi](?:ch|cz|č|tch|tj|tsch)|[eoa][vwu]na|[iy](?:ch|cz)na)$"
)


def _table(rows: list[tuple[Any, ...]], **columns: pa.DataType) -> pa.Table:
    arrays = [pa.array([row[place] for row in rows], type_) for place, type_ in enumerate(columns.values())]
    return pa.table(arrays, list(columns))


def _readings(words: pa.Table) -> pa.Table:
    """Return the possible readings of words (`word, endings`) as `word, endings, reading, inflected`."""
    rows = [
        (word, endings, reading, reading != word)
        for word, endings in zip(words["word"].to_pylist(), words["endings"].to_pylist(), strict=True)
        for reading in (word, *nominatives(word, endings))
    ]
    return _table(rows, word=pa.string(), endings=pa.string(), reading=pa.string(), inflected=pa.bool_())


def _fathers(readings: pa.Table) -> pa.Table:
    """Return the readings that look like a patronymic, as `word, endings, example`.

    `example` is a name with the reading in second place, where `parse_names` recognises a patronymic.
    """
    rows = [
        (word, endings, f"Ivan {reading} Petrov")
        for word, endings, reading in zip(
            *(readings[name].to_pylist() for name in ("word", "endings", "reading")), strict=True
        )
        if _PATRONYMIC.search(reading)
    ]
    return _table(rows, word=pa.string(), endings=pa.string(), example=pa.string())


def _common() -> pa.Table:
    """Return common names as `name, bits, region`, with the female forms of Slavic surnames added."""
    rows = [
        (form, bits, region)
        for name, bits, region in common_names()
        for form in ((name, f"{name}a") if region == "slavic" and name.endswith(("v", "n")) else (name,))
    ]
    return _table(rows, name=pa.string(), bits=pa.float64(), region=pa.string())


def find_mentions(con: duckdb.DuckDBPyConnection) -> None:
    """Create `mentions` and `candidate_mentions` according to their contracts.

    The database has `entities`, `entity_records`, `articles`, `article_names`, `article_places`, and `names`,
    `prisoners` and `sanctions` with their history. All names that were ever on a list are used, except weak
    aliases.
    """
    con.execute(_TEXT.read_text("utf-8"))
    if con.execute("SELECT count(*) FROM mention_text").fetchone() == (0,):
        for name in ("mentions", "candidate_mentions"):
            con.register("nothing", contract(name).arrow_schema.empty_table())
            con.execute(f"CREATE OR REPLACE TABLE {name} AS FROM nothing")
            con.unregister("nothing")
        return
    people, bodies = (
        con.execute(f"SELECT DISTINCT name FROM bearing WHERE schema {which}").to_arrow_table()["name"]  # noqa: S608
        for which in ("= 'Person'", "NOT IN ('Person', 'Vessel', 'Airplane')")
    )
    words = con.execute("SELECT word, endings FROM spelled").to_arrow_table()
    found = "SELECT text FROM mention_text WHERE what = 'organization'"
    organizations = con.execute(found).to_arrow_table()["text"]
    readings = _readings(words)
    fathers = _fathers(readings)
    common = _common()
    given = {
        "listed_part": parse_names(people),
        "body_part": parse_names(bodies, bodies=True),
        "organization_part": parse_names(organizations, bodies=True),
        "body_word_part": parse_names(words["word"], bodies=True),
        "word_reading": readings,
        "word_part": parse_names(readings["reading"]),
        "word_father": fathers,
        "father_part": parse_names(fathers["example"]),
        "common_name": common,
        "common_part": parse_names(common["name"]),
    }
    for name, table in given.items():
        con.register(name, table)
    for file in _MATCH:
        con.execute((HERE / file).read_text("utf-8"))
    for name in given:
        con.unregister(name)
