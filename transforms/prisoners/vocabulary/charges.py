"""Parse charges of prisoner lists into references to articles of a code of law.

A charge is a reference to articles, usually with a title: `Part 2 of Art. 293 of the Criminal Code —
Participation in riots`. Only references are parsed, never titles. Text in an unknown form stays plain text:
nothing is guessed, and implausible numbers are not articles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from transforms.prisoners.vocabulary import charge_tokens
from transforms.prisoners.vocabulary.charge_grammar import Article, Grammar, Reference, Unreadable
from transforms.prisoners.vocabulary.charge_tokens import CODES, Code


class Charge(NamedTuple):
    """One charge, as a row of the contract's table `charges` without `record_id`."""

    charge: str
    code: Code | None = None
    article: str | None = None
    part: str | None = None
    point: str | None = None
    general_part: str | None = None


# Preparation, attempt and complicity, which are charged together with another article.
_GENERAL: dict[Code, frozenset[str]] = {
    "by_criminal": frozenset({"13", "14", "16"}),
    "ru_criminal": frozenset({"30", "33"}),
}
_ANY_GENERAL = frozenset().union(*_GENERAL.values())
_LONGEST = 20_000  # characters; real charges have a few hundred
_CHAPTERS = 32  # up to this, a number of several parts (`20.3`) belongs to an administrative code
_SPECIAL = 100  # from this on, a number alone is an article


@lru_cache(maxsize=8_192)
def read(text: str, country: str | None = None) -> tuple[Charge, ...]:
    """Parse the charges in a field. An empty text has none; a text without an article is one plain charge.

    `country` (ISO alpha-2) is the country of the code if the text does not state it. The codes of Belarus and
    Russia are supported; charges of other countries are plain text. A text is split at line breaks, and at a
    comma or semicolon before a reference to an article (titles contain these too). Plain text is split at
    semicolons, except for the two countries. Each part and point is a charge, and so is each of several
    articles that share a title, all with the same text. A text far longer than charges are is not parsed.
    """
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    if country in (None, "BY", "RU") and len(text) <= _LONGEST:
        found = tuple(charge for line in lines for charge in _read(line, country))
        if country or any(charge.article for charge in found):
            return found
    pieces = (piece.strip(" ;；") for line in lines for piece in re.split("; |；", line))
    return tuple(Charge(piece) for piece in pieces if piece)


def points_to_law(text: str) -> bool:
    """Return whether a text names an article of law, even in a form that is not parsed."""
    found = charge_tokens.tokens(text)
    return any(one.kind == "article" and other.kind == "number" for one, other in pairwise(found))


def of_known_form(charges: Iterable[Charge], field: str, unknown: Counter[str]) -> list[Charge]:
    """Return the charges that name an article, each cut after the last clause with a reference or its title.

    Other texts may belong to another column of a shifted row. They are counted in `unknown` under their
    field.
    """
    found = []
    for charge in charges:
        unknown[f"{field}: no article named"] += charge.article is None
        if charge.article and ";" not in charge.charge:
            found.append(charge)
            continue
        clauses = charge.charge.split(";")
        while clauses and not (points_to_law(clauses[-1]) or (len(clauses) == 1 and charge.article)):
            clauses.pop()
        text = ";".join(clauses).strip()
        unknown[f"{field}: more than a charge, left out"] += text not in ("", charge.charge)
        if text:
            found.append(charge._replace(charge=text))
    return found


def _read(line: str, country: str | None) -> Iterator[Charge]:
    grammar = Grammar(line)
    for start, end, references in _parted(grammar, country):
        _name_codes(references, country)
        groups = _groups(references)
        starts = [start, *(group[0].start for group in groups[1:])]
        ends = [*(group[-1].end for group in groups[:-1]), end]
        for first, last, group in zip(starts, ends, groups, strict=True):
            words = grammar.tokens[first:last]
            if words and (charge := line[words[0].start : words[-1].end].strip(" ,;|")):
                yield from _charges(charge, group)


def _parted(grammar: Grammar, country: str | None) -> list[tuple[int, int, list[Reference]]]:
    """Split a text into pieces that begin with references, and the text before the first.

    Each piece is its first token, the token after it, and its references if they can be parsed.
    """
    depths = _depths(grammar)
    starts: list[tuple[int, list[Reference]]] = []
    at = 0
    while at < grammar.end:
        if at == 0 or (grammar.kind(at - 1) in ("comma", "separator") and depths[at - 1] == 0):
            found = _found(grammar, at, country)
            if at == 0 or found is not None:
                starts.append((at, found or []))
            if found:
                at = found[-1].end
                continue
        at += 1
    ends = [start - 1 for start, _ in starts[1:]] + [grammar.end]
    pieces = []
    for (start, found), end in zip(starts, ends, strict=True):
        whole = found and (found[-1].end == end or grammar.ends(found[-1].end))
        if found:
            pieces.append((start, end, found if whole else []))
        else:
            pieces.append((start, end, _in_brackets(grammar, start, end, country)))
    return pieces


def _found(grammar: Grammar, at: int, country: str | None) -> list[Reference] | None:
    """Return the references that start at a token; empty if they cannot be parsed, None if there are none."""
    alone = country is not None and (at == 0 or grammar.kind(at - 1) == "separator")
    try:
        found = grammar.references(at, alone, _ANY_GENERAL)
    except Unreadable:
        return []
    bare = found and not found[0].worded  # numbers alone are references only if nothing else is there
    return None if not found or (bare and grammar.kind(found[-1].end) not in ("end", "separator")) else found


def _in_brackets(grammar: Grammar, start: int, end: int, country: str | None) -> list[Reference]:
    """Return the references in brackets at the end of a title."""
    opened = [at for at in range(start, end) if grammar.kind(at) == "open"]
    if not opened or grammar.kind(end - 1) != "close":
        return []
    found = _found(grammar, opened[-1] + 1, country)
    if not found or not found[0].worded or found[-1].end != end - 1:
        return []
    for reference in found[1:]:
        reference.joint = "and"  # they share the title
    return found


def _depths(grammar: Grammar) -> list[int]:
    """Return how many brackets are open after each token; 0 everywhere if any is unbalanced."""
    depth, found = 0, []
    for token in grammar.tokens:
        depth = max(0, depth + (token.text == "(") - (token.text == ")"))
        found.append(depth)
    return [0] * len(found) if depth else found


def _name_codes(references: list[Reference], country: str | None) -> None:
    """Assign a code of law to joined references: it may be named once, before or after them."""
    named = [reference.behind or reference.ahead for reference in references]
    for at in range(len(references) - 2, -1, -1):  # named after the last one
        after = references[at + 1]
        if named[at] is None and (after.behind or not after.ahead):
            named[at] = named[at + 1]
    for at in range(1, len(references)):  # named before the first one
        if named[at] is None and not references[at - 1].behind:
            named[at] = named[at - 1]
    for reference, name in zip(references, named, strict=True):
        reference.code = charge_tokens.code(name, country) if name else CODES.get((country, "criminal"))


def _groups(references: list[Reference]) -> list[list[Reference]]:
    """Group references into charges. Commas separate charges, but not preparation from the prepared act.

    A preparation with a code of its own is a separate charge.
    """
    groups = [references[:1]]
    for before, reference in pairwise(references):
        general = _is_general(before.articles[-1], before.code) and not (before.ahead or before.behind)
        if reference.joint == "comma" and not general:
            groups.append([])
        groups[-1].append(reference)
    return groups


def _charges(charge: str, group: list[Reference]) -> list[Charge]:
    """Return the rows of one charge; plain text if any of its references is implausible."""
    try:
        return _rows(charge, group) or [Charge(charge)]
    except Unreadable:
        return [Charge(charge)]


def _rows(charge: str, group: list[Reference]) -> list[Charge]:
    rows: list[Charge] = []
    special = sum(not _is_general(article, each.code) for each in group for article in each.articles)
    waiting: list[str] = []
    for reference in group:
        for article in reference.articles:
            found = _articles(charge, article, reference)
            if special and _is_general(article, reference.code):
                named = [f"{row.article}({row.part})" if row.part else str(row.article) for row in found]
                waiting += named
            else:
                rows += [row._replace(general_part=", ".join(waiting) or None) for row in found]
                waiting = []
        if reference.joint == "via" and waiting:  # named after the prepared act
            rows = [row._replace(general_part=", ".join(waiting)) for row in rows]
            waiting = []
    if waiting and special > 1:
        raise Unreadable  # the article is unknown
    return [row._replace(general_part=", ".join(waiting)) for row in rows] if waiting else rows


def _is_general(article: Article, code: Code | None) -> bool:
    return code is not None and article.number in _GENERAL.get(code, ())


def _articles(charge: str, article: Article, reference: Reference) -> list[Charge]:
    """Return one row per part and point of an article. Raises Unreadable if its numbers are implausible."""
    if not (code := reference.code):
        raise Unreadable
    number, third = _number(article.number, code, reference.worded)
    specs = [(part, point) for part, point in article.specs for part in _parts(part, code)] or [(third, None)]
    if third and article.specs:
        raise Unreadable
    if any(point and point.isdigit() and int(point) == 0 for _, point in specs):
        raise Unreadable
    return [Charge(charge, code, number, part, point and point.lower()) for part, point in specs]


def _number(text: str, code: Code, worded: bool) -> tuple[str, str | None]:
    """Return an article's number in the code's notation, and the part if the number includes it."""
    (first, *rest), signs = charge_tokens.numbers(text)
    belarus = code.startswith("by_")
    if not 0 < first <= 999 or text[0] == "0" or not all(rest):
        raise Unreadable
    if code.endswith("_administrative"):
        if len(rest) not in (1, 2) or first > _CHAPTERS or signs[0] != "." or max(rest) > 99:
            raise Unreadable
        return ".".join(map(str, (first, *rest[:1]))) + "".join(
            f"{'-' if belarus else '.'}{n}" for n in rest[1:]
        ), None
    if (rest and (first <= _CHAPTERS or max(rest) > 20)) or (not worded and first < _SPECIAL):
        raise Unreadable
    if len(rest) == 2 and not belarus and not worded and signs == "..":  # 205.2.2: the last is a part
        return f"{first}.{rest[0]}", str(rest[1])
    if len(rest) > 1:
        raise Unreadable
    return ("-" if belarus else ".").join(map(str, (first, *rest))), None


def _parts(text: str | None, code: Code) -> list[str | None]:
    """Return the parts that a number names, in the code's notation: `1-3` names three."""
    if text is None:
        return [None]
    (first, *rest), signs = charge_tokens.numbers(text)
    if not 0 < first <= 20 or text[0] == "0" or len(rest) > 1:
        raise Unreadable
    if not rest:
        return [str(first)]
    if signs in "-–‑‐" and first < rest[0] <= 20:
        return [str(part) for part in range(first, rest[0] + 1)]
    if not 0 < rest[0] <= 9:
        raise Unreadable
    return [f"{first}{'-' if code.startswith('by_') else '.'}{rest[0]}"]


_SLUG = re.compile(
    r"(?P<law>uk|koap)-(?P<article>[0-9]{1,3}(?:-[0-9]{1,2}){0,2})"
    r"(?:-(?:ch|pt)-(?P<part>[0-9]{1,2}(?:-[0-9])?)|-chast-neizvestna)?(?:-p-(?P<point>[a-z]{1,3}))?"
    r"(?:-cherez-(?:ch-(?P<general_part>[0-9]{1,2})-)?st-(?P<general>30|33))?(?:-en)?"
)
_LETTERS = {
    "zh": "ж",
    "cz": "ц",
    "ch": "ч",
    "sh": "ш",
    "yo": "ё",
    **dict(zip("abvgdezijklmnoprstufh", "абвгдезийклмнопрстуфх", strict=True)),
}


def from_slug(slug: str) -> Charge | None:
    """Parse a term of Memorial's register: `uk-205-2-ch-2` is part 2 of article 205.2 of the Criminal Code.

    None for a term without an article; plain text for a term in an unknown form.
    """
    if not re.match("(?:uk|koap)-[0-9]", slug):
        return None
    match = _SLUG.fullmatch(slug)
    point = _LETTERS.get(match["point"]) if match and match["point"] else None
    if not match or (match["point"] and not point):
        return Charge(slug)
    code: Code = "ru_criminal" if match["law"] == "uk" else "ru_administrative"
    try:
        number, _ = _number(match["article"].replace("-", "."), code, worded=True)
        part = match["part"] and _parts(match["part"].replace("-", "."), code)[0]
    except Unreadable:
        return Charge(slug)
    general = match["general"]
    if general and match["general_part"]:
        general = f"{general}({match['general_part']})"
    return Charge(slug, code, number, part, point, general)
