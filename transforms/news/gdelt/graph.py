"""Build articles from GDELT's Global Knowledge Graph 2.1: `*.gkg.csv`, one row per article, 27 columns.

The columns are those of the codebook of version 2.1. Read: outlet, URL, time, themes, places, counts, people
and bodies, tone, language, title and alternative URLs. Ignored: images, quotations, GCAM, all names, amounts,
because they are content rather than metadata.
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

# The people of a row, without their positions in the text (V1 is a subset of V2, except in some rows), and
# its title.
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
    """Return the layout of a file.

    Of a malformed line only the record id and date are shown, because quotations or authors' names can be
    anywhere in the rest.
    """
    return Layout(COLUMNS, READ, _may_be_wanted(keep), shown=32, define=partial(define, keep=keep))


def _may_be_wanted(keep: Keep) -> str:
    """Return an SQL condition on raw columns that holds for all rows to keep or reject, and few others.

    It searches texts; `build` then filters by the parsed fields.
    """
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
    """Build `articles`, `sightings`, `article_places` and `article_counts` of a day.

    `con` has `graph_rows` (nr, file, READ) and the other inputs of `graph.sql`. Rows without an identifier or
    a date are quarantined. Of several rows of one article the first is used, and counts as parsed for its
    file. Unknown values are counted.
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
    for made in _TABLES.values():  # they need as much memory as all later steps
        con.execute(f"DROP TABLE {made}")
    return tables


def _texts(**columns: list[str] | list[str | None]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
