"""What is written beside a number of a document: its state, in brackets, and clauses on its issue."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from transforms.fields import countries
from transforms.fields.documents.labels import LABEL
from transforms.fields.record_parts import Country
from transforms.names import cleaning

ASIDE = re.compile(r"\s{0,2}\((?P<aside>[^()]*(?:\([^()]*\)[^()]*)*)\)")
CLAUSE = re.compile(
    r"[\s,;]{0,3}(?:(?:which|that|and|was|were|is|on)\s)?(?:(?:likely|officially|approximately|fraudulently)\s)?"
    r"(?:issu(?:ed|e|ing)|date of (?:issue|expiry|expiration)|place of issue|country of issue|deliver(?:ed|y)"
    r"|expir(?:y|ed|es|ing|ation)|valid|cancelled|revoked|reported|made out|under (?:the )?name"
    r"|in the name)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?:,\s| [–-] )(?P<state>[A-Z][^,;:.()\d]{3,50})(?=[;,.]|$)")
_END = re.compile(r";|\.(?=\s+(?:[A-ZА-Я(]|\(?[a-z]\)))|\s\(?[a-z]\)\s|\.$|$")
_ISSUER = re.compile(
    r"\b(?:by|(?:issuing|issue) (?:country|state)|country of issue|state of issue)\b:?\s+(?:the\s)?"
    r"(?P<whole>(?:(?:government|authorities) of (?:the )?)?(?P<state>[^,;:()]+?))"
    r"(?=\s+(?:on|in|at|under|and|valid|expir\w+|\d)\b|[.,;:()]|$)",
    re.IGNORECASE,
)
# What means a state in running text though it is short, or another word elsewhere.
_SHORT = {
    "CAR": "CF",
    "DPRK": "KP",
    "DRC": "CD",
    "PRC": "CN",
    "ROK": "KR",
    "UAE": "AE",
    "UK": "GB",
    "US": "US",
    "USA": "US",
}
_NO_STATES = frozenset({"ID", "IN", "IS", "NO"})  # which are codes of states, but not in such texts
_ALPHA_3 = 3
_OF_A_PERSON = frozenset({"Citizen", "Citizenship", "National", "Nationality"})  # here of the document
_LONGEST_STATE = 7  # words
TRIM = " ,;:.–-"
ENDING = " ,;:–-"


def state_code(text: str) -> str | None:
    return _SHORT.get(text.replace(".", "")) or (countries.code(text) if len(text) > 3 else None)


def code_in_brackets(text: str) -> str | None:
    is_code = text in countries.ALL - _NO_STATES or (len(text) == _ALPHA_3 and text.isupper())
    return state_code(text) or (countries.code(text) if is_code else None)


@lru_cache(maxsize=4_096)
def state_first(text: str) -> tuple[Country, str]:
    """The country that a text begins with, and what follows it."""
    words = text.split(" ")
    for count in range(min(len(words), _LONGEST_STATE), 0, -1):
        said = " ".join(words[:count]).strip(TRIM)
        last = said.rpartition(" ")[2]  # `Syrian national` may be the start of `Syrian national number`
        if (
            last[:1].isupper()
            and last not in _OF_A_PERSON
            and (code := state_code(said.removeprefix("the ")))
        ):
            return Country(code, said), " ".join(words[count:])
    return Country(), text


def state_last(text: str) -> Country:
    """The country that a text ends with."""
    if not text or not text[-1].isalnum():  # another sentence, or another part of this one
        return Country()
    words = re.split(r"[\s():]+", text)[-_LONGEST_STATE:]
    for start in range(len(words)):
        said = " ".join(words[start:])
        if said[:1].isupper() and words[-1] not in _OF_A_PERSON and (code := state_code(said)):
            return Country(code, said)
    return Country()


def find_issuer(text: str) -> Country:
    """The state by whose authorities a text says that a document was issued."""
    for found in _ISSUER.finditer(text):
        if code := state_code(found["state"].strip()):
            return Country(code, found["state"].strip())
    return Country()


class Remark(NamedTuple):
    """What is said of a number after it; `left` is what follows on that in the text."""

    state: Country
    notes: tuple[str, ...]
    left: str = ""


def read_aside(text: str) -> Remark:
    """What brackets say: `Russia`, `Qatari passport issued in Doha`, `expired 25 Jan. 2016`."""
    text = cleaning.clean(text).strip(ENDING)
    if code := code_in_brackets(text):
        return Remark(Country(code, text), ())
    state, rest = state_first(text)
    if state.code is None:
        return Remark(find_issuer(text), (text,) if text else ())
    if label := LABEL.match(rest):
        adjectives = label["adjectives"].strip()
        rest = f"{adjectives} {rest[label.end() :]}" if adjectives else rest[label.end() :]
    rest = rest.strip(ENDING)
    return Remark(state, (rest,) if rest else ())


def read_tail(text: str) -> Remark:
    """What follows on a number up to the end of its sentence: brackets, and clauses on its issue."""
    state, at = Country(), 0
    notes: list[str] = []
    while True:
        if aside := ASIDE.match(text, at):
            said, at = read_aside(aside["aside"]), aside.end()
        elif clause := CLAUSE.match(text, at):
            end = _END.search(text, clause.end())
            piece = text[at : end.start() if end else len(text)]
            cut = piece.find("(")  # brackets are read by themselves
            piece = piece[:cut] if cut > 0 else piece
            at += len(piece)
            words = cleaning.clean(piece).strip(TRIM)
            said = Remark(find_issuer(words), (words,))
        elif place := _PLACE.match(text, at):
            at = place.end()
            said = Remark(Country(state_code(place["state"]), place["state"]), ())
            if said.state.code is None:
                return Remark(state, tuple(notes), text[place.start() :].strip(TRIM))
        else:
            return Remark(state, tuple(notes), text[at:].strip(TRIM))
        state = state if state.code else said.state
        notes += said.notes
