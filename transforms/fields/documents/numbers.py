"""Numbers of documents and registers in free text.

`find_numbers` takes a text apart: `Passport No: A012 (Qatari passport issued in Doha on 1 Jan. 2010)` is a
passport's number, a country and a note.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from transforms.fields.documents.labels import NO, SAID, label_type
from transforms.fields.documents.remarks import (
    ASIDE,
    TRIM,
    code_in_brackets,
    read_aside,
    read_tail,
    state_first,
    state_last,
)
from transforms.fields.record_parts import Country, Identifier
from transforms.names import cleaning

# Words of these types are said of a number only; the others need `number`, `No.` or a colon after them.
_IN_ROWS = frozenset(
    {"national_id", "passport", "registration", "tax_id"}
)  # which one label may have several of
_STRONG = frozenset({"passport", "imo", "mmsi", "swift_bic"})
_STRONG_NAMES = """
d-u-n-s duns card certificate code ein id inn kpp ogrn psrn ssn tazkira tin unp инн bik edrpou lei ogrnip
okpo uscc
"""
_STRONG_WORDS = frozenset(_STRONG_NAMES.split())
_LABEL_BEFORE = re.compile(
    rf"{SAID}(?P<colon>\s{{0,2}}[:.]?)\s{{0,2}}(?:(?:is|na|of)\s)?(?:\(?(?P<mark>[a-z])\)\s)?"
    rf"(?P<of>\((?-i:[A-Z])[^()\d]{{1,40}}\)\s|(?:(?-i:[A-Z])[\w.]*\s){{0,5}})(?:{NO}\s)?$",
    re.IGNORECASE,
)
# The second number and those after it under one label: `Passport no.: a) 1 b) 2`.
_MARKED = re.compile(r"(?<!\S)\(?(?P<mark>[b-z])\)\s(?P<of>(?:[A-Z][\w.]*\s){0,5})$")
# And without a mark: `Passport: A1 (Iran), A2 (Iraq)`.
_ANOTHER = re.compile(r"\s*(?:[,;/&]|[,;]?\s?\b(?:and|or)\b)\s*", re.IGNORECASE)
_GLUED = re.compile(r"(?<=\b[Nn]o\.)(?=\w)|(?<=\bnumber)(?=\d)")  # `Company Identification No.1027739053704`
_BIC = re.compile(
    r"\b(?:SWIFT(?: ?/ ?BIC)?|BIC)(?: code| number| no\.?)?\s?:?\s{0,2}"
    r"(?P<number>[A-Z]{6}[A-Z\d]{2}(?:[A-Z\d]{3})?)\b"
)

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
# An Italian fiscal code may have spaces; else letters and digits, and groups of digits after them.
NUMBER = re.compile(
    r"(?<![\w.])(?P<core>[A-Z]{3} ?[A-Z]{3} ?\d\d[A-Z]\d\d ?[A-Z]\d{3}[A-Z]"
    r"|(?=[A-Za-zА-Я/-]{0,6}\d)[A-Za-zА-Я\d](?:[\w./-]*\w)?)"
    rf"(?P<more>(?:(?: \d{{2,}}(?![\w./-])(?! {_MONTH}))|(?: No\.? \d+))*)",
)
_PREFIX = re.compile(r"(?<![\w.-])(?P<prefix>[A-ZА-Я]{1,3}(?:-[A-Z])?)(?: |- )$")
_NO_PREFIX = frozenset(
    {"BIC", "BIK", "BIN", "CR", "EIN", "ID", "IMO", "INN", "KPP", "LEI", "NIF", "NIT", "NO"}
)
_NO_PREFIXES = _NO_PREFIX | {"RUC", "SRN", "SSN", "TIN", "UNP", "VAT", "УНП", "ИНН"}
YEAR = re.compile(r"(?:1[89]|20)\d\d")
DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}")
_MAY_HAVE_NUMBERS = re.compile(r"\d|SWIFT|BIC")
# The last word before a number that has a label.
_LAST_WORDS = """
number numbers no nos n nr sign card certificate code d-u-n-s duns licence license id identification identity
passport passports ssn tazkira tin inn ein unp ogrn psrn kpp bik imo mmsi bic swift swift/bic инн унп огрн
"""
_ENDS = frozenset(_LAST_WORDS.split())
_WINDOW = 110
_SHORTEST = 3  # number of a register: letters and digits
_LEAST_DIGITS = 5  # of a number whose label has no `number`, `No.` or colon

_LONGEST_TEXT = 50_000  # characters that are read: nobody lists so many documents


class _Place(NamedTuple):
    """A number with its label in a text."""

    start: int  # of the label, with the country before it
    end: int
    type: str
    label: str
    number: str
    state: Country
    mark: str | None


def _looks_labelled(before: str) -> bool:
    words = before[-60:].casefold().split()[-3:]
    return any(word[-1] in ":.#№°)" or word.strip(".:#()") in _ENDS for word in words)


def _is_certain(label: re.Match[str], said: str, number: str, ahead: str) -> bool:
    """Return whether `number` is a number of the kind that the label says."""
    if said in {"id", "identification"} and ahead[-1:].isalnum() and not state_last(ahead).code:
        return False  # `Group ID: 13122`
    type_ = label_type(label)
    if type_ == "registration" and (len(number) < _SHORTEST or (YEAR.fullmatch(number) and not label["no"])):
        return False  # `Date of registration: 1989`
    if label["no"] or ":" in label["colon"]:
        return True
    strong = type_ in _STRONG or said.rpartition(" ")[2] in _STRONG_WORDS
    return strong and sum(map(str.isdigit, number)) >= _LEAST_DIGITS and not YEAR.fullmatch(number)


def _place(text: str, number: re.Match[str], last: _Place | None) -> _Place | None:
    """The number that `number` found, if a label is before it and after the `last` number."""
    start, floor = number.start(), last.end if last else 0
    if (prefix := _PREFIX.search(text, max(floor, start - 6), start)) and prefix[1] not in _NO_PREFIXES:
        start = prefix.start()
    window = max(floor, start - _WINDOW)
    before = text[window:start]
    if not before or DAY.fullmatch(number["core"]):
        return None
    if not _looks_labelled(before):
        return _another(text, number, start, last)
    marked = _MARKED.search(before)
    if marked and last and last.mark and ord(marked["mark"]) == ord(last.mark) + 1:
        state = state_first(marked["of"].strip())[0]
        at, end = window + marked.start(), number.end()
        return _Place(at, end, last.type, last.label, text[start:end], state, marked["mark"])
    label = _LABEL_BEFORE.search(before)
    if label is None:
        return _another(text, number, start, last)
    aside = label["aside"] or ""
    ahead = before[: label.start()].rstrip()
    if not _is_certain(
        label, cleaning.clean(label["label"].removesuffix(aside)).casefold(), number[0], ahead
    ):
        return None
    stated = (
        state_first(label["of"].strip(" ()"))[0],
        Country(code_in_brackets(aside.strip(" ()")), aside.strip(" ()")),
    )
    state = next((each for each in (*stated, state_last(ahead)) if each.code), Country())
    at = window + label.start()
    if state.raw and ahead.endswith(state.raw):
        at = window + len(ahead) - len(state.raw)
    said = cleaning.clean(label["label"] + (label["no"] or ""))
    return _Place(at, number.end(), label_type(label), said, text[start : number.end()], state, label["mark"])


def _another(text: str, number: re.Match[str], start: int, last: _Place | None) -> _Place | None:
    """A number that follows on the `last` one under the same label, if it looks the same, or has a state.

    What is in brackets after the last number is that one's.
    """
    if last is None or last.type not in _IN_ROWS:
        return None
    aside = ASIDE.match(text, last.end)
    if not _ANOTHER.fullmatch(text, aside.end() if aside else last.end, start):
        return None
    own = ASIDE.match(text, number.end())
    named = own is not None and read_aside(own["aside"]).state.code is not None
    if not named and _shape(text[start : number.end()]) != _shape(last.number):
        return None
    return _Place(start, number.end(), last.type, last.label, text[start : number.end()], Country(), None)


def _shape(number: str) -> str:
    """What kind of sign each sign of a number is."""
    return "".join("9" if sign.isdigit() else "A" if sign.isalpha() else sign for sign in number)


def _places(text: str) -> list[_Place]:
    found: list[_Place] = []
    for number in NUMBER.finditer(text):
        if not found or number.start() >= found[-1].end:
            place = _place(text, number, found[-1] if found else None)
            found += [place] if place else []
    if "SWIFT" in text or "BIC" in text:
        taken = {place.end for place in found}
        found += [
            _Place(
                bic.start(),
                bic.end(),
                "swift_bic",
                bic[0][: -len(bic["number"])],
                bic["number"],
                Country(),
                None,
            )
            for bic in _BIC.finditer(text)
            if bic.end() not in taken
        ]
        found.sort()
    return found


@lru_cache(maxsize=8_192)
def find_numbers(text: str) -> tuple[Identifier, ...]:
    """Every number of a free text that has a label, in the order of the text.

    `type` by the label, which is `type_raw` (`Passport number`); `country` from before the label, between it
    and the number, from brackets or from `issued by <country>`; `note` what is said of the issue, validity
    and revocation. Where a document was issued does not say by which state, so it stays in the note.
    """
    text = _GLUED.sub(" ", text[:_LONGEST_TEXT])
    if not _MAY_HAVE_NUMBERS.search(text):
        return ()
    places = _places(text)
    read: list[Identifier] = []
    for place, after in zip_longest(places, places[1:]):
        said = read_tail(text[place.end : after.start if after else len(text)])
        state = place.state if place.state.code else said.state
        label, number = place.label.strip(TRIM + "(") or None, cleaning.clean(place.number)
        read.append(
            Identifier(place.type, label, None, number, state.code, state.raw, "; ".join(said.notes) or None)
        )
    return tuple(read)


PERSONAL = frozenset({"national_id", "passport"})


def find_in_remark(
    text: str, listed: Iterable[Identifier], types: Collection[str] | None = None
) -> list[Identifier]:
    """The numbers of a remark that are not among those `listed` in fields of their own.

    Of the `types` alone, if given: what a list has columns for, its remarks may say of others. The IMO's are
    left out: a remark has those of ships that the target owns, too.
    """
    found = [each for each in find_numbers(text) if each.type != "imo" and (not types or each.type in types)]
    if not found:
        return []
    known = {_bare(each.number) for each in listed}
    return [each for each in found if _bare(each.number) not in known]


def _bare(number: str) -> str:
    return "".join(filter(str.isalnum, number)).casefold()
