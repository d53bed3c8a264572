"""Shared by all news sources: an article's key, its outlet's domain, its language and its first sighting.

An article is identified by the normal form of its URL: without scheme, `www.`, user, default port, tracking
parameters, AMP variants, trailing slashes and fragment; with the host in lower case, hex escapes in upper
case, and the other parameters sorted. Anything else than a web address (a DOI, a citation) is used as it is.
The rules, with their sources, are in articles.sql.

Different items of one feed that share a URL are identified by the URL and by what distinguishes them.

Not normalised: shortened URLs, mobile hosts (`m.`), an outlet's own parameters (`ref`), page numbers, and
Unicode hosts (`беларусь.бел` differs from `xn--…`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pycountry

from contracts import contract
from transforms.reading.parse_result import ParseResult

SQL = Path(__file__).with_suffix(".sql")

_SUBTAG = re.compile("[-_]")
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """One sighting of an article in a file. `other_url` is an alternative URL of the same article.

    A `mark` distinguishes the article from others with the same URL, such as several messages on one page.
    """

    file: str
    locator: str
    url: str
    title: str | None
    lang: str | None
    published_at: datetime | None
    seen_at: datetime | None = None
    other_url: str | None = None
    themes: tuple[str, ...] = ()
    mark: str = ""

    @property
    def identity(self) -> str:
        """The URL that identifies the article; with a mark, a fragment is added."""
        return f"{self.url.partition('#')[0]}#!item={self.mark}" if self.mark else self.url


def define_url_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Create macros on URLs in a database. All return NULL for NULL, and none can fail.

    `normal_url(url)`: the normal form; only trimmed if it is not a web address. Idempotent.
    `article_id(url)`: `a-` and the first 16 hex digits of the normal form's SHA-256.
    `web_domain(url)`: the outlet's host in lower case without `www.` and `amp.`; NULL if not a web address.
    """
    con.execute(SQL.read_text("utf-8"))


def article_ids(urls: Sequence[str]) -> list[str]:
    """Return the article key of each URL, in the given order."""
    return [key for key, _ in article_ids_and_domains(urls)]


def article_ids_and_domains(urls: Sequence[str]) -> list[tuple[str, str | None]]:
    """Return the article key and the outlet's domain of each URL, in the given order."""
    with duckdb.connect(":memory:", config={"enable_external_access": False, "threads": 1}) as con:
        define_url_macros(con)
        numbers = pa.array(range(len(urls)), pa.int64())
        con.register("given", pa.table({"nr": numbers, "url": pa.array(urls, pa.string())}))
        return con.execute("SELECT article_id(url), web_domain(url) FROM given ORDER BY nr").fetchall()


def add_items(snapshot: ParseResult, source_id: str, items: Sequence[Item]) -> None:
    """Add `items` to a snapshot's `articles` and `sightings`, and count them in the reports of their files.

    The row of an article is taken from its first sighting, by time and then by order. `sightings` has one row
    per URL of an article. A repeated URL counts as outside. An item without a web address is quarantined.
    """
    snapshot.extend("articles", [])
    snapshot.extend("sightings", [])
    columns = contract("sightings").parsed_schema.names
    known = zip(items, article_ids_and_domains([item.identity for item in items]), strict=True)
    articles: set[str] = set()
    sightings: set[tuple[str, str]] = set()
    for item, (key, domain) in sorted(known, key=lambda each: each[0].seen_at or _LAST):
        if domain is None:
            snapshot.reject(item.file, item.locator, "no web address")
            continue
        row = _row(source_id, key, domain, item)
        if (key, item.url) in sightings:
            snapshot.files[item.file].outside += 1
        else:
            snapshot.files[item.file].parsed += 1
        if key not in articles:
            articles.add(key)
            snapshot.add("articles", row)
        for url in (item.url, item.other_url):
            if url and (key, url) not in sightings:
                sightings.add((key, url))
                snapshot.add("sightings", {name: row[name] for name in columns} | {"url": url})


def _row(source_id: str, key: str, domain: str, item: Item) -> dict[str, Any]:
    """Return the row of `articles`, which includes that of `sightings`; columns an item lacks are None."""
    return dict.fromkeys(contract("articles").parsed_schema.names) | {
        "article_id": key,
        "source_id": source_id,
        "url": item.url,
        "domain": domain,
        "title": item.title,
        "lang": item.lang,
        "published_at": item.published_at,
        "seen_at": item.seen_at,
        "themes": list(item.themes),
        "persons": [],
        "organizations": [],
        "countries": [],
    }


@lru_cache(maxsize=1_024)
def language_code(tag: str) -> str | None:
    """Return the ISO 639-1 code of a tag (`en-US`, `be-tarask`) or an ISO 639-2 or -3 code (`ces`, `cze`).

    None if the language is unknown or has no two-letter code.
    """
    code = _SUBTAG.split(tag.strip().lower(), maxsplit=1)[0]
    for scheme in ("alpha_2",) if len(code) == 2 else ("alpha_3", "bibliographic"):
        if found := pycountry.languages.get(**{scheme: code}):
            return getattr(found, "alpha_2", None)
    return None
