"""The news tables: one row an article over all sources that saw it, and what belongs to it.

Which row of several stands depends on what they say, never on the order in which snapshots came. All of
it is SQL over sets, and the parsed rows are read from where they lie: there may be millions.
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
"""The tables that parsers fill; `article_names` is made of articles."""

_FIRST = ('"seen_at"', '"source_id"', '"url"')


def build_news(
    con: duckdb.DuckDBPyConnection, units: list[StagedUnit], withheld: Redaction = NO_REDACTION
) -> None:
    """Creates the tables of news metadata from the promoted snapshots (`observation`).

    An article of which any row tells of a `withheld` record is left out with all its rows, and so is an
    event that names one or whose first article does. `seen_at` is the time of observation where the source
    does not say when it saw something.
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
    """Adds to `withheld_key`, which the staged tables leave out, the articles and events that tell."""
    con.execute("CREATE OR REPLACE TEMP TABLE telling_key (key VARCHAR)")
    for name in PARSED:
        for column in contract(name).columns:
            if column.name in IDENTIFYING_COLUMNS.get(name, ()):
                _find_telling(con, withheld, name, column)
    con.execute(
        """
        INSERT INTO telling_key
        SELECT news_event_id::VARCHAR FROM staged_news_events
        WHERE article_id IN (SELECT key FROM telling_key);
        INSERT INTO withheld_key SELECT DISTINCT key FROM telling_key WHERE key IS NOT NULL;
        """
    )


def _find_telling(con: duckdb.DuckDBPyConnection, withheld: Redaction, table: str, column: Column) -> None:
    """Adds to `telling_key` the articles, and the events themselves, of which a text of a column tells.
    Each text is looked at once."""
    text = f'unnest("{column.name}")' if column.type == "list<string>" else f'"{column.name}"'
    keys = "[article_id, news_event_id::VARCHAR]" if table == "news_events" else "[article_id]"
    rows = f"SELECT {keys} AS keys, {text} AS text FROM staged_{table}"  # noqa: S608
    texts = con.execute(f"SELECT DISTINCT text FROM ({rows}) WHERE text <> ''")  # noqa: S608
    telling = [
        text
        for batch in texts.to_arrow_reader(ROWS_AT_A_TIME)
        for text in batch.column(0).to_pylist()
        if withheld.identifies(None, text)
    ]
    con.register("telling", pa.table({"text": pa.array(telling, pa.string())}))
    con.execute(
        f"INSERT INTO telling_key SELECT unnest(keys) FROM ({rows}) SEMI JOIN telling USING (text)"  # noqa: S608
    )
    con.unregister("telling")


def _articles(table: Contract) -> str:
    """SQL that makes `articles`. Of an article seen once the row stands; of one seen more often each value
    is that of the first sighting that has it, and lists are united."""
    names = [f'"{column.name}"' for column in table.columns]
    lists = {f'"{column.name}"' for column in table.columns if column.type == "list<string>"}
    order = ", ".join(["seen_at", "source_id", "url", *(n for n in names if n not in _FIRST)])
    alone = ", ".join(f"list_sort(list_distinct({n})) AS {n}" if n in lists else n for n in names)
    merged = ", ".join(
        n if n == '"article_id"'
        else f"list_sort(list_distinct(flatten(list({n})))) AS {n}" if n in lists
        else f"arg_min({n}, place) AS {n}"  # which passes over nulls
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
    """SQL that makes a table of one row a key, the first to be seen; of an article that is there, if it
    must be."""
    names = [f'"{column.name}"' for column in table.columns]
    key = ", ".join(f'"{name}"' for name in table.primary_key)
    order = ", ".join(["seen_at", *(n for n in names if n != '"seen_at"')])
    there = "SEMI JOIN articles USING (article_id)" if table.references else ""
    return f"""
        CREATE OR REPLACE TABLE {table.name} AS
        SELECT {", ".join(names)} FROM staged_{table.name} {there}
        QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1
    """  # noqa: S608  columns come from the contract
