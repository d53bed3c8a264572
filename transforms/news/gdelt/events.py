"""Build GDELT's events and their mentions from `*.export.CSV` (61 columns) and `*.mentions.CSV` (16).

The columns are those of GDELT's codebook of the Event Database 2.0. Events are extracted by machine: who did
what to whom, in CAMEO codes. A mention is a passage of an article that reports an event, on its day or later.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.news import articles
from transforms.news.gdelt import news_filter, zip_csv
from transforms.news.gdelt.zip_csv import Layout
from transforms.reading.parse_result import ParseResult

SQL = Path(__file__).with_suffix(".sql")


def _actor(actor: str) -> tuple[str, ...]:
    parts = (
        *("code", "name", "country_code", "known_group_code", "ethnic_code"),
        *("religion1_code", "religion2_code", "type1_code", "type2_code", "type3_code"),
    )
    return tuple(f"{actor}_{part}" for part in parts)


def _place(place: str) -> tuple[str, ...]:
    parts = ("type", "full_name", "country_code", "adm1_code", "adm2_code", "lat", "long", "feature_id")
    return tuple(f"{place}_geo_{part}" for part in parts)


EXPORT: tuple[str, ...] = (
    *("global_event_id", "sql_date", "month_year", "year", "fraction_date"),
    *_actor("actor1"),
    *_actor("actor2"),
    *("is_root_event", "event_code", "event_base_code", "event_root_code", "quad_class", "goldstein_scale"),
    *("num_mentions", "num_sources", "num_articles", "avg_tone"),
    *_place("actor1"),
    *_place("actor2"),
    *_place("action"),
    *("date_added", "source_url"),
)
"""The columns of an export file, in order."""

MENTIONS: tuple[str, ...] = (
    *("global_event_id", "event_time_date", "mention_time_date", "mention_type", "mention_source_name"),
    *("mention_identifier", "sentence_id", "actor1_char_offset", "actor2_char_offset", "action_char_offset"),
    *("in_raw_text", "confidence", "mention_doc_len", "mention_doc_tone"),
    *("mention_doc_translation_info", "extras"),
)
"""The columns of a mentions file, in order."""

_CODES = """
SELECT DISTINCT coalesce(regexp_extract(mention_doc_translation_info, '(^|;)srclc:([^;]*)', 2), '')
FROM mention_rows
"""

_PARSED = """
SELECT file, count(*)
FROM (SELECT file FROM gdelt_event UNION ALL SELECT file FROM gdelt_mention)
GROUP BY file ORDER BY file
"""

_REJECTED = """
SELECT file, 'event ' || coalesce(left(global_event_id, 20), 'without an id') AS locator, reason, raw
FROM bad_event
UNION ALL
SELECT file, 'mention of event ' || coalesce(left(global_event_id, 20), 'without an id'), reason, raw
FROM bad_mention
ORDER BY ALL
"""


def wanted_events(keep: news_filter.Keep) -> str:
    """Return an SQL condition on raw columns of an export file: whether the filter keeps the event.

    It does if one of its countries is that of the place of the action or of an actor, or an actor's own; if
    an actor's name contains one of its names; or if an actor is one of the listed people.
    """
    if keep.everything:
        return "true"
    fips = ", ".join(map(news_filter.literal, keep.fips))
    cameo = ", ".join(map(news_filter.literal, keep.cameo))
    conditions: list[str] = []
    if fips:
        for place in ("actor1", "actor2", "action"):
            conditions += [
                f"{place}_geo_country_code IN ({fips})",
                f"left({place}_geo_adm1_code, 2) IN ({fips})",
            ]
    for actor in ("actor1", "actor2"):
        if cameo:
            conditions.append(f"{actor}_country_code IN ({cameo})")
        conditions += [f"contains(lower({actor}_name), {news_filter.literal(name)})" for name in keep.names]
    if keep.listed:
        conditions.append(news_filter.names_listed("concat_ws(';', actor1_name, actor2_name)"))
    return news_filter.any_of([*conditions, _broken("global_event_id", "date_added")])


def _broken(number: str, time: str) -> str:
    """Return an SQL condition for malformed rows. They pass the filter in order to be quarantined."""
    return (
        f"{number} IS NULL OR {time} IS NULL OR NOT regexp_full_match({number}, '[0-9]{{1,18}}') "
        f"OR NOT regexp_full_match({time}, '[0-9]{{14}}')"
    )


def export_layout(keep: news_filter.Keep) -> Layout:
    """Return the layout of a file of events."""
    return Layout(EXPORT, EXPORT, wanted_events(keep), define=partial(news_filter.define, keep=keep))


def mention_layout(keep: news_filter.Keep) -> Layout:
    """Return the layout of a file of mentions: keep those of kept events or in kept articles (`known`)."""
    conditions = [
        "global_event_id IN (SELECT global_event_id FROM kept_event)",
        "mention_identifier IN (SELECT url FROM kept_url)",
        "coalesce(trim(mention_identifier), '') = ''",
        _broken("global_event_id", "mention_time_date"),
    ]
    return Layout(MENTIONS, MENTIONS, "true" if keep.everything else news_filter.any_of(conditions))


def known(con: duckdb.DuckDBPyConnection, keep: news_filter.Keep) -> dict[str, pa.Table]:
    """Return the tables that `mention_layout` reads, from `export_rows` and the graph's `kept_url`."""
    tables = {"kept_event": "SELECT global_event_id FROM export_rows", "kept_url": "FROM kept_url"}
    return {} if keep.everything else {n: con.execute(q).to_arrow_table() for n, q in tables.items()}


def build(con: duckdb.DuckDBPyConnection, snapshot: ParseResult, source_id: str) -> dict[str, pa.Table]:
    """Build `news_events` and `news_event_mentions` of a day, each sorted by its key.

    `con` has the input tables of `events.sql` except the languages. Of rows with the same event number the
    first is used; equal mentions become one. Rows without a valid event number, time or (for mentions)
    identifier are quarantined. Invalid codes and numbers are counted as unknown. Each file's rows in the
    result count as parsed.
    """
    con.register("languages", _languages(con))
    con.execute(SQL.read_text("utf-8"))
    for file, locator, reason, raw in con.execute(_REJECTED).fetchall():
        snapshot.reject(file, locator, reason, raw)
    snapshot.unknown.update(dict(con.execute("SELECT what, number FROM odd").fetchall()))
    for file, rows in con.execute(_PARSED).fetchall():
        snapshot.files[file].parsed += rows
    made = {"news_events": "gdelt_event", "news_event_mentions": "gdelt_mention"}
    return {name: zip_csv.in_contract(con, table, name, source_id) for name, table in made.items()}


def _languages(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the source languages of the mentions as `code, lang` (ISO 639-1)."""
    codes = [code for (code,) in con.execute(_CODES).fetchall()]
    langs = [articles.language_code(code) for code in codes]
    return pa.table({"code": pa.array(codes, pa.string()), "lang": pa.array(langs, pa.string())})
