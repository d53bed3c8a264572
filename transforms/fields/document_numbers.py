"""Numbers of documents and registers in free text, as lists write them beside or in place of columns.

`read_all` takes a text apart: `Passport No: A012 (Qatari passport issued in Doha on 1 Jan. 2010)` is a
passport's number, a country and a note. `read_field` reads a column of its own, in which publishers put
labels, countries and dates beside the number. `kind` is the contract's type for a label alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from transforms.fields import countries
from transforms.fields.placeholders import value
from transforms.fields.record_parts import Country, Identifier, joined
from transforms.names import cleaning

# By the contract's types, the words by which lists call numbers of that type; the first that fits counts.
_LABELS = (
    (
        "imo",
        r"(?:international maritime organi[sz]ation \()?imo(?: ship| vessel)?(?: identification)?"
        r"|vessel registration identification",
    ),
    ("mmsi", r"mmsi|maritime mobile service identity"),
    ("call_sign", r"(?:vessel )?call ?sign"),
    ("swift_bic", r"swift(?:[ /]{1,3}bic)?(?: code)?|(?:bic|bank identifier)(?: code)?"),
    ("passport", r"passports?|passeport|pasaporte"),
    (
        "tax_id",
        r"tax(?:payer)?(?:'s)? (?:personal )?(?:id(?:entification)?|registration|reference|code)(?: code)?"
        r"|(?:personal )?tax|taxpayer(?:'s)?|inn ?/ ?tin|tin ?/ ?inn|tin|inn|инн|унп|unp|унн|unn|itin"
        r"|fein|ein|(?:federal )?employer identification|(?:eu )?vat(?: reg(?:istration)?| id| tax)?"
        r"|value[- ]added tax|fiscal(?: identification)?(?: code)?|codice fiscale|rif|ruc|rfc|cuit|nif|nit",
    ),
    (
        "registration",
        r"(?:(?:business|company|commercial|corporate|entity|enterprise|charity|trade|state|public|primary|main"
        r"|unified|national|local|legal|central|principal|individual) ){0,3}"
        r"(?:registration|registry|register|registered|reg\.?)(?: (?:company|id|identification|certificate))*"
        r"|(?:company|business|enterprise|entity|organi[sz]ation)(?: identification| id| code)?"
        r"|(?:unified |uniform |united )?social credit(?: code)?|uscc|ogrnip|ogrn|огрн|psrn|usreou"
        r"|edrpou|okpo|legal entity(?: identifier)?|lei|government gazette|certificate of incorporation"
        r"|chamber of commerce"
        r"|(?:trade|commercial) licen[cs]e|crn|srn|brn|bin|uen|c\.?r\.?",
    ),
    (
        "national_id",
        r"national(?: (?:identification|identity|id|insurance|foreign id))+(?: card| document)?"
        r"|(?:personal|citizen(?:'s)?|civil|state) (?:identification|identity|id)(?: card| code)?"
        r"|identity (?:card|document)|identification card|id[ -]card|identity"
        r"|social (?:security|insurance)|ssn"
        r"|(?:e-?)?tazkira|c[eé]dula|birth certificate|residen(?:t|t's|ts|tial|ce) (?:card|permit)"
        r"|alien registration|voter(?:'s)? (?:id|card)|elect(?:oral|ion)(?: card| registry)?|identification"
        r"|id|national",
    ),
    (
        "other",
        r"driv(?:er'?s?|ing) licen[cs]e|travel document|laissez[- ]passer|seaman'?s? book"
        r"|military(?: (?:id(?:entification|entity)?|identity))?(?: card)?|student id|(?:schengen )?visa"
        r"|kpp|кпп|bik|бик|d-?u-?n-?s|ration card|isin",
    ),
)
_TYPES = tuple(type_ for type_, _ in _LABELS)
# Words of these types are said of a number only; the others need `number`, `No.` or a colon after them.
_IN_ROWS = frozenset(
    {"national_id", "passport", "registration", "tax_id"}
)  # which one label may have several of
_STRONG = frozenset({"passport", "imo", "mmsi", "swift_bic"})
_STRONG_WORDS = frozenset(
    {
        "d-u-n-s",
        "duns",
        "card",
        "certificate",
        "code",
        "ein",
        "id",
        "inn",
        "kpp",
        "ogrn",
        "psrn",
        "ssn",
        "tazkira",
        "tin",
        "unp",
        "инн",
        "bik",
        "edrpou",
        "lei",
        "ogrnip",
        "okpo",
        "uscc",
    }
)
_ADJECTIVE = (
    r"(?:diplomatic|service|official|ordinary|foreign|travel|international|national|provisional|counterfeit"
    r"|stolen|forged|false|fake|old|new|current|previous|expired|temporary|biometric)"
)
_KIND = "|".join(f"(?P<{type_}>{words})" for type_, words in _LABELS)
_NO = r"(?:numbers?|numéro|nos?\b\.?|n°|№|nr\.?|#)"
_SAID = (
    rf"(?<![\w'’-])(?P<label>(?P<adjectives>(?:{_ADJECTIVE} ){{0,3}})(?:{_KIND})(?![\w’]|-(?!n))"
    rf"(?:(?<=imo)\))?(?P<aside> ?\([^()\d]{{1,40}}\))?)(?P<no>[\s-]?{_NO})?"
)
_LABEL_BEFORE = re.compile(
    rf"{_SAID}(?P<colon>\s{{0,2}}[:.]?)\s{{0,2}}(?:(?:is|na|of)\s)?(?:\(?(?P<mark>[a-z])\)\s)?"
    rf"(?P<of>\((?-i:[A-Z])[^()\d]{{1,40}}\)\s|(?:(?-i:[A-Z])[\w.]*\s){{0,5}})(?:{_NO}\s)?$",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"{_SAID}[.:]*", re.IGNORECASE)
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
_NUMBER = re.compile(
    r"(?<![\w.])(?P<core>[A-Z]{3} ?[A-Z]{3} ?\d\d[A-Z]\d\d ?[A-Z]\d{3}[A-Z]"
    r"|(?=[A-Za-zА-Я/-]{0,6}\d)[A-Za-zА-Я\d](?:[\w./-]*\w)?)"
    rf"(?P<more>(?:(?: \d{{2,}}(?![\w./-])(?! {_MONTH}))|(?: No\.? \d+))*)",
)
_PREFIX = re.compile(r"(?<![\w.-])(?P<prefix>[A-ZА-Я]{1,3}(?:-[A-Z])?)(?: |- )$")
_NO_PREFIX = frozenset(
    {"BIC", "BIK", "BIN", "CR", "EIN", "ID", "IMO", "INN", "KPP", "LEI", "NIF", "NIT", "NO"}
)
_NO_PREFIXES = _NO_PREFIX | {"RUC", "SRN", "SSN", "TIN", "UNP", "VAT", "УНП", "ИНН"}
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}")
_MAY_HAVE_NUMBERS = re.compile(r"\d|SWIFT|BIC")
# The last word before a number that has a label.
_ENDS = frozenset(
    (
        *(
            "number",
            "numbers",
            "no",
            "nos",
            "n",
            "nr",
            "sign",
            "card",
            "certificate",
            "code",
            "d-u-n-s",
            "duns",
            "licence",
            "license",
        ),
        *("id", "identification", "identity", "passport", "passports", "ssn", "tazkira", "tin", "inn", "ein"),
        *(
            "unp",
            "ogrn",
            "psrn",
            "kpp",
            "bik",
            "imo",
            "mmsi",
            "bic",
            "swift",
            "swift/bic",
            "инн",
            "унп",
            "огрн",
        ),
    )
)
_WINDOW = 110
_SHORTEST = 3  # number of a register: letters and digits
_LEAST_DIGITS = 5  # of a number whose label has no `number`, `No.` or colon

_ASIDE = re.compile(r"\s{0,2}\((?P<aside>[^()]*(?:\([^()]*\)[^()]*)*)\)")
_CLAUSE = re.compile(
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
# Longer ones are no such field, and a text is read up to here: nobody lists so many documents.
_LONGEST_FIELD, _LONGEST_TEXT = 400, 50_000
_TRIM = " ,;:.–-"
_ENDING = " ,;:–-"
_MORE = re.compile(r"\([^()]*\)|[\dA-Z][\d -]*")  # brackets after a label, or the number itself


def kind(label: str) -> str | None:
    """The contract's type of number for a label alone: `Tax ID No. (Russia)` is `tax_id`.

    A country may precede or follow it. None if it is no such label, or says more.
    """
    if len(label) > _LONGEST_FIELD:
        return None
    text = cleaning.clean(label).strip(_ENDING + '"“”.')
    state, rest = _state_first(text)
    if found := _LABEL.match(rest if state.code else text):
        left = found.string[found.end() :].strip(_TRIM)
        if not left or _MORE.fullmatch(left) or countries.code(left):
            return _type(found)
    return None


def _type(found: re.Match[str]) -> str:
    return next(type_ for type_ in _TYPES if found[type_])


def _code(text: str) -> str | None:
    return _SHORT.get(text.replace(".", "")) or (countries.code(text) if len(text) > 3 else None)


def _code_in_brackets(text: str) -> str | None:
    is_code = text in countries.ALL - _NO_STATES or (len(text) == _ALPHA_3 and text.isupper())
    return _code(text) or (countries.code(text) if is_code else None)


@lru_cache(maxsize=4_096)
def _state_first(text: str) -> tuple[Country, str]:
    """The country that a text begins with, and what follows it."""
    words = text.split(" ")
    for count in range(min(len(words), _LONGEST_STATE), 0, -1):
        said = " ".join(words[:count]).strip(_TRIM)
        last = said.rpartition(" ")[2]  # `Syrian national` may be the start of `Syrian national number`
        if last[:1].isupper() and last not in _OF_A_PERSON and (code := _code(said.removeprefix("the "))):
            return Country(code, said), " ".join(words[count:])
    return Country(), text


def _state_last(text: str) -> Country:
    """The country that a text ends with."""
    if not text or not text[-1].isalnum():  # another sentence, or another part of this one
        return Country()
    words = re.split(r"[\s():]+", text)[-_LONGEST_STATE:]
    for start in range(len(words)):
        said = " ".join(words[start:])
        if said[:1].isupper() and words[-1] not in _OF_A_PERSON and (code := _code(said)):
            return Country(code, said)
    return Country()


def _issuer(text: str) -> Country:
    """The state by whose authorities a text says that a document was issued."""
    for found in _ISSUER.finditer(text):
        if code := _code(found["state"].strip()):
            return Country(code, found["state"].strip())
    return Country()


class _Remark(NamedTuple):
    """What is said of a number after it; `left` is what follows on that in the text."""

    state: Country
    notes: tuple[str, ...]
    left: str = ""


def _aside(text: str) -> _Remark:
    """What brackets say: `Russia`, `Qatari passport issued in Doha`, `expired 25 Jan. 2016`."""
    text = cleaning.clean(text).strip(_ENDING)
    if code := _code_in_brackets(text):
        return _Remark(Country(code, text), ())
    state, rest = _state_first(text)
    if state.code is None:
        return _Remark(_issuer(text), (text,) if text else ())
    if label := _LABEL.match(rest):
        adjectives = label["adjectives"].strip()
        rest = f"{adjectives} {rest[label.end() :]}" if adjectives else rest[label.end() :]
    rest = rest.strip(_ENDING)
    return _Remark(state, (rest,) if rest else ())


def _tail(text: str) -> _Remark:
    """What follows on a number up to the end of its sentence: brackets, and clauses on its issue."""
    state, at = Country(), 0
    notes: list[str] = []
    while True:
        if aside := _ASIDE.match(text, at):
            said, at = _aside(aside["aside"]), aside.end()
        elif clause := _CLAUSE.match(text, at):
            end = _END.search(text, clause.end())
            piece = text[at : end.start() if end else len(text)]
            cut = piece.find("(")  # brackets are read by themselves
            piece = piece[:cut] if cut > 0 else piece
            at += len(piece)
            words = cleaning.clean(piece).strip(_TRIM)
            said = _Remark(_issuer(words), (words,))
        elif place := _PLACE.match(text, at):
            at = place.end()
            said = _Remark(Country(_code(place["state"]), place["state"]), ())
            if said.state.code is None:
                return _Remark(state, tuple(notes), text[place.start() :].strip(_TRIM))
        else:
            return _Remark(state, tuple(notes), text[at:].strip(_TRIM))
        state = state if state.code else said.state
        notes += said.notes


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
    """Whether `number` is a number of the kind that the label says."""
    if said in {"id", "identification"} and ahead[-1:].isalnum() and not _state_last(ahead).code:
        return False  # `Group ID: 13122`
    type_ = _type(label)
    if type_ == "registration" and (len(number) < _SHORTEST or (_YEAR.fullmatch(number) and not label["no"])):
        return False  # `Date of registration: 1989`
    if label["no"] or ":" in label["colon"]:
        return True
    strong = type_ in _STRONG or said.rpartition(" ")[2] in _STRONG_WORDS
    return strong and sum(map(str.isdigit, number)) >= _LEAST_DIGITS and not _YEAR.fullmatch(number)


def _place(text: str, number: re.Match[str], last: _Place | None) -> _Place | None:
    """The number that `number` found, if a label is before it and after the `last` number."""
    start, floor = number.start(), last.end if last else 0
    if (prefix := _PREFIX.search(text, max(floor, start - 6), start)) and prefix[1] not in _NO_PREFIXES:
        start = prefix.start()
    window = max(floor, start - _WINDOW)
    before = text[window:start]
    if not before or _DAY.fullmatch(number["core"]):
        return None
    if not _looks_labelled(before):
        return _another(text, number, start, last)
    marked = _MARKED.search(before)
    if marked and last and last.mark and ord(marked["mark"]) == ord(last.mark) + 1:
        state = _state_first(marked["of"].strip())[0]
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
        _state_first(label["of"].strip(" ()"))[0],
        Country(_code_in_brackets(aside.strip(" ()")), aside.strip(" ()")),
    )
    state = next((each for each in (*stated, _state_last(ahead)) if each.code), Country())
    at = window + label.start()
    if state.raw and ahead.endswith(state.raw):
        at = window + len(ahead) - len(state.raw)
    said = cleaning.clean(label["label"] + (label["no"] or ""))
    return _Place(at, number.end(), _type(label), said, text[start : number.end()], state, label["mark"])


def _another(text: str, number: re.Match[str], start: int, last: _Place | None) -> _Place | None:
    """A number that follows on the `last` one under the same label, if it looks the same, or has a state.

    What is in brackets after the last number is that one's.
    """
    if last is None or last.type not in _IN_ROWS:
        return None
    aside = _ASIDE.match(text, last.end)
    if not _ANOTHER.fullmatch(text, aside.end() if aside else last.end, start):
        return None
    own = _ASIDE.match(text, number.end())
    named = own is not None and _aside(own["aside"]).state.code is not None
    if not named and _shape(text[start : number.end()]) != _shape(last.number):
        return None
    return _Place(start, number.end(), last.type, last.label, text[start : number.end()], Country(), None)


def _shape(number: str) -> str:
    """What kind of sign each sign of a number is."""
    return "".join("9" if sign.isdigit() else "A" if sign.isalpha() else sign for sign in number)


def _places(text: str) -> list[_Place]:
    found: list[_Place] = []
    for number in _NUMBER.finditer(text):
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
def read_all(text: str) -> tuple[Identifier, ...]:
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
        said = _tail(text[place.end : after.start if after else len(text)])
        state = place.state if place.state.code else said.state
        label, number = place.label.strip(_TRIM + "(") or None, cleaning.clean(place.number)
        read.append(
            Identifier(place.type, label, None, number, state.code, state.raw, "; ".join(said.notes) or None)
        )
    return tuple(read)


PERSONAL = frozenset({"national_id", "passport"})


def in_remark(
    text: str, listed: Iterable[Identifier], types: Collection[str] | None = None
) -> list[Identifier]:
    """The numbers of a remark that are not among those `listed` in fields of their own.

    Of the `types` alone, if given: what a list has columns for, its remarks may say of others. The IMO's are
    left out: a remark has those of ships that the target owns, too.
    """
    found = [each for each in read_all(text) if each.type != "imo" and (not types or each.type in types)]
    if not found:
        return []
    known = {_bare(each.number) for each in listed}
    return [each for each in found if _bare(each.number) not in known]


def _bare(number: str) -> str:
    return "".join(filter(str.isalnum, number)).casefold()


# Words before a number in a field of its own.
_LEAD = re.compile(
    rf"(?:[A-Z]{{2,5}}\s)?(?:(?:(?i:{_NO})\s?[:.]*|[^\W\d_]*[a-z][^\W\d_]+[.:]*|\([^()\d]+\)|[A-Z]{{2,6}}:|(?:ID|INN|OGRN|SSN|TIN|VAT)\b[.:]*|/)\s*)+"
)
_HEAD = re.compile(r"\s*[(,;]|\s+(?=issued\b|expir|valid\b|[–-]\s[A-Z][a-z])|(?=/[A-Z][a-z])")
_CHECKED = re.compile(r"[\dA-Z]+\([\dA-Z]\)")  # K357514(4): numbers of Hong Kong, with a check digit
_PASSPORT = re.compile(rf"passport\b(?:\s{_NO})?", re.IGNORECASE)
_STATE_BEFORE = re.compile(r"\((?P<state>[^()\d]+)\)\s*(?P<number>[\dA-ZА-Я-]+)")
_PLAIN = re.compile(r"[\dA-ZА-Я][\dA-ZА-Я /.\-‐-–]*")


# One of several numbers in a field: `A1234567 (Iran); B7654321 (Iraq)`.
_ONE_OF = re.compile(r"[A-ZА-Я]{0,3}[ -]?(?:\d{5,}[A-Z\d]*(?:\s*\([^()]*\))?|\d+\s*\([A-Z][a-z][^()\d]*\))")
_BETWEEN = re.compile(r"\s*(?:[,;&]|\band\b|\bor\b)\s*(?![^()]*\))")


def read_fields(
    type_: str,
    type_raw: str | None,
    number: str | None,
    note: str | None = None,
    state: Country = Country(),  # noqa: B008  immutable
) -> list[Identifier]:
    """The documents of a list's own fields: mostly one, none without a number; see `read_field`."""
    number = value(number)
    if number and not note and len(number) <= _LONGEST_FIELD and _PLAIN.fullmatch(number):  # as most are
        alone = value(cleaning.clean(number))
        chosen = state if state.code or state.raw else Country()
        return [Identifier(type_, type_raw, None, alone, *chosen)] if alone else []
    parts = _BETWEEN.split(number) if number and len(number) <= _LONGEST_FIELD else []
    several = len(parts) > 1 and all(map(_ONE_OF.fullmatch, parts))
    found = [read_field(type_, type_raw, part, note, state) for part in (parts if several else [number])]
    return [each for each in found if each]


@lru_cache(maxsize=8_192)
def read_field(
    type_: str,
    type_raw: str | None,
    number: str | None,
    note: str | None = None,
    state: Country = Country(),  # noqa: B008  immutable
) -> Identifier | None:
    """One document of a list's own fields: what else is beside the number goes to its own place.

    `Afghan passport number SE 100001` is the number `SE 100001` of `AF`; `R10000001, South Sudan` likewise.
    A `type_` other than by the number's own label gives way: `Social Security Number 1-2` in a field of
    passports is a national number; a label of type `other` does not count. Without a number the note is
    looked at; None if that has none either. `state` is the list's own country, which counts first.
    """
    note = cleaning.clean(note) if note else None
    number = value(cleaning.clean(number)) if number else None
    if not number:
        return _from_note(type_, type_raw, note, state) if note else None
    notes: list[str] = []
    found = Country()
    if len(number) <= _LONGEST_FIELD and not _PLAIN.fullmatch(number):
        type_, number, found, notes = _taken_apart(type_, number)
    if note:
        said = _noted(note) if len(note) <= _LONGEST_FIELD else _Remark(Country(), (note,))
        found = found if found.code else said.state
        notes += [text for text in said.notes if text not in notes]
    chosen = state if state.code or state.raw else found
    return Identifier(type_, type_raw, None, number, *chosen, "; ".join(notes) or None)


def _taken_apart(type_: str, text: str) -> tuple[str, str, Country, list[str]]:
    """A field with more in it than a number: its type, the number, the country, and what else is said."""
    of_field, whole, state, notes = type_, text, Country(), []
    if _CHECKED.fullmatch(text):
        return type_, text, Country(), []
    before = _STATE_BEFORE.fullmatch(text)
    if before and _code_in_brackets(before["state"]):
        text = f"{before['number']} ({before['state']})"  # `(Iran) A1234567`
    lead = _LEAD.match(text)
    if lead and lead.end() < len(text):
        words = lead[0].strip()
        first, rest = _state_first(re.sub(rf"[\s:.]*{_NO}?[\s:.]*$", "", words, flags=re.IGNORECASE))
        label = _LABEL.match(rest) if rest else None
        if first.code or label or not rest:
            state, text = first, text[lead.end() :]
            type_ = _type(label) if label and _type(label) != "other" else type_
            if rest and not re.fullmatch("passport", rest, re.IGNORECASE):
                notes.append(rest.strip())
    head = _HEAD.split(text, maxsplit=1)[0]
    if not any(map(str.isdigit, head)):
        return of_field, whole, Country(), []
    rest = text[len(head) :]
    place = re.fullmatch(r"\s*[,/–-]\s*(?P<state>[^,;()\d]+)", rest)
    if place and (code := _code(place["state"])):
        return type_, head, Country(code, place["state"]), notes
    said = _tail(rest)
    if said.left:
        return of_field, whole, Country(), []
    return type_, head.strip(), state if state.code else said.state, [*notes, *said.notes]


@lru_cache(maxsize=8_192)
def _noted(note: str) -> _Remark:
    """What a field beside a number says: `(Libyan). Issued on 1 May 2001`, `Issuing Country: Uganda`.

    The country is taken out where it is all there is at the start.
    """
    inner = note.strip(_TRIM)
    bracket = _ASIDE.match(inner)
    start, after = (bracket["aside"], inner[bracket.end() :]) if bracket else (inner, "")
    head, _, rest = start.partition(". ")
    state, left = _state_first(head)
    if state.code is None:
        return _Remark(_issuer(note), (note,))
    plain = re.sub(rf"^(?:passport|{_NO}|[\s.:])+$", "", left, flags=re.IGNORECASE).strip(_TRIM)
    if (passport := _PASSPORT.match(plain)) and _CLAUSE.match(plain, passport.end()):
        plain, rest = "", joined((plain[passport.end() :].strip(_TRIM), rest), ". ") or ""
    if plain:
        return _Remark(state, (note,))
    remaining = cleaning.clean(f"{rest} {after}").strip(" ,;.")
    return _Remark(state, (remaining,) if remaining else ())


def _from_note(type_: str, type_raw: str | None, note: str, state: Country) -> Identifier | None:
    """The number that a note has in place of its own column."""
    labelled = read_all(note)
    if labelled:
        found = labelled[0]
        chosen = state if state.code or state.raw else Country(found.country, found.country_raw)
        return Identifier(found.type, type_raw or found.type_raw, None, found.number, *chosen, found.note)
    number = _NUMBER.match(note)
    if number is None or _YEAR.fullmatch(number["core"]) or sum(map(str.isdigit, number["core"])) < 4:
        return None
    if _DAY.fullmatch(number["core"]):
        return None
    said = _tail(note[number.end() :])
    chosen = state if state.code or state.raw else said.state
    return Identifier(type_, type_raw, None, number[0], *chosen, "; ".join(said.notes) or None)
