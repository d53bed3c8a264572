"""GDELT's Global Knowledge Graph 2.1: `*.gkg.csv`, one row an article, 27 columns.

The columns are those of the codebook of version 2.1. What is read: who published an article where and when,
its themes, places, counts, people and bodies, tone, language, title and other addresses. The rest (images,
quotations, GCAM, all names, amounts) is passed over: the articles' metadata is wanted, not their contents.
"""

from __future__ import annotations

import html
import re
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.news import articles
from transforms.news.gdelt import zip_csv
from transforms.news.gdelt.news_filter import Keep, any_of, define, literal, names_listed
from transforms.news.gdelt.zip_csv import Layout
from transforms.reading.parse_result import ParseResult

SQL = Path(__file__).with_suffix(".sql")

COLUMNS: tuple[str, ...] = (
    *("record_id", "date", "collection", "source_name", "url", "v1_counts", "v2_counts", "v1_themes"),
    *("v2_themes", "v1_locations", "v2_locations", "v1_persons", "v2_persons", "v1_organizations"),
    *("v2_organizations", "v2_tone", "dates", "gcam", "sharing_image", "related_images"),
    *("social_images", "social_videos", "quotations", "all_names", "amounts", "translation", "extras"),
)
"""The columns of a file, in order."""

READ: tuple[str, ...] = (
    *("record_id", "date", "source_name", "url", "v2_counts", "v1_themes", "v2_themes", "v2_locations"),
    *("v1_persons", "v2_persons", "v1_organizations", "v2_organizations", "v2_tone", "translation", "extras"),
)

_TABLES = {
    "articles": "graph_article",
    "sightings": "graph_sighting",
    "article_places": "graph_place",
    "article_counts": "graph_count",
}

# The people of a row, without their places in the text: V1 is a part of V2, but for some rows. Its title.
_PERSONS = "concat_ws(';', v1_persons, regexp_replace(v2_persons, ',[0-9]+(;|$)', '\\1', 'g'))"
_TITLE = "regexp_extract(extras, '<PAGE_TITLE>(.*?)</PAGE_TITLE>', 1)"

_NAMED = """
SELECT DISTINCT unnest(regexp_extract_all(extras, '&[A-Za-z][A-Za-z0-9]*;')) AS token
FROM graph_rows WHERE contains(extras, '&') ORDER BY token
"""

_CODES = """
SELECT DISTINCT regexp_extract(translation, '(^|;)srclc:([^;]*)', 2) AS code
FROM graph_rows WHERE translation IS NOT NULL ORDER BY code
"""


def layout(keep: Keep) -> Layout:
    """How a file is read. A line that is cut wrongly may have people's words or authors' names anywhere: no
    more than its record's id and date is shown."""
    return Layout(COLUMNS, READ, _may_be_wanted(keep), shown=32, define=partial(define, keep=keep))


def _may_be_wanted(keep: Keep) -> str:
    """SQL over a file's raw columns that is true of every row which the filter keeps or which cannot be read,
    and of few others: it looks for texts, where `build` reads fields."""
    if keep.everything:
        return "true"
    conditions = [f"contains(v2_locations, {literal('#' + code)})" for code in keep.fips]
    for theme in keep.themes:
        conditions += [f"contains({column}, {literal(theme)})" for column in ("v1_themes", "v2_themes")]
    if keep.names:
        names = literal("|".join(map(re.escape, keep.names)))
        for column in ("v1_persons", "v2_persons", "v1_organizations", "v2_organizations"):
            conditions.append(f"regexp_matches({column}, {names}, 'i')")
    if keep.listed:
        conditions.append(names_listed(_PERSONS, _TITLE))
    broken = "trim(url) = '' OR url IS NULL OR date IS NULL OR NOT regexp_full_match(date, '[0-9]{14}')"
    return any_of([*conditions, f"({broken})"])


def build(
    con: duckdb.DuckDBPyConnection, snapshot: ParseResult, source_id: str, keep: Keep
) -> dict[str, pa.Table]:
    """The tables `articles`, `sightings`, `article_places` and `article_counts` of a day.

    `con` holds `graph_rows` (nr, file, READ), and what `graph.sql` takes beside it. Rows without an
    identifier or a date go to quarantine; of rows with one article the first stands and is counted as its
    file's. What is not known is counted.
    """
    named = [token for (token,) in con.execute(_NAMED).fetchall()]
    codes = [code for (code,) in con.execute(_CODES).fetchall()]
    texts = [html.unescape(token) for token in named]
    langs = [articles.language_code(code) for code in codes]
    con.register("named_entity", _texts(token=named, text=texts))
    con.register("languages", _texts(code=codes, lang=langs))
    con.execute("SET VARIABLE everything = ?::BOOLEAN", [keep.everything])
    for variable in ("countries", "themes", "names"):
        con.execute(f"SET VARIABLE {variable} = ?::VARCHAR[]", [list(getattr(keep, variable))])
    con.execute(SQL.read_text("utf-8").replace("/*listed*/", names_listed(_PERSONS, _TITLE)))
    for file, record_id, reason in con.execute("FROM bad_graph ORDER BY ALL").fetchall():
        snapshot.reject(file, f"record {record_id or 'without an id'}", reason)
    snapshot.unknown.update(dict(con.execute("FROM odd_graph").fetchall()))
    for file, rows in con.execute("SELECT file, count(*) FROM graph_article GROUP BY file").fetchall():
        snapshot.files[file].parsed += rows
    tables = {name: zip_csv.in_contract(con, made, name, source_id) for name, made in _TABLES.items()}
    for made in _TABLES.values():  # a day's weigh as much as all that comes after
        con.execute(f"DROP TABLE {made}")
    return tables


def _texts(**columns: list[str] | list[str | None]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
