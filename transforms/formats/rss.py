"""Outlets' own feeds, RSS or Atom: each item's title, address, time of publication, categories and language.

Nothing else of an item is read: not its body, summary, pictures or authors. Its address is its link, in Atom
the one that is `alternate`, relative ones by `xml:base`; where there is none, a `guid` that is a permalink.
Its time is `pubDate`, Atom's `published`, or in RSS Dublin Core's `date`; never that of a change, never now.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping
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


_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")
_IN_UTF8 = {"content-type": "application/xml; charset=utf-8"}
_MOST_BAD = 0.01


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


def _published(entry: Any, dublin_core: bool, unknown: Counter[str]) -> datetime | None:
    text = entry.get("published", "")
    if not text and dublin_core and "updated" in entry:
        text = entry["updated"]
    moment = _moment(text) if text.strip() else None
    if text.strip() and not moment:
        unknown["publication time: form or time zone not known"] += 1
    return moment


class _Languages:
    """The languages of one feed's items: as an item says, else as the feed does, else the configured one."""

    def __init__(self, feed: Any, configured: str | None, unknown: Counter[str]) -> None:
        self._unknown = unknown
        self._known: dict[str, str | None] = {}
        self._feed = self._code(feed.feed.get("language", "")) or configured

    def of(self, entry: Any) -> str | None:
        tag = entry.get("language") or entry.get("title_detail", {}).get("language") or ""
        return self._code(tag) or self._feed

    def _code(self, tag: str) -> str | None:
        tag = tag.strip()
        if tag and tag not in self._known:
            self._known[tag] = articles.language(tag)
            if not self._known[tag]:
                self._unknown[f"language {tag}"] += 1
        return self._known.get(tag)


def _utf8(name: str, data: bytes, unknown: Counter[str]) -> bytes:
    """A feed's text as UTF-8; SourceFormatError if it is neither in that nor in the encoding it declares.

    What is UTF-8 is read as such, whatever it declares: hardly any text in another encoding is. Damaged
    bytes of a feed in UTF-8 are replaced if they are few.
    """
    declared = _DECLARED.match(data)
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        if not text.isascii() and encoding not in _UTF8:
            unknown["feed in UTF-8 that declares another encoding"] += 1
        return text.encode()
    if encoding not in _UTF8:
        try:
            return data.decode(encoding).encode()
        except (UnicodeError, LookupError) as error:
            raise SourceFormatError(f"{name}: not in the encoding it declares") from error
    text = data.decode("utf-8-sig", "replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode())
    if bad > _MOST_BAD * len(text):
        raise SourceFormatError(f"{name}: not in the encoding it declares")
    unknown["bytes not UTF-8, replaced"] += bad
    return text.encode()


def _feed(name: str, data: bytes, unknown: Counter[str]) -> Any:
    """The feed as feedparser reads it; SourceFormatError if it is none, or not in the encoding it declares.

    The bytes go in as a stream, for feedparser takes them for a path or an address otherwise, and with a
    header that says what their encoding is.
    """
    if not data.strip():
        raise SourceFormatError(f"{name}: empty file")
    if data.startswith(_WIDE):
        headers = None
    else:
        data, headers = _utf8(name, data, unknown), _IN_UTF8
    feed = feedparser.parse(
        BytesIO(data), resolve_relative_uris=False, sanitize_html=False, response_headers=headers
    )
    if not feed.get("version"):
        raise SourceFormatError(f"{name}: {len(data)} bytes that are no RSS or Atom feed")
    problem = feed.get("bozo_exception")
    if isinstance(problem, feedparser.CharacterEncodingOverride | feedparser.CharacterEncodingUnknown):
        raise SourceFormatError(f"{name}: not in the encoding it declares")
    if problem:
        unknown["feed not well-formed"] += 1
    return feed


def _items(name: str, feed: Any, configured: str | None, unknown: Counter[str]) -> Iterator[articles.Item]:
    languages = _Languages(feed, configured, unknown)
    dublin_core = feed.version.startswith("rss") and _DUBLIN_CORE in feed.namespaces.values()
    for number, entry in enumerate(feed.entries, 1):
        themes = {names.clean(tag["term"]) for tag in entry.get("tags", ()) if tag["term"]}
        yield articles.Item(
            file=name,
            locator=f"item {number}",
            url=entry.get("link", "").strip(),
            title=_title(entry),
            lang=languages.of(entry),
            published_at=_published(entry, dublin_core, unknown),
            themes=tuple(sorted(themes - {""})),
        )


def _configured(options: Mapping[str, Any]) -> Mapping[str, str]:
    """The languages by file name; ValueError for another option or for what is no language."""
    if other := sorted(options.keys() - {"languages"}):
        raise ValueError(f"rss has no option {other[0]}")
    languages: Mapping[str, str] = options.get("languages", {})
    for name, code in languages.items():
        if articles.language(code) != code:
            raise ValueError(f"rss: languages: {name}: {code} is no ISO 639-1 code")
    return languages


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
    """Reads feeds of any name into `articles` and `sightings`, with `seen_at` left null.

    `options` may give `languages`, ISO 639-1 codes by file name, for feeds that do not say theirs. An item
    without a web address goes to quarantine; of an article's items the first, by file name and place, stands,
    and the same address again counts as outside. A file that is no feed is put into quarantine as one
    record; SourceFormatError if that is so of every file, ValueError for another option.
    """
    languages = _configured(options)
    snapshot = Snapshot()
    items: list[articles.Item] = []
    broken: list[str] = []
    for name in sorted(files):
        report = snapshot.files[name] = FileReport()
        try:
            feed = _feed(name, files[name].read(), snapshot.unknown)
        except SourceFormatError as error:
            broken.append(str(error))
            report.declared = 1
            snapshot.reject(name, name, str(error))
            continue
        report.declared = len(feed.entries)
        items += _items(name, feed, languages.get(name), snapshot.unknown)
    if len(broken) == len(files):
        raise SourceFormatError(broken[0] if broken else "no file in the snapshot")
    articles.add(snapshot, source_id, items)
    return snapshot
