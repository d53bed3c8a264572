"""Parse the feeds of news outlets (RSS and Atom): title, URL, time of publication, categories and language.

Nothing else is read: no body, summary, pictures or authors. The URL of an item is its link (in Atom the
`alternate` one), otherwise a `guid` that is a permalink. A relative URL is resolved by `xml:base`, the feed's
links or the feed's own URL. The time is `pubDate`, Atom's `published`, or in RSS Dublin Core's `date`; never
the time of a change, and never the current time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import feedparser
import lxml.html
from lxml.etree import ParserError

from transforms.names import cleaning
from transforms.news import articles, feed_dates
from transforms.news.feed_text import decoded
from transforms.reading.characters import scrubbed
from transforms.reading.parse_result import FileReport, OptionError, ParseResult, SourceFormatError

_OPTIONS = ("languages", "addresses", "charsets")
_IN_UTF8 = {"content-type": "application/xml; charset=utf-8"}

# Block and inline elements of HTML.
_BLOCKS = (
    "address article aside blockquote br caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol option p pre section "
    "summary table tbody td tfoot th thead tr ul"
)
_INLINE = (
    "a abbr audio b bdi bdo big cite code del em embed font i iframe img ins kbd mark nobr picture q rb rp "
    "rt ruby s small span strike strong sub sup tt u video wbr"
)
_PARTING = frozenset(_BLOCKS.split())
_UNSEEN = frozenset({"script", "style"})


def _tag(elements: str) -> re.Pattern[str]:
    """Return the pattern of a tag of any of these elements."""
    return re.compile(rf"</?(?:{elements.replace(' ', '|')})(?:\s[^<>]*)?/?>", re.IGNORECASE)


_MARKUP = _tag(f"{_BLOCKS} {_INLINE}")
_BLOCK = _tag(_BLOCKS)
_TITLE = re.compile(r"(<title(?:\s[^<>]*)?>)([^<]*+(?:<(?!/?title\b)[^<]*+)*+)(?=</title\s*>)", re.IGNORECASE)

# Limits on what takes feedparser more than linear time: attributes of a tag, tags and keywords of an item. No
# feed seen so far comes close.
_MAX_BYTES = 20_000_000
_MAX_TAGS = 10_000  # in an item
_ITEM = re.compile(r"<(?:item|entry)\b", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[^!<>][^<>]{20000}")
_LONG_KEYWORDS = re.compile(
    r"<(?:[\w.-]+:)?keywords(?:\s[^<>]*)?>(?:<!\[CDATA\[)?[^<>]{20000}", re.IGNORECASE
)

# Times of a change, which feedparser confuses with Dublin Core's `date`.
_CHANGED = re.compile(r"(</?)(?:[\w.-]+:)?(?:updated|modified|lastBuildDate)(?=[\s/>])", re.IGNORECASE)


@dataclass(frozen=True)
class _Entry:
    """An item with its `guid`, empty if it has none."""

    item: articles.Item
    guid: str


def _title(entry: Any, atom: bool) -> str | None:
    """Return the title as plain text; feedparser leaves some mark-up in titles."""
    title = entry.get("title", "")
    if "html" in entry.get("title_detail", {}).get("type", "") or (not atom and _is_marked_up(title)):
        try:
            tree = lxml.html.fragment_fromstring(title, create_parent=True)
        except ParserError:  # nothing but comments
            return None
        title = "".join(_seen(tree))
    return cleaning.clean(title) or None


def _is_marked_up(title: str) -> bool:
    return bool(_MARKUP.search(title)) or "-->" in title.partition("<!--")[2]


def _seen(element: Any) -> Iterator[str]:
    """Yield the visible text of an element, with a space at line ends."""
    comment = not isinstance(element.tag, str)
    edge = " " if not comment and element.tag in _PARTING else ""
    if not comment and element.tag not in _UNSEEN:
        yield edge + (element.text or "")
        for child in element:
            yield from _seen(child)
            yield child.tail or ""
        yield edge


def _date(entry: Any, rss: bool) -> str:
    """Return the publication time as written in an item; empty if it has none."""
    text: str = entry.get("published", "").strip()
    if not text and rss and "updated" in entry:  # Dublin Core's `date`: times of changes were renamed
        text = entry["updated"].strip()
    return text


def _published(text: str, day_first: bool | None, unknown: Counter[str]) -> datetime | None:
    if not text:
        return None
    moment = feed_dates.moment(text, day_first)
    if not moment:
        unknown["publication time: form or time zone not known"] += 1
    elif moment.year < feed_dates.FIRST_YEAR:
        unknown[f"publication time: before {feed_dates.FIRST_YEAR}"] += 1
        return None
    return moment


class _Languages:
    """The languages of a feed's items: stated by the item, else by the feed, else configured."""

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
            self._known[tag] = articles.language_code(tag)
            if not self._known[tag]:
                self._unknown[f"language {tag}"] += 1
        return self._known.get(tag)


def _feed(name: str, data: bytes, charset: str | None, unknown: Counter[str]) -> Any:
    """Parse a feed with feedparser. Raises SourceFormatError if it is not a feed or cannot be decoded.

    The bytes are passed as a stream, because feedparser may take them for a path or URL otherwise, and with a
    header that states their encoding.
    """
    if not data.strip():
        raise SourceFormatError(f"{name}: empty file")
    if len(data) > _MAX_BYTES:
        raise SourceFormatError(f"{name}: longer than {_MAX_BYTES:,} bytes")
    text = _CHANGED.sub(r"\1changed", decoded(name, data, charset, unknown))
    text = _TITLE.sub(lambda title: title[1] + _BLOCK.sub(" ", title[2]), text)
    _check_bounds(name, text)
    try:
        feed = feedparser.parse(
            BytesIO(text.encode()),
            resolve_relative_uris=False,
            sanitize_html=False,
            response_headers=_IN_UTF8,
        )
    except Exception as error:  # feedparser can raise anything on malformed input
        raise SourceFormatError(f"{name}: a feed that cannot be read: {type(error).__name__}") from error
    if not feed.get("version"):
        raise SourceFormatError(f"{name}: {len(data)} bytes that are no RSS or Atom feed")
    if feed.get("bozo_exception"):
        unknown["feed not well-formed"] += 1
    return feed


def _check_bounds(name: str, text: str) -> None:
    if _LONG_TAG.search(text) or _LONG_KEYWORDS.search(text):
        raise SourceFormatError(f"{name}: a tag or keywords of more than 20,000 characters")
    if any(item.count("<") > 2 * _MAX_TAGS for item in _ITEM.split(text)):
        raise SourceFormatError(f"{name}: an item with more than {_MAX_TAGS:,} tags")


def _base(feed: Any, address: str) -> str:
    """Return the base URL of relative links in a feed's items.

    In RSS the page that the channel links to, in Atom the feed's own URL (RFC 4287: that of the document).
    Either may itself be relative to the other, or to the `address` that the feed was fetched from.
    """
    site: str = feed.feed.get("link", "")
    own: str = next(
        (link.get("href", "") for link in feed.feed.get("links", ()) if link.get("rel") == "self"), ""
    )
    order = (site, address, own) if feed.version.startswith("atom") else (address, own, site)
    return reduce(_joined, order)


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:  # invalid, such as `http://[`
        return base


def _address(entry: Any, base: str) -> str:
    """Return the URL of an item; empty if it has no link, or only a `guid` that is not a URL."""
    link: str = scrubbed(entry.get("link", "")).strip()
    try:
        relative = bool(link) and not urlsplit(link).scheme
    except ValueError:
        return link
    if not relative:
        return link
    is_guid = entry.get("guidislink") and link == entry.get("id", "").strip()
    return "" if is_guid else _joined(base, link)


def _entries(
    name: str, feed: Any, options: Mapping[str, Mapping[str, str]], unknown: Counter[str]
) -> Iterator[_Entry]:
    languages = _Languages(feed, options["languages"].get(name), unknown)
    atom, rss = (feed.version.startswith(kind) for kind in ("atom", "rss"))
    base = _base(feed, options["addresses"].get(name, ""))
    dates = [_date(entry, rss) for entry in feed.entries]
    day_first = feed_dates.has_day_first(dates)
    for number, (entry, date) in enumerate(zip(feed.entries, dates, strict=True), 1):
        themes = {cleaning.clean(tag["term"]) for tag in entry.get("tags", ()) if tag["term"]}
        item = articles.Item(
            file=name,
            locator=f"item {number}",
            url=_address(entry, base),
            title=_title(entry, atom),
            lang=languages.of(entry),
            published_at=_published(date, day_first, unknown),
            themes=tuple(sorted(themes - {""})),
        )
        yield _Entry(item, cleaning.clean(entry.get("id", "")))


def _marked_items(entries: list[_Entry]) -> list[articles.Item]:
    """Return the items, with marks for different items of one feed that share a URL.

    Items are different if their `guid`s differ; if one has no `guid`, if their fragments and titles differ.
    """
    keys = articles.article_ids([text for entry in entries for text in (entry.item.url, entry.guid)])
    marked = [
        (entry, key, _mark(entry, is_address=key == guid))
        for entry, key, guid in zip(entries, keys[::2], keys[1::2], strict=True)
    ]
    sharing: dict[tuple[str, str], list[tuple[_Entry, str]]] = {}
    for entry, key, mark in marked:
        sharing.setdefault((entry.item.file, key), []).append((entry, mark))
    several = {
        (key, mark)  # another feed of the outlet may have the same
        for (_, key), found in sharing.items()
        if len(found) > 1 and _are_several(found)
        for _, mark in found
    }
    return [
        replace(entry.item, mark=mark) if (key, mark) in several else entry.item
        for entry, key, mark in marked
    ]


def _mark(entry: _Entry, *, is_address: bool) -> str:
    """Return what distinguishes an item besides its URL: a `guid` that differs from it, else a fragment."""
    if entry.guid and not is_address:
        return entry.guid
    return entry.guid.partition("#")[2] or entry.item.url.partition("#")[2]


def _are_several(found: list[tuple[_Entry, str]]) -> bool:
    marks = {mark for _, mark in found}
    titles = {entry.item.title for entry, _ in found}
    return len(marks) > 1 and (all(entry.guid for entry, _ in found) or len(titles) > 1)


def _settings(options: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """Return each option's values by file name. Raises OptionError for unknown options and languages."""
    if other := sorted(options.keys() - set(_OPTIONS)):
        raise OptionError(f"rss has no option {other[0]}")
    for name, code in options.get("languages", {}).items():
        if articles.language_code(code) != code:
            raise OptionError(f"rss: languages: {name}: {code} is no ISO 639-1 code")
    return {option: options.get(option, {}) for option in _OPTIONS}


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Parse feeds of any file name into `articles` and `sightings`; `seen_at` is null.

    `options`, each by file name: `languages`: ISO 639-1 codes of feeds that do not state theirs; `addresses`:
    the URLs they came from; `charsets`: those of HTTP's Content-Type.

    An item without a web address is quarantined. Of several items of one article the first counts, by file
    name and position; a repeated URL counts as outside. A file that is not a feed is quarantined as one
    record. Raises SourceFormatError if no file is a feed, OptionError for an unknown option.
    """
    settings = _settings(options)
    snapshot = ParseResult()
    entries: list[_Entry] = []
    broken: list[str] = []
    for name in sorted(files):
        report = snapshot.files[name] = FileReport()
        try:
            data = files[name].read(_MAX_BYTES + 1)
            feed = _feed(name, data, settings["charsets"].get(name), snapshot.unknown)
        except SourceFormatError as error:
            broken.append(str(error))
            report.declared = 1
            snapshot.reject(name, name, str(error))
            continue
        report.declared = len(feed.entries)
        entries += _entries(name, feed, settings, snapshot.unknown)
    if len(broken) == len(files):
        raise SourceFormatError(broken[0] if broken else "no file in the snapshot")
    articles.add_items(snapshot, source_id, _marked_items(entries))
    return snapshot
