"""GDELT's DOC 2.0 API in mode `artlist`: the articles that fit a query, as JSON.

Of an article are read: its address, that of its mobile page, title, the time at which GDELT saw it and the
language. `sourcecountry` is passed over: it is the outlet's country, not one that the article is about. So is
`domain`, which the address says too. The API's JSON is made without an encoder, so that backslashes and
control characters in titles stand in it bare; and it answers errors with status 200, in plain words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, BinaryIO

import pycountry

from transforms.news import articles
from transforms.news.feed_dates import FIRST_YEAR
from transforms.reading import json_text
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError

MOST = 250
"""Articles that the API gives at most."""

_READ = frozenset({"url", "url_mobile", "title", "seendate", "language"})
_PASSED_OVER = frozenset({"socialimage", "domain", "sourcecountry"})

# Languages that GDELT names otherwise than ISO 639 (its LOOKUP-LANGUAGES.TXT).
_NAMED_OTHERWISE = {
    "greek": "el",
    "kyrgyz": "ky",
    "norwegiannynorsk": "nn",
    "punjabi": "pa",
    "sinhalese": "si",
    "uyghur": "ug",
}


@cache
def _languages() -> dict[str, str]:
    """ISO 639-1 codes by the languages' names in lower case: `Malay (macrolanguage)` is `malay`."""
    known = {
        language.name.partition(" (")[0].lower(): language.alpha_2
        for language in pycountry.languages
        if hasattr(language, "alpha_2")
    }
    return known | _NAMED_OTHERWISE


def _language(name: str, unknown: Counter[str]) -> str | None:
    code = _languages().get(name.lower())
    if name and not code:
        unknown[f"language {name}"] += 1
    return code


def _seen(text: str, unknown: Counter[str]) -> datetime | None:
    """`20260722T121500Z`; None if it is anything else or before there was a web, which is counted."""
    try:
        if len(text) == len("20260722T121500Z"):
            seen = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            if seen.year >= FIRST_YEAR:
                return seen
    except ValueError:
        pass
    unknown["seendate: not a time" if text else "seendate: missing"] += 1
    return None


def _articles(name: str, document: Any, unknown: Counter[str]) -> list[Any]:
    """The articles of an answer; an empty object is the API's way to say that there are none."""
    if not isinstance(document, dict):
        raise SourceFormatError(f"{name}: JSON that is no object with articles")
    found = document.get("articles", [])
    if not isinstance(found, list):
        raise SourceFormatError(f"{name}: articles is no list")
    unknown.update(f"key {key}" for key in document.keys() - {"articles"})
    if len(found) >= MOST:
        unknown[f"answer with {MOST} articles, the most there can be: others were cut off"] += 1
    return found


def _item(name: str, number: int, article: Mapping[str, Any], unknown: Counter[str]) -> articles.Item:
    unknown.update(f"field {key}" for key in article.keys() - _READ - _PASSED_OVER)
    value = {key: json_text.text(article.get(key)) for key in _READ}
    return articles.Item(
        file=name,
        locator=f"article {number}",
        url=value["url"],
        title=value["title"] or None,
        lang=_language(value["language"], unknown),
        published_at=None,
        seen_at=_seen(value["seendate"], unknown),
        other_url=value["url_mobile"] or None,
    )


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads answers of any name into `articles` and `sightings`.

    Of an article that stands in several, the sighting that GDELT dates first stands. `seen_at` is GDELT's, to
    the quarter of an hour; `published_at` is null, for the API does not say it. An article without a web
    address goes to quarantine. An answer that is none is put into quarantine as one record;
    SourceFormatError if that is so of every file.
    """
    snapshot = ParseResult()
    items: list[articles.Item] = []
    broken: list[str] = []
    for name in sorted(files):
        report = snapshot.files[name] = FileReport()
        try:
            document, faults = json_text.mended_json(name, files[name])
            found = _articles(name, document, snapshot.unknown)
        except SourceFormatError as error:
            broken.append(str(error))
            report.declared = 1
            snapshot.reject(name, name, str(error))
            continue
        snapshot.unknown.update(faults)
        report.declared = len(found)
        for number, article in enumerate(found, 1):
            if isinstance(article, dict):
                items.append(_item(name, number, article, snapshot.unknown))
            else:
                snapshot.reject(name, f"article {number}", "no object")
    if len(broken) == len(files):
        raise SourceFormatError(broken[0] if broken else "no file in the snapshot")
    articles.add_items(snapshot, source_id, items)
    return snapshot
