"""Parse answers of GDELT's DOC 2.0 API in mode `artlist`: the articles that match a query, as JSON.

Read: the article's URL, the URL of its mobile page, title, the time at which GDELT saw it, and the language.
Ignored: `sourcecountry`, because it is the country of the outlet and not of the news, and `domain`, which the
URL contains. The API does not encode its JSON properly: backslashes and control characters in titles are not
escaped. It answers errors with status 200 and plain text.
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
from transforms.reading.declaration import Fields, ignored, read_fields, texts, withheld, withheld_fields
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError

MOST = 250
"""Maximum number of articles in an answer."""

FIELDS: Fields[articles.Item, None] = {
    **texts("url", "url_mobile", "title", "seendate", "language"),
    "socialimage": withheld("socialimage"),
    "domain": ignored("part of the URL"),
    "sourcecountry": ignored("the country of the outlet, not of the news"),
}
WITHHELD_FIELDS = withheld_fields(FIELDS)
_READ = read_fields(FIELDS)

# Languages with other names than in ISO 639 (GDELT's LOOKUP-LANGUAGES.TXT).
_OTHER_NAMES = {
    "greek": "el",
    "kyrgyz": "ky",
    "norwegiannynorsk": "nn",
    "punjabi": "pa",
    "sinhalese": "si",
    "uyghur": "ug",
}


@cache
def _languages() -> dict[str, str]:
    """Map names of languages in lower case to ISO 639-1 codes; `Malay (macrolanguage)` is `malay`."""
    known = {
        language.name.partition(" (")[0].lower(): language.alpha_2
        for language in pycountry.languages
        if hasattr(language, "alpha_2")
    }
    return known | _OTHER_NAMES


def _language(name: str, unknown: Counter[str]) -> str | None:
    code = _languages().get(name.lower())
    if name and not code:
        unknown[f"language {name}"] += 1
    return code


def _seen(text: str, unknown: Counter[str]) -> datetime | None:
    """Parse a time (`20260722T121500Z`); anything else, or one before the web, is None and counted."""
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
    """Return the articles of an answer; an empty object means that there are none."""
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
    unknown.update(f"field {key}" for key in article.keys() - FIELDS.keys())
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
    """Parse answers of any file name into `articles` and `sightings`.

    Of an article in several answers, the first sighting by GDELT's time counts. `seen_at` is GDELT's time, to
    the quarter of an hour. `published_at` is null, because the API does not state it. An article without a
    web address is quarantined. A file that is not an answer is quarantined as one record. Raises
    SourceFormatError if no file is an answer.
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
