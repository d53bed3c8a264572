"""The lists of Support for Political Prisoners. Memorial: CSV lists of people, and the cards of its site.

A list (`<slug>.csv`) has lines `name;https://memopzk.org/?p=ID`. The cards (`figurants-1.json`, …) are the
pages of a WordPress collection; a card has the person's name and, as classes of its page, what the case is:
`uk-205-2-ch-2`, `stage-smert`, `list-persecuted-…`. Who is on a list of `options["lists"]`, by the list
itself or by the card's class, is designated as the option states. The other cards are outside: many are of
people whom Memorial does not call political prisoners, or not yet.

What is withheld of a card shows faces and life stories. The publisher's words are compared without
regard to case.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from transforms.fields.record_parts import Name
from transforms.names import cleaning
from transforms.prisoners import prisoner
from transforms.prisoners.prisoner import Prisoner
from transforms.prisoners.sinks import one_gender
from transforms.prisoners.vocabulary import memorial_classes
from transforms.prisoners.vocabulary.memorial_classes import (
    CLASSES,
    GENDERS,
    LISTED,
    SEX,
    Classes,
    count_unknown_lists,
    under,
)
from transforms.reading import json_text
from transforms.reading.characters import scrubbed
from transforms.reading.declaration import Fields, ignored, texts, withheld, withheld_fields
from transforms.reading.parse_result import ParseResult, SourceFormatError

_PAGE = re.compile(r"figurants-([1-9]\d{0,5})\.json", re.ASCII)
_MOST_LINES = 100_000  # a hundred times the longest list; rows are kept until the last is seen
_LIST = re.compile(r"([a-z0-9-]+)\.csv", re.ASCII)

_OF_THE_PAGE = ignored("WordPress's own, of the page and not of the case")
# The fields of a card.
FIELDS: Fields[Any, Any] = {
    **texts("id", "link", "status", "title", "class_list"),
    **dict.fromkeys(("date", "date_gmt", "modified", "modified_gmt", "slug", "guid", "type"), _OF_THE_PAGE),
    **dict.fromkeys(("parent", "menu_order", "template", "comment_status", "ping_status"), _OF_THE_PAGE),
    "_links": _OF_THE_PAGE,
    **{field: withheld(field) for field in ("content", "excerpt", "featured_media", "author", "acf", "meta")},
    **{field: withheld(field) for field in ("yoast_head", "yoast_head_json", "_embedded")},
}
WITHHELD_FIELDS = withheld_fields(FIELDS, CLASSES)

_PUBLISHED = "publish"
_UNPUBLISHED = frozenset({"draft", "pending", "private", "future", "trash", "auto-draft", "inherit"})
_NUMBER = re.compile(r"[1-9]\d{0,11}", re.ASCII)
_ADDRESS = re.compile(r"https?://(?:www\.)?memopzk\.org/(?:[^\s?]*)\?(?:\S*&)?p=([1-9]\d{0,11})", re.ASCII)
_SITE = re.compile(
    r"https?://(?:www\.)?memopzk\.org/[\w%.~/-]*(?:\?(?:[a-z_]{1,20}=[\w-]{1,40}&)?p=[0-9]{1,12})?", re.ASCII
)
_COLUMNS = 2  # of a list, where it has no header
_TAG = re.compile(r"<[^>]*>")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_FIELD = re.compile(r"\w{1,60}", re.ASCII)


@dataclass(frozen=True)
class _Card:
    name: str
    link: str
    classes: Classes


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads the lists and all pages of cards, joined by the number of a card.

    `options["lists"]` has by the slug of a list the designation that it stands for, the first winning.
    Fills `prisoners`, `names` and `charges`. SourceFormatError for a file that is no such list or page, and
    where the lists, the pages or one page between others are missing: a list read in part would show people
    as gone who are not.
    """
    designations: Mapping[str, str] = options["lists"]
    pages, lists = _sorted(files, designations)
    result = prisoner.started((*pages, *lists))
    cards = _cards(pages, files, result)
    listed: dict[str, dict[str, _Card]] = {key: {} for key in cards}
    for name, slug in lists.items():
        for key, line in _lines(name, files[name], cards, result):
            listed.setdefault(key, {})[slug] = line
    for key, by_list in listed.items():
        page, card = cards.get(key, (None, None))
        on = by_list.keys() | set(under(card.classes, LISTED) if card else ())
        first = next((slug for slug in designations if slug in on), None)
        if page:
            result.files[page].parsed += first is not None
            result.files[page].outside += first is None
        if first is not None:
            person, lines = card or by_list[first], by_list.values()
            prisoner.write(
                result, source_id, _prisoner(key, person, designations[first], lines, result.unknown)
            )
    result.unknown = +result.unknown
    return result


def _sorted(files: Iterable[str], designations: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The names of the pages, in order, and those of the lists with their slugs."""
    pages, others = json_text.numbered_files(sorted(files), _PAGE, "figurants-{}.json")
    lists: dict[str, str] = {}
    for name in others:
        list_ = _LIST.fullmatch(name)
        if not list_ or list_[1] not in designations:
            raise SourceFormatError(f"{name}: not a file of this source")
        lists[name] = list_[1]
    if not pages:
        raise SourceFormatError("figurants-1.json: not in the snapshot")
    if not lists:
        raise SourceFormatError("none of the lists is in the snapshot")
    return pages, lists


# Cards


def _cards(
    pages: Iterable[str], files: Mapping[str, BinaryIO], result: ParseResult
) -> dict[str, tuple[str, _Card]]:
    """The published cards by their number, each with its page.

    A card that comes again, as one does that moves to another page while we read, counts as outside; of
    two that differ under one number the first is kept.
    """
    cards: dict[str, tuple[str, _Card]] = {}
    for name in pages:
        found = json_text.json_document(name, files[name])
        if not isinstance(found, list):
            raise SourceFormatError(f"{name}: no list of cards")
        report = result.files[name]
        report.declared = len(found)
        for number, each in enumerate(found):
            key, card, reason = _card(each, result.unknown)
            if card and key in cards and cards[key][1] != card:
                reason = "id stands on an earlier card"
            if reason:
                result.reject(name, f"[{number}]", reason, key=key or None)
            elif card and key not in cards:
                cards[key] = (name, card)
            else:
                report.outside += 1
    return cards


def _card(found: object, unknown: Counter[str]) -> tuple[str, _Card | None, str | None]:
    """A card's number, and the card, or why it cannot be read; neither if it is not published."""
    if not isinstance(found, dict):
        return "", None, "not an object"
    json_text.count_unknown(found.keys() - FIELDS.keys(), _FIELD, "field with a name that is none", unknown)
    key = json_text.text(found.get("id"))
    if not _NUMBER.fullmatch(key):
        return "", None, "no id"
    classes = _classes(found.get("class_list"), unknown)
    status = cleaning.term(json_text.text(found.get("status")))
    unknown["status: not given"] += not status
    if status in _UNPUBLISHED:
        return key, None, None
    if status not in ("", _PUBLISHED):
        unknown["status: not known"] += 1
        return key, None, "a status that is not known"
    title = found.get("title")
    name = _plain(json_text.text(title.get("rendered") if isinstance(title, dict) else title))
    if not prisoner.is_name(name):
        return key, None, "no name"
    link = json_text.text(found.get("link"))
    if not _SITE.fullmatch(link):
        unknown["link: none, or to another site"] += 1
        link = ""
    card = _Card(name, link, classes)
    count_unknown_lists(classes, unknown)
    return key, card, None


def _classes(value: object, unknown: Counter[str]) -> frozenset[str]:
    """The classes of a card: a list, or an object with numbers for keys, as WordPress makes of a list in
    which a place is empty."""
    found = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(found, list):
        unknown["class_list: none"] += 1
        return frozenset()
    unknown["class_list: not text"] += sum(not isinstance(each, str) for each in found)
    return frozenset(cleaning.term(json_text.text(each)) for each in found if isinstance(each, str))


def _plain(rendered: str) -> str:
    """A title as text: without tags, and with what the entities stand for."""
    return cleaning.clean(html.unescape(_TAG.sub("", rendered)))


# Lists


def _lines(
    name: str, stream: BinaryIO, cards: Mapping[str, tuple[str, _Card]], result: ParseResult
) -> Iterator[tuple[str, _Card]]:
    """Whom a list names, by the number of the card, as a card that says no more than the list.

    A line whose card bears quite another name is rejected: it would call the wrong person a prisoner.
    """
    report = result.files[name]
    seen: dict[str, _Card] = {}
    for line, cells, width, ended in _csv(name, stream, result.unknown):
        report.declared += 1
        if len(cells) != width:
            shape = f"{len(cells)} columns, not {width}" if len(cells) > 1 else "no address of a card"
            result.reject(name, f"line {line}", shape, key=_only_number(cells) if ended else None)
            continue
        listed, url = cleaning.clean(cells[0]), cells[1].strip()
        address = _ADDRESS.fullmatch(url)
        key = address[1] if address else ""
        card = _Card(listed, url, frozenset())
        reason = None
        if not address:
            reason = "no address of a card"
        elif not prisoner.is_name(listed):
            reason = "no name"
        elif key in seen and seen[key] != card:
            reason = "the card's number stands on an earlier line"
        elif key in cards and not _alike(listed, cards[key][1].name):
            reason = "the card of that number bears another name"
        elif not ended and key not in cards:
            reason = "may be cut off, and there is no card of that number"
        if reason:
            result.reject(name, f"line {line}", reason, key=key if key and ended else None)
        elif key in seen:
            report.outside += 1
        else:
            seen[key] = card
            report.parsed += 1
            yield key, card


def _only_number(cells: Iterable[str]) -> str | None:
    """The number of the card whose address is in a line, if just one is."""
    found = [address[1] for cell in cells if (address := _ADDRESS.fullmatch(cell.strip()))]
    return found[0] if len(found) == 1 else None


def _csv(name: str, stream: BinaryIO, unknown: Counter[str]) -> Iterator[tuple[int, list[str], int, bool]]:
    """The lines of a list but the header, each with its number, how many columns there are, and whether it
    has an end of line. SourceFormatError if it is no such list."""
    text = scrubbed(json_text.utf8(name, stream.read()))
    if not text.strip():
        raise SourceFormatError(f"{name}: empty file")
    if text.lstrip().startswith(("<", "{", "[")):
        raise SourceFormatError(f"{name} line 1: starts with {text.lstrip()[:1]!r}, not a list of names")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    start, found = 1, []
    try:
        for cells in reader:
            if any(cells):
                found.append((start, cells))
            if len(found) > _MOST_LINES:
                raise SourceFormatError(f"{name}: more than {_MOST_LINES:,} lines")
            start = reader.line_num + 1
    except csv.Error as error:
        raise SourceFormatError(f"{name} line {start}: {error}") from error
    if not found:
        raise SourceFormatError(f"{name}: empty file")
    width = _COLUMNS
    if "://" not in ";".join(found[0][1]):
        unknown["header: not known"] += cleaning.term(found[0][1][0]) != "фио"
        width = max(_COLUMNS, len(found[0][1]))
        del found[0]
    addressed = [len(cells) > 1 and bool(_ADDRESS.fullmatch(cells[1].strip())) for _, cells in found]
    if found and not any(addressed):
        raise SourceFormatError(f"{name} line {found[0][0]}: no line has the address of a card")
    ended = text.endswith("\n")
    if found and not (ended or addressed[-1]):
        raise SourceFormatError(f"{name} line {found[-1][0]}: cut off in the middle of a line")
    last = found[-1] if found else None
    yield from ((line, cells, width, ended or (line, cells) != last) for line, cells in found)


def _alike(one: str, other: str) -> bool:
    """Whether two names share a word, as those of one person do."""
    words = [set(cleaning.key(name.casefold().replace("ё", "е")).split()) for name in (one, other)]
    return any(len(word) > 1 for word in words[0] & words[1])


# People


def _prisoner(
    key: str, card: _Card, designation: str, listed: Iterable[_Card], unknown: Counter[str]
) -> Prisoner:
    also = {line.name for line in listed} | {cleaning.clean(_BRACKETS.sub(" ", card.name))}
    repressions = memorial_classes.read_repressions(card.classes, unknown)
    status, status_raw = memorial_classes.read_status(card.classes, repressions, unknown)
    sentence_raw, sentence = memorial_classes.read_sentence(repressions)
    return Prisoner(
        key=key,
        name=card.name,
        name_lang="ru",
        name_original=card.name if cleaning.script(card.name) == "Cyrl" else None,
        names=[Name(name, "alias", cleaning.script(name), "ru") for name in also if name],
        country="RU",
        designation=designation,
        status=status,
        status_raw=status_raw,
        gender=one_gender(under(card.classes, SEX), GENDERS, "sex", unknown),
        sentence=sentence,
        sentence_raw=sentence_raw,
        charges=memorial_classes.read_charges(card.classes, unknown),
        url=card.link or f"https://memopzk.org/?p={key}",
    )
