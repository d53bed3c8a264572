"""Read web pages by their visible labels, not by their markup, which changes with every new theme.

A label is a text known to the caller, in any case and with or without accents. It is an element of its own
(`<dt>Condena</dt>`, `<strong>Condena:</strong>`), or a text with a colon (`Condena: 5 años`), which within a
text must be capitalised. Its value is the rest of the line, up to the next label; if that is empty, the next
line, or the items of the following list. A line ends at the end of a block element, or at `<br>`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from transforms.names import cleaning
from transforms.reading.characters import scrubbed

MAX_BYTES = 3_000_000  # a page of a person has some hundred thousand
MAX_DEPTH = 200  # libxml2 quietly drops what is deeper than 255
MAX_ELEMENTS = 50_000
_MAX_LABEL = 60  # characters of a label that we do not know

# Elements without text of the page itself, and the menus and filters around it.
_SKIPPED = {
    *("head", "script", "style", "noscript", "template", "nav", "form", "select", "datalist", "textarea"),
    *("svg", "math", "iframe", "object", "canvas", "audio", "video"),
}
_INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd"),
    *("label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt"),
    *("u", "var", "wbr"),
}
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{1,20})", re.IGNORECASE)
_LATIN = frozenset({"iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252"})
_AROUND = " :·*\u2022"


class PageError(Exception):
    """A page that cannot be read: the reason in a few words, without any text of the page."""


class Line(NamedTuple):
    """A line as its texts, one per run without a tag; `item`: whether it is an item of a list."""

    texts: list[str]
    item: bool
    after_heading: bool


@dataclass
class Value:
    """The value of a label: its lines, several only if they are items of a list."""

    label: str
    after_heading: bool
    parts: list[list[str]] = field(default_factory=list)  # of each line

    @property
    def lines(self) -> list[str]:
        return [" ".join(parts) for parts in self.parts]

    @property
    def text(self) -> str:
        return " ".join(self.parts[0]) if self.parts else ""


def fold(text: str) -> str:
    """Return `text` without accents and in lower case, with every character at its position."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)


def document(data: bytes) -> etree._Element:
    """Parse the page into a tree. Raises PageError for anything else, or beyond the limits.

    The encoding is UTF-8 if the page is valid UTF-8, else Latin-1 (as in browsers) if the page declares it.
    """
    if len(data) > MAX_BYTES:
        raise PageError(f"longer than {MAX_BYTES:,} bytes")
    text = scrubbed(_decoded(data))
    if not re.search(r"<(?:!doctype\s+html|html|head|body|h1|div|p)\b", text, re.IGNORECASE):
        raise PageError("no web page")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise PageError("no web page") from error
    if root is None:
        raise PageError("no web page")
    depth = elements = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise PageError(
                "nested too deep" if depth > MAX_DEPTH else f"more than {MAX_ELEMENTS:,} elements"
            )
    return root


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = _CHARSET.search(data[:4_096])
        if declared and declared[1].decode().lower() in _LATIN:
            return data.decode("cp1252", "replace")
        raise PageError("not UTF-8") from error


def lines(
    root: etree._Element, heading: etree._Element | None, left_out: Collection[etree._Element]
) -> list[Line]:
    """Return the lines of the page, without menus, forms, scripts and the elements `left_out`.

    `after_heading`: the lines after the start of `heading`; all lines if there is none.
    """
    found: list[Line] = []
    after = heading is None
    items = 0  # of lists, around where we are
    line = Line([], False, after)

    def end() -> None:
        nonlocal line
        if line.texts:
            found.append(line)
        line = Line([], items > 0, after)

    def add(text: str | None) -> None:
        if text and (cleaned := cleaning.clean(text)):
            line.texts.append(cleaned)

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        skipped = element.tag in _SKIPPED or element in left_out
        block = skipped or element.tag not in _INLINE
        if event == "start":
            after = after or element is heading
            items += element.tag == "li"
            if block:
                end()
            if skipped:
                walk.skip_subtree()
            else:
                add(element.text)
        else:
            items -= element.tag == "li"
            if block:
                end()
            add(element.tail)
    end()
    return found


def values(page: Iterable[Line], labels: Mapping[str, str], unknown: Counter[str]) -> dict[str, Value]:
    """Return the values of labels by their names. `labels` maps normalised label texts to names.

    Several labels may have the same name; those named `""` are ignored. Of different values the first one
    counts, those after the page's heading before those above it. The others are counted in `unknown`, and so
    are unknown labels between known ones.
    """
    inside = re.compile(rf"(?<!\w)({'|'.join(sorted(map(re.escape, labels), key=len, reverse=True))})\s*:")
    all_values, strangers = _gathered(page, labels, inside)
    unknown["label that we do not know"] += strangers
    found: dict[str, Value] = {}
    folded: dict[str, list[str]] = {}
    for value in sorted(all_values, key=lambda value: not value.after_heading):
        name = labels[value.label]
        if not name or not value.parts:
            continue
        lines = list(map(fold, value.lines))
        if folded.setdefault(name, lines) != lines:
            unknown[f"label {value.label}: stands there again, with another value"] += 1
        found.setdefault(name, value)
    return found


def _gathered(
    page: Iterable[Line], labels: Mapping[str, str], inside: re.Pattern[str]
) -> tuple[list[Value], int]:
    """Return the values of all labels in order, and the number of unknown labels between them."""
    found: list[Value] = []
    strangers = since = 0
    open_: Value | None = None  # what may still get text
    for line in page:
        if open_ is not None and open_.parts and not line.item:
            open_ = None  # the items of a list are at an end
        labelled = False  # whether the label of `open_` is in this line
        goes_on = False  # whether `open_` has text of this line
        for text, label in _tokens(line.texts, labels, inside):
            if label is None:
                if open_ is not None:
                    if not goes_on:
                        open_.parts.append([])
                    open_.parts[-1].append(text)
                    goes_on = True
                continue
            open_, labelled, goes_on = None, True, False
            if label:
                open_ = Value(label, line.after_heading)
                strangers, since = strangers + (since if found else 0), 0
                found.append(open_)
            else:
                since += 1
        if labelled and open_ is not None and open_.parts:
            open_ = None
    return found, strangers


def _tokens(
    texts: Iterable[str], labels: Mapping[str, str], inside: re.Pattern[str]
) -> Iterator[tuple[str, str | None]]:
    """Split the texts of a line at labels: `(text, None)` or `("", label)`; an unknown label is `""`."""
    for text in texts:
        folded = fold(text)
        found = [m for m in inside.finditer(folded) if m.start() == 0 or text[m.start()].isupper()]
        if (whole := folded.strip(_AROUND)) in labels:
            yield "", whole
        elif not found and text.endswith(":") and len(text) <= _MAX_LABEL:
            yield "", ""
        else:
            at = 0
            for match in found:
                yield from _text(text[at : match.start()])
                yield "", match[1]
                at = match.end()
            yield from _text(text[at:])


def _text(text: str) -> Iterator[tuple[str, None]]:
    if stripped := text.strip(_AROUND):
        yield stripped, None
