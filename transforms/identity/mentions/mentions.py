"""Which articles name which listed person or body: by their titles, and by the people and bodies that the
sources found in them.

A name in the news is seldom as it stands on a list: without the patronymic, in either order, in another
language and, in Slavic titles, in any case. So titles and names are cut into words, each distinct word is
read once as what it can be a form of (`nominatives`) and taken apart by `forms`, and the rest are joins in
DuckDB: two parts of a listed name that stand near each other, then all that it has, then what stands between.

**Score.** Each part of a name is worth as many bits as few people bear it, by how often it stands on the
lists and in the news, or by `common_names.tsv`; the bits of a name's parts add up, those of a less exact
reading take some away, and countries that agree add some (see `mentions.sql`). At 20 bits the score is 0.8,
the line above which a match is published as a mention: John Smith has 13, Alexander Lukashenko 20 or more.
What stands below the line, and what several entities or a surname alone could be, is a candidate.

The line was chosen by reading. In 544 real articles of GDELT and two feeds five entities are named, two of
them one person that could not be put together; with all rows of the slices of GDELT, seven: all are right.
Harder: half of the people on the real lists were taken out and their short names put into the news of their
countries. Of 6,420 such names 1,174 were taken for a person left in, most of them one and the same on another
list; of the 618 where both have a date of birth, 40 dates are years apart, and at most seven of these 40 are
of other people: about 1 %, among people of one office and one country.
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
    """Words, as `word, endings`, with what they can be: `word, endings, reading, inflected`."""
    rows = [
        (word, endings, reading, reading != word)
        for word, endings in zip(words["word"].to_pylist(), words["endings"].to_pylist(), strict=True)
        for reading in (word, *nominatives(word, endings))
    ]
    return _table(rows, word=pa.string(), endings=pa.string(), reading=pa.string(), inflected=pa.bool_())


def _fathers(readings: pa.Table) -> pa.Table:
    """Those readings that look like a patronymic, as `word, endings, said`: in a name, where it can be seen
    to be one."""
    rows = [
        (word, endings, f"Ivan {reading} Petrov")
        for word, endings, reading in zip(
            *(readings[name].to_pylist() for name in ("word", "endings", "reading")), strict=True
        )
        if _PATRONYMIC.search(reading)
    ]
    return _table(rows, word=pa.string(), endings=pa.string(), said=pa.string())


def _common() -> pa.Table:
    """The names that many bear, as `name, bits, region`; those of Slavic women made of the men's."""
    rows = [
        (form, bits, region)
        for name, bits, region in common_names()
        for form in ((name, f"{name}a") if region == "slavic" and name.endswith(("v", "n")) else (name,))
    ]
    return _table(rows, name=pa.string(), bits=pa.float64(), region=pa.string())


def find_mentions(con: duckdb.DuckDBPyConnection) -> None:
    """Creates `mentions` and `candidate_mentions`, as their contracts say, in a database that holds
    `entities` and `entity_records`, `names`, `prisoners` and `sanctions` with their history, `articles`,
    `article_names` and `article_places`. Every name that ever stood on a list counts, but for weak aliases.
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
        "father_part": parse_names(fathers["said"]),
        "common_name": common,
        "common_part": parse_names(common["name"]),
    }
    for name, table in given.items():
        con.register(name, table)
    for file in _MATCH:
        con.execute((HERE / file).read_text("utf-8"))
    for name in given:
        con.unregister(name)
