"""Parse prisons and courts of prisoner lists into a name and a place, never an address.

A field is parsed piece by piece, split at commas. A name is kept as far as it consists of known words. The
text around it is an address, the person's status, or in an unknown form, and is dropped. A place is a town or
region that is known, has a word for it, or is at the position of the town in an address.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from transforms.names import cleaning
from transforms.prisoners.vocabulary import institution_words as words

_HEALTH = "facility: withheld, it tells of health"
_PRISON = "facility: no institution we know"
_COURT = "court: no court we know"

_LONGEST = 200  # of an institution's name
_PIECES = re.compile("[,;，；]")
_POSTCODE = re.compile("[0-9]{5,6}")
_GENERAL_LOCATION = re.compile(r"(?P<place>[^()]{2,60}) \(general location\)", re.IGNORECASE)
# The town of an address, after the postcode. The last word is not an adjective, unlike that of a street.
_TOWN = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[ '’.-]+[^\W\d_]+){0,3}")
_ADJECTIVE = re.compile(r".*(?:a[jiy]a|ska?[hg]a|[аоы]га|ая|яя|ого|его)$", re.IGNORECASE)


# What may occur between a prison and its town, and around the town.
_BEHIND = re.compile(
    r"[ –—-]*(?:(?:в|ў|у|ва|in|at|en|de) )?[(«\"“]?(?P<place>[^()«»\"“”]{2,60})[)»\"”]?\.?", re.IGNORECASE
)
_MOST_AHEAD = 3  # maximum words of a town before a prison
_BELARUSIAN = re.compile("[іўэ]|валадар|амерык", re.IGNORECASE)


class Institution(NamedTuple):
    """A prison or court: its name and its town or region, as written by the source.

    A town in another grammatical case, or as an adjective in a prison's name, is given in the nominative.
    """

    name: str | None = None
    place: str | None = None


_OCCUPIED = re.compile(  # not Donetsk alone, which is also a town in Russia
    r"occupied|crimea|sevastopol|(?:donetsk|luhansk|lugansk) (?:people|region|oblast)|zapor[io]zh|kherson"
    r"|оккупирован|крым|севастопол|(?:донецк|луганск)(?:ая|ой) (?:народн|област)|запорож|херсон",
    re.IGNORECASE,
)


def prison(text: str, unknown: Counter[str]) -> Institution:
    """Return the prison that a text names, without an address after it.

    Empty if the text has the person's status instead (released, at home, abroad). Hospitals are withheld and
    counted, and so is unknown text.
    """
    text = " ".join(text.split())
    if words.HEALTH.search(text):
        unknown[_HEALTH] += 1
        return Institution()
    parts = [_pieces(part) for part in text.split("|")]
    for at, pieces in enumerate(parts):
        for position, piece in enumerate(pieces):
            if words.STANDING.match(piece):
                return Institution()
            if found := _prison(piece):
                stated = _stated([part for part in parts[:at] + parts[at + 1 :] if part])
                return Institution(found.name, stated or _around(pieces, position) or found.place)
    if text and not words.STANDING.search(text):
        if (general := _GENERAL_LOCATION.fullmatch(text)) and is_place(general["place"]):
            return Institution(None, general["place"])
        unknown[_PRISON] += 1
    return Institution()


def court(text: str, unknown: Counter[str]) -> Institution:
    """Return the court that a text names, without its judges and address. Unknown text is counted."""
    text = " ".join(text.split())
    pieces = [words.JUDGE.split(piece)[0] for part in text.split("|") for piece in _pieces(part)]
    pieces = [piece.rstrip(" (:–—-") for piece in pieces]
    for position, piece in enumerate(pieces):
        if found := _court(piece):
            return Institution(found.name, found.place or _around(pieces, position))
    if pieces:
        unknown[_COURT] += 1
    return Institution()


def _pieces(text: str) -> list[str]:
    return [stripped for piece in _PIECES.split(text) if (stripped := piece.strip())]


def _prison(piece: str) -> Institution | None:
    """Return the prison at the beginning of a piece of text, or after the town that it is in."""
    piece = words.HELD_IN.sub("", piece, count=1) if words.HELD_IN.match(piece) else piece
    found = _named_prison(piece)
    if found and cleaning.script(piece) != "Cyrl":  # in English the town is part of the name
        return found
    ahead = piece.split(" ", _MOST_AHEAD)
    for count in range(1, len(ahead)):
        place = _town(" ".join(ahead[:count]).rstrip(" :–—-"))
        if place and (behind := _named_prison(" ".join(ahead[count:]).lstrip("–—- "))):
            return behind._replace(place=place)
    return found


def _named_prison(piece: str) -> Institution | None:
    """Return the prison at the beginning of a piece of text."""
    found = (
        _minsk_prison(piece)
        or _english_prison(piece)
        or _russian_prison(piece)
        or _spanish_prison(piece)
        or _chinese_prison(piece)
        or _prison_of_a_town(piece)
    )
    return found if found and _is_name(found.name or "") else None


def _is_name(text: str) -> bool:
    """Return whether a name is not an address."""
    return len(text) <= _LONGEST and not words.STREET.search(text) and not words.PRIVATE.search(text)


def _prison_of_a_town(piece: str) -> Institution | None:
    """Return a prison named by its kind and its town: тюрьма в Жодино."""
    kind = words.KIND.match(piece)
    place = _behind(piece[kind.end() :]) if kind else None
    return Institution(kind[0], place) if kind and place else None


def _minsk_prison(piece: str) -> Institution | None:
    """Return a prison of Minsk by its common name, with its kind and without the word for its street."""
    match = words.ON_VALADARSKI.match(piece) or words.MINSK_PRISON.match(piece)
    if not match:
        return None
    at = match["at"] if match["sort"] else None
    parts = (match["sort"], at, match["known"], match["behind"])
    return Institution(" ".join(part.strip() for part in parts if part), _minsk(match[0]))


def _minsk(text: str) -> str:
    """Return the name of Minsk in the language of a text."""
    if text.isascii() or cleaning.script(text) == "Latn":
        return "Minsk"
    return "Мінск" if _BELARUSIAN.search(text) else "Минск"


def _english_prison(piece: str) -> Institution | None:
    match = words.ENGLISH_PRISON.match(piece) or words.LATIN_NAMED.match(piece) or words.TURMA.match(piece)
    if not match:
        return None
    name, first = match[0], match[0].split(" ")[0]
    place = first if is_place(first) else None
    bracket = re.match(r" ?\(([^()]{2,60})\)", piece[match.end() :])
    inner = bracket[1] if bracket else ""
    if bracket and (inner == "general location" or words.ENGLISH_PRISON.fullmatch(inner)):
        name += bracket[0]
    elif bracket and words.MINSK_NICKNAME.fullmatch(inner):
        name, place = name + bracket[0], _minsk(inner)
    return Institution(name, _behind(piece[match.end() :]) or place)


def _russian_prison(piece: str) -> Institution | None:
    match = words.RUSSIAN_PRISON.match(piece)
    if not match:
        return None
    name = match[0].strip()
    if name.count("«") != name.count("»") or name.count('"') % 2:
        name = re.sub('[«»"]', "", name)
    place = match["region"] or match["area"] or _behind(piece[match.end() :])
    if words.MINSK_NICKNAME.search(name):
        place = place or _minsk(name)
    if adjective := words.TOWN_ADJECTIVE.match(name):
        place = place or words.STEMS[adjective["stem"].lower()]
    return Institution(name, place)


def _behind(text: str) -> str | None:
    """Return the town that follows a prison without a comma, if nothing else follows."""
    match = _BEHIND.fullmatch(text.rstrip())
    return _town(match["place"].strip()) if match else None


def _town(text: str) -> str | None:
    """Return the name of a town or region, in the case of the text; None if it is unknown."""
    if town := words.TOWN_IN_A_CASE.fullmatch(text):
        return town["word"] + words.CASES[town["town"]]
    return text if is_place(text) else words.CASES.get(text)


def _spanish_prison(piece: str) -> Institution | None:
    match = words.SPANISH_PRISON.match(piece)
    if not match:
        return None
    rest = words.SPANISH_REST.match(piece, match.end())
    end = rest.end() if rest else match.end()
    name = words.SPANISH_TRAILING.sub("", piece[:end])
    if any(map(str.isdigit, words.SPANISH_NUMBER.sub("", piece.partition(" (")[0]))):
        return None
    return Institution(name, _behind(piece[end:]) or _known(name.rpartition(" de ")[2]))


def _chinese_prison(piece: str) -> Institution | None:
    for part in re.split("[路街巷弄号號0-9０-９ :：]+", piece):  # an address comes before it
        held = part.rpartition("在")[2]  # and so may the name of the prisoner
        if match := words.CHINESE_PRISON.match(held):
            place = words.CHINESE_PLACE.match(piece) or words.CHINESE_KNOWN.match(held)
            place = place or words.CHINESE_KNOWN.match(held[match.end() :].lstrip("（( "))
            return Institution(match["name"], place[0] if place else None)
    return None


def _court(piece: str) -> Institution | None:
    """Return the court at the beginning of a piece of text."""
    if match := words.ENGLISH_COURT.match(piece):
        name, town = match[0], words.TOWN_COURT.match(match[0])
        place = town["place"] or town["city"] if town else None
        place = place or _known(name.split(" ")[0], name.rpartition(" of ")[2])
    elif match := words.RUSSIAN_COURT.match(piece):
        name, place = match[0], (match["place"] or "").strip() or None
    elif match := words.SPANISH_COURT.match(piece):
        name, place = match[0], match["place"]
    elif match := words.CHINESE_COURT.match(piece):
        name, town = match[0], words.CHINESE_PLACE.match(match[0])
        place = town[0] if town else None
    else:
        return None
    generic = name.lower() in ("court", "the court", "суд", "tribunal", "juzgado")
    return Institution(name, place) if _is_name(name) and not generic else None


def _known(*texts: str) -> str | None:
    return next((text for text in texts if is_place(text)), None)


def is_place(text: str) -> bool:
    """Return whether a text is a known town or region, or has a word for one."""
    return (
        bool(text)
        and not words.STREET.search(text)
        and bool(words.PLACE.fullmatch(text) or (len(text) <= 60 and cleaning.key(text) in words.PLACES))
    )


def _is_town(text: str) -> bool:
    """Return whether a text at the position of a town can be one."""
    return bool(
        len(text) <= 60
        and _TOWN.fullmatch(text)
        and not words.STREET.search(text)
        and not words.STANDING.search(text)
    )


def _stated(parts: Iterable[list[str]]) -> str | None:
    """Return the place in `place | prison` or `prison | place`."""
    for pieces in parts:
        shown = [piece for piece in pieces if is_place(piece) or _is_town(piece)]
        if shown == pieces:
            return ", ".join(pieces)
        if shown and shown[0] == pieces[0]:
            return shown[0]
    return None


def _around(pieces: list[str], position: int) -> str | None:
    """Return the place in an address after an institution, or before it."""
    return _place(pieces[position + 1 :]) or _place(pieces[:position])


def _place(pieces: list[str]) -> str | None:
    """Return the town or region in an address."""
    after_postcode = False
    for piece in pieces:
        if is_place(piece) or (after_postcode and _is_town(piece) and not _ADJECTIVE.match(piece)):
            return piece
        after_postcode = bool(_POSTCODE.fullmatch(piece))
    return None


def russian_or_occupied(institution: Institution) -> str | None:
    """The country of an institution that Russia runs: Ukraine in the occupied territories."""
    if not institution.name:
        return None
    return "UA" if _OCCUPIED.search(f"{institution.name} {institution.place or ''}") else "RU"
