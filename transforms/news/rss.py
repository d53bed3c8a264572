"""Outlets' own feeds, RSS or Atom: each item's title, address, time of publication, categories and language.

Nothing else of an item is read: not its body, summary, pictures or authors. Its address is its link, in Atom
the one that is `alternate`; where there is none, a `guid` that is a permalink. A relative one is resolved by
`xml:base`, the feed's links or its own address. Its time is `pubDate`, Atom's `published`, or in RSS Dublin
Core's `date`; never that of a change, never now.
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

# Elements of HTML that begin or end a line, and those within one.
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
    """A tag of one of some elements."""
    return re.compile(rf"</?(?:{elements.replace(' ', '|')})(?:\s[^<>]*)?/?>", re.IGNORECASE)


_MARKUP = _tag(f"{_BLOCKS} {_INLINE}")
_BLOCK = _tag(_BLOCKS)
_TITLE = re.compile(r"(<title(?:\s[^<>]*)?>)([^<]*+(?:<(?!/?title\b)[^<]*+)*+)(?=</title\s*>)", re.IGNORECASE)

# Bounds of what feedparser takes more time for than in proportion: a tag's attributes, an item's tags and
# keywords. No feed seen comes near them.
_MAX_BYTES = 20_000_000
_MAX_TAGS = 10_000  # in an item
_ITEM = re.compile(r"<(?:item|entry)\b", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[^!<>][^<>]{20000}")
_LONG_KEYWORDS = re.compile(
    r"<(?:[\w.-]+:)?keywords(?:\s[^<>]*)?>(?:<!\[CDATA\[)?[^<>]{20000}", re.IGNORECASE
)

# Times of a change, which feedparser takes for one with Dublin Core's `date`.
_CHANGED = re.compile(r"(</?)(?:[\w.-]+:)?(?:updated|modified|lastBuildDate)(?=[\s/>])", re.IGNORECASE)


@dataclass(frozen=True)
class _Entry:
    """An item with its `guid`, empty if it has none."""

    item: articles.Item
    guid: str


def _title(entry: Any, atom: bool) -> str | None:
    """The title as plain text; feedparser leaves mark-up in titles, and takes some for text."""
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
    """The pieces of an element's text that a reader sees, with a space for the end of a line."""
    comment = not isinstance(element.tag, str)
    edge = " " if not comment and element.tag in _PARTING else ""
    if not comment and element.tag not in _UNSEEN:
        yield edge + (element.text or "")
        for child in element:
            yield from _seen(child)
            yield child.tail or ""
        yield edge


def _date(entry: Any, rss: bool) -> str:
    """An item's own words for its time of publication; empty if it has none."""
    text: str = entry.get("published", "").strip()
    if not text and rss and "updated" in entry:  # Dublin Core's: those of changes have been renamed
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
            self._known[tag] = articles.language_code(tag)
            if not self._known[tag]:
                self._unknown[f"language {tag}"] += 1
        return self._known.get(tag)


def _feed(name: str, data: bytes, charset: str | None, unknown: Counter[str]) -> Any:
    """The feed as feedparser reads it; SourceFormatError if it is none, or in no encoding that it can be in.

    The bytes go in as a stream, for feedparser takes them for a path or an address otherwise, and with a
    header that says what their encoding is.
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
    except Exception as error:  # of any kind: feedparser guesses at what is not well-formed
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
    """The address that relative links of a feed's items are relative to.

    In RSS that of the outlet's page which the channel names, in Atom the feed's own (RFC 4287: that of the
    document). Either may itself be relative to the other, or to the `address` that the feed was fetched from.
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
    except ValueError:  # no address at all, such as `http://[`
        return base


def _address(entry: Any, base: str) -> str:
    """Where an item leads; empty if it has no link but a `guid` that is no address."""
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


def _told_apart(entries: list[_Entry]) -> list[articles.Item]:
    """The items; those of a feed that share an address and are not the same are known by their marks too.

    They are not the same if their `guid`s differ; where one has none, if their fragments and titles differ.
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
        (key, mark)  # which another feed of the outlet may have too
        for (_, key), found in sharing.items()
        if len(found) > 1 and _are_several(found)
        for _, mark in found
    }
    return [
        replace(entry.item, mark=mark) if (key, mark) in several else entry.item
        for entry, key, mark in marked
    ]


def _mark(entry: _Entry, *, is_address: bool) -> str:
    """What an item has beside its address: a `guid` that is another, else a fragment."""
    if entry.guid and not is_address:
        return entry.guid
    return entry.guid.partition("#")[2] or entry.item.url.partition("#")[2]


def _are_several(found: list[tuple[_Entry, str]]) -> bool:
    marks = {mark for _, mark in found}
    titles = {entry.item.title for entry, _ in found}
    return len(marks) > 1 and (all(entry.guid for entry, _ in found) or len(titles) > 1)


def _settings(options: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """Each option's values by file name; OptionError for another option or for what is no language."""
    if other := sorted(options.keys() - set(_OPTIONS)):
        raise OptionError(f"rss has no option {other[0]}")
    for name, code in options.get("languages", {}).items():
        if articles.language_code(code) != code:
            raise OptionError(f"rss: languages: {name}: {code} is no ISO 639-1 code")
    return {option: options.get(option, {}) for option in _OPTIONS}


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads feeds of any name into `articles` and `sightings`, with `seen_at` left null.

    `options` may give by file name `languages`, ISO 639-1 codes for feeds that do not say theirs,
    `addresses`, from which they came, and `charsets`, those of HTTP's Content-Type. An item without a web
    address goes to quarantine; of an article's items the first, by file name and place, counts, and the same
    address again counts as outside. A file that is no feed is put into quarantine as one record;
    SourceFormatError if that is so of every file, OptionError for another option.
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
    articles.add_items(snapshot, source_id, _told_apart(entries))
    return snapshot
