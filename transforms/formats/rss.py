"""Outlets' own feeds, RSS or Atom: each item's title, address, time of publication, categories and language.

Nothing else of an item is read: not its body, summary, pictures or authors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any, BinaryIO

import feedparser
import lxml.html
from lxml.etree import ParserError

from transforms import articles, names
from transforms.snapshot import FileReport, Snapshot, SourceFormatError

# The zone at the end of an RFC 822 date. `GMT+9` is no such zone, but feeds have it and mean +0900.
_GMT_OFFSET = re.compile(r"\b(?:GMT|UTC)\s*([+-])(\d{1,2}):?(\d\d)?$")
_ZONE = re.compile(r"(?:[+-]\d{4}|\b(?:GMT|UTC?|Z|[ECMP][SD]T))$")


def _moment(text: str) -> datetime | None:
    """A feed's date as UTC, from RFC 822 or ISO 8601; None if it is neither or gives no time zone."""
    text = _GMT_OFFSET.sub(lambda m: f"{m[1]}{int(m[2]):02}{m[3] or '00'}", names.clean(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        if not _ZONE.search(text):
            return None
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # `-0000` comes as naive
    try:
        return moment.astimezone(UTC) if moment.tzinfo else None
    except OverflowError:  # year 1 or 9999
        return None


def _title(entry: Any) -> str | None:
    """The title as plain text; feedparser leaves mark-up in titles it found to be HTML."""
    title = entry.get("title", "")
    if "html" in entry.get("title_detail", {}).get("type", ""):
        try:
            title = lxml.html.fragment_fromstring(title, create_parent=True).text_content()
        except ParserError:  # nothing but comments
            title = ""
    return names.clean(title) or None


def _language(tag: str, unknown: Counter[str]) -> str | None:
    language = articles.language(tag) if tag else None
    if tag and not language:
        unknown[f"language {tag}"] += 1
    return language


def _published(text: str, unknown: Counter[str]) -> datetime | None:
    moment = _moment(text) if text else None
    if text and not moment:
        unknown["publication time: form or time zone not known"] += 1
    return moment


def _feed(name: str, data: bytes, unknown: Counter[str]) -> Any:
    """The feed as feedparser reads it; SourceFormatError if it is none, or not in the encoding it declares.

    The bytes go in as a stream, for feedparser takes them for a path or an address otherwise.
    """
    if not data.strip():
        raise SourceFormatError(f"{name}: empty file")
    feed = feedparser.parse(BytesIO(data), resolve_relative_uris=False, sanitize_html=False)
    if not feed.get("version"):
        raise SourceFormatError(f"{name}: {len(data)} bytes that are no RSS or Atom feed")
    problem = feed.get("bozo_exception")
    if isinstance(problem, feedparser.CharacterEncodingOverride | feedparser.CharacterEncodingUnknown):
        raise SourceFormatError(f"{name}: not in the encoding it declares")
    if problem:
        unknown["feed not well-formed"] += 1
    return feed


def _article(
    source_id: str, entry: Any, language: str | None, unknown: Counter[str]
) -> dict[str, Any] | None:
    """An item as a row of `articles`, `seen_at` left to the warehouse; None if it has no web address."""
    url = entry.get("link", "").strip()
    domain = articles.domain(url)
    if not domain:
        return None
    own = entry.get("language", "")
    themes = {names.clean(tag["term"]) for tag in entry.get("tags", ()) if tag["term"]}
    return {
        "article_id": articles.article_id(url),
        "source_id": source_id,
        "url": url,
        "domain": domain,
        "title": _title(entry),
        "lang": _language(own, unknown) if own else language,
        "published_at": _published(entry.get("published", "").strip(), unknown),
        "seen_at": None,
        "tone": None,
        "themes": sorted(themes - {""}),
        "persons": [],
        "organizations": [],
        "countries": [],
    }


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
    """Reads feeds of any name into `articles`, with `seen_at` left null.

    An item without a web address goes to quarantine; of items with one URL the first, by file name and
    place, stands, and the others count as outside. A file that is no feed is put into quarantine as
    one record; SourceFormatError if that is so of every file.
    """
    snapshot = Snapshot()
    snapshot.extend("articles", [])
    broken: list[str] = []
    seen: set[str] = set()
    for name in sorted(files):
        report = snapshot.files[name] = FileReport()
        try:
            feed = _feed(name, files[name].read(), snapshot.unknown)
        except SourceFormatError as error:
            broken.append(str(error))
            report.declared = 1
            snapshot.reject(name, name, str(error))
            continue
        language = _language(feed.feed.get("language", "").strip(), snapshot.unknown)
        report.declared = len(feed.entries)
        for number, entry in enumerate(feed.entries, 1):
            row = _article(source_id, entry, language, snapshot.unknown)
            if row is None:
                snapshot.reject(name, f"item {number}", "no web address")
            elif row["url"] in seen:
                report.outside += 1
            else:
                seen.add(row["url"])
                report.parsed += 1
                snapshot.add("articles", row)
    if len(broken) == len(files):
        raise SourceFormatError(broken[0] if broken else "no file in the snapshot")
    return snapshot
