"""Build the tables of news: one row per article over all sources that saw it, and its child tables.

Which of several rows is used depends on their content, never on the order in which snapshots came. All steps
are SQL over sets, and parsed rows are read from their files, because there can be millions.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from contracts import Column, Contract, contract
from warehouse.history.versions import StagedUnit, load_staged
from warehouse.privacy.redaction import IDENTIFYING_COLUMNS, NO_REDACTION, ROWS_AT_A_TIME, Redaction

SQL = Path(__file__).with_suffix(".sql")

PARSED = (
    "articles",
    "sightings",
    "article_places",
    "article_counts",
    "news_events",
    "news_event_mentions",
)
"""The tables that parsers fill; `article_names` is derived from `articles`."""

_FIRST = ('"seen_at"', '"source_id"', '"url"')


def build_news(
    con: duckdb.DuckDBPyConnection, units: list[StagedUnit], withheld: Redaction = NO_REDACTION
) -> None:
    """Create the tables of news metadata from the promoted snapshots (`observation`).

    An article is left out with all its rows if any of them names a `withheld` record. So is an event that
    names one, or whose first article does. `seen_at` is the time of observation where the source does not
    state it.
    """
    for name in PARSED:
        load_staged(con, contract(name), units, withheld, view=f"staged_{name}")
    if withheld:
        _withhold(con, withheld)
    con.execute("CREATE OR REPLACE TEMP TABLE several AS "
                "SELECT article_id FROM staged_articles GROUP BY article_id HAVING count(*) > 1")  # fmt: skip
    con.execute(_articles(contract("articles")))
    con.execute(SQL.read_text("utf-8"))
    for name in ("sightings", "news_events"):
        con.execute(_first(contract(name)))
    for name in PARSED:
        con.execute(f"DROP VIEW staged_{name}")


def _withhold(con: duckdb.DuckDBPyConnection, withheld: Redaction) -> None:
    """Add articles and events that name a withheld record to `withheld_key`, so that they are left out."""
    con.execute("CREATE OR REPLACE TEMP TABLE naming_key (key VARCHAR)")
    for name in PARSED:
        for column in contract(name).columns:
            if column.name in IDENTIFYING_COLUMNS.get(name, ()):
                _find_naming_rows(con, withheld, name, column)
    con.execute(
        """
        INSERT INTO naming_key
        SELECT news_event_id::VARCHAR FROM staged_news_events
        WHERE article_id IN (SELECT key FROM naming_key);
        INSERT INTO withheld_key SELECT DISTINCT key FROM naming_key WHERE key IS NOT NULL;
        """
    )


def _find_naming_rows(
    con: duckdb.DuckDBPyConnection, withheld: Redaction, table: str, column: Column
) -> None:
    """Add the articles and events whose text in a column names a withheld record to `naming_key`.

    Each distinct text is checked once.
    """
    text = f'unnest("{column.name}")' if column.type == "list<string>" else f'"{column.name}"'
    keys = "[article_id, news_event_id::VARCHAR]" if table == "news_events" else "[article_id]"
    rows = f"SELECT {keys} AS keys, {text} AS text FROM staged_{table}"  # noqa: S608
    texts = con.execute(f"SELECT DISTINCT text FROM ({rows}) WHERE text <> ''")  # noqa: S608
    naming = [
        text
        for batch in texts.to_arrow_reader(ROWS_AT_A_TIME)
        for text in batch.column(0).to_pylist()
        if withheld.identifies(None, text)
    ]
    con.register("naming", pa.table({"text": pa.array(naming, pa.string())}))
    con.execute(
        f"INSERT INTO naming_key SELECT unnest(keys) FROM ({rows}) SEMI JOIN naming USING (text)"  # noqa: S608
    )
    con.unregister("naming")


def _articles(table: Contract) -> str:
    """Return the SQL that creates `articles`.

    An article seen once keeps its row. For an article seen several times, each value is taken from the first
    sighting that has it, and lists are merged.
    """
    names = [f'"{column.name}"' for column in table.columns]
    lists = {f'"{column.name}"' for column in table.columns if column.type == "list<string>"}
    order = ", ".join(["seen_at", "source_id", "url", *(n for n in names if n not in _FIRST)])
    alone = ", ".join(f"list_sort(list_distinct({n})) AS {n}" if n in lists else n for n in names)
    merged = ", ".join(
        n if n == '"article_id"'
        else f"list_sort(list_distinct(flatten(list({n})))) AS {n}" if n in lists
        else f"arg_min({n}, place) AS {n}"  # arg_min ignores nulls
        for n in names
    )  # fmt: skip
    return f"""
        CREATE OR REPLACE TABLE articles AS
        SELECT {alone} FROM staged_articles ANTI JOIN several USING (article_id)
        UNION ALL
        SELECT {merged}
        FROM (
            SELECT *, row_number() OVER (PARTITION BY article_id ORDER BY {order}) AS place
            FROM staged_articles SEMI JOIN several USING (article_id)
        )
        GROUP BY article_id
    """  # noqa: S608  columns come from the contract


def _first(table: Contract) -> str:
    """Return the SQL that creates a table with the first row seen of each key.

    If the table references articles, rows of missing articles are left out.
    """
    names = [f'"{column.name}"' for column in table.columns]
    key = ", ".join(f'"{name}"' for name in table.primary_key)
    order = ", ".join(["seen_at", *(n for n in names if n != '"seen_at"')])
    there = "SEMI JOIN articles USING (article_id)" if table.references else ""
    return f"""
        CREATE OR REPLACE TABLE {table.name} AS
        SELECT {", ".join(names)} FROM staged_{table.name} {there}
        QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1
    """  # noqa: S608  columns come from the contract
