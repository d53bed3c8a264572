"""Several names in one field, however they are joined: `Foo, LLC; Bar (a.k.a. Baz) / Russian: Фу`.

A field is taken apart only where that is safe; else the text stays one name:

- `;`, `a.k.a.`, labels such as `Russian:`, and a change between Latin and Arabic or Hebrew always separate.
- A comma does, but not before or after a bare legal form (`Foo, LLC`); in the name of a body not before a
  small letter or within `A, B and C` (`Ministry of Education, Science and Youth`); in that of a person not
  when it may be `Surname, Given names`.
- `or`, `and`, `/` do between whole names: a person's of two words or more, where the words beside do not
  start alike (`Evgenyevich or Evgenievich` are variants of one word); `and` of bodies only in text that is
  not Latin or beside a legal form; `/` only between names of two words or more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from transforms.fields.record_parts import Name, NameKind
from transforms.names import cleaning
from transforms.sanctions.target_names import alias

LANGUAGES = {
    "Arabic": "ar",
    "Belarusian": "be",
    "Belarussian": "be",
    "Farsi": "fa",
    "Hebrew": "he",
    "Persian": "fa",
    "Russian": "ru",
    "Ukrainian": "uk",
}
_FORM = (
    r"(?:(?:open|closed|public) )?joint[- ]stock company|limited liability company|[pco]?jsc|llc|fsue|sc|plc"
    r"|ltd\.?|limited|inc\.?|ao|oao|ooo|pao|zao|ао|оао|ооо|пао|зао|сао|мк|фгуп|акционерное общество"
    r"|общество с ограниченной ответственностью|некоммерческое партнерство"
)
_BARE_FORM = re.compile(rf"(?:{_FORM}|co\.?)", re.IGNORECASE)
_FORM_FIRST = re.compile(rf"(?:{_FORM})\b", re.IGNORECASE)
_FORM_LAST = re.compile(rf".*\b(?:{_FORM})", re.IGNORECASE)
_NOT_IN_BRACKETS = r"(?![^()]*\))"
_SEPARATORS = re.compile(r"[;,/:\n()]| or | and ")
_LABEL = re.compile(rf"\(?\b({'|'.join(LANGUAGES)})\s*:")
_COMMA = re.compile(rf"(,\s*)(?![\"”»]){_NOT_IN_BRACKETS}")
_LAST_OF_LIST = re.compile(r"\S+ (?:and|и|та) ", re.IGNORECASE)
_OR = re.compile(rf"( or ){_NOT_IN_BRACKETS}")
_AND = re.compile(rf"( and ){_NOT_IN_BRACKETS}")
_SLASH = re.compile(rf"( ?/ ?){_NOT_IN_BRACKETS}")
_AKA = r"also known as|formerly known as|[af]\.k\.a\.?|[af]/k/a"
_KNOWN_AS = re.compile(rf"(.+?) ?\(((?:{_AKA}|aka|fka)(?:\s*:)?) (.+?)\)?", re.IGNORECASE)
# `Name a.k.a. Other`: the label begins another name. In capitals it may belong to a body's name.
_LABEL_BETWEEN = re.compile(rf"[\s,;(]+(?<=[\s(])(?P<label>(?:(?i:{_AKA})|aka|fka)(?=[\s:]))")
_LEADING = re.compile(r"(?:also|and|or) ")
_QUOTES = "\"'“”„«»‘’"
_LONGEST = 2_000  # characters; the real ones end at 700
# A run of Latin words before or after Arabic or Hebrew ones, which no name mixes.
_OTHER_DIRECTION = re.compile(r"(?<=[֐-ࣿ])\s+(?=[A-Za-z])|(?<=[A-Za-z])\s+(?=[֐-ࣿ])")


def split_main_name(text: str, is_person: bool) -> tuple[str, list[Name]]:
    """The main name in a field, and the others: `Name (also known as Other)`, of a body `English/French`."""
    main, others = text, list[Name]()
    if len(text) > _LONGEST:
        return main, others
    if "(" in text and (parts := _KNOWN_AS.fullmatch(text)):
        main = parts[1]
        kind: NameKind = "former" if parts[2][0] in "fF" else "alias"
        others += [found._replace(kind=kind) for found in split_aliases(parts[3], is_person)]
    if "/" in text and not is_person:
        main, *translated = _at_slashes(main, False)
        others += [alias(name, "alias") for name in translated]
    return main, others


@lru_cache(maxsize=4_096)
def split_aliases(text: str, is_person: bool) -> tuple[Name, ...]:
    """The names in a field of aliases, each with its language where a label names it."""
    if len(text) > _LONGEST:
        return (alias(text, "alias"),)
    if not _SEPARATORS.search(text) and not _LABEL_BETWEEN.search(text):
        return (alias(text, "alias"),)
    text = _LABEL_BETWEEN.sub(r"; \g<label>", text)
    found: list[Name] = []
    for piece in cleaning.split(_balanced(text)):
        first, *labelled = _LABEL.split(piece)
        parts = [(first, None), *zip(labelled[1::2], map(LANGUAGES.get, labelled[::2]), strict=True)]
        for part, lang in parts:
            found += [alias(name, "alias", lang) for name in _split_unlabelled(part, is_person)]
    return tuple(dict.fromkeys(found))


def _split_unlabelled(text: str, is_person: bool) -> list[str]:
    found = [cleaning.clean(part) for part in _OTHER_DIRECTION.split(text)]
    for separate in (_at_words, _at_commas, _at_slashes):
        found = [part for whole in found for part in separate(whole, is_person)]
    return [name for part in found if (name := _trimmed(part))]


def _cut(text: str, separator: re.Pattern[str], separates: Callable[[str, str], bool]) -> list[str]:
    """`text` cut at those `separator`s of which `separates(before, after)` is true."""
    found, *rest = separator.split(text)
    parts: list[str] = []
    for sign, after in zip(rest[::2], rest[1::2], strict=True):
        if separates(found, after):
            parts.append(found)
            found = after
        else:
            found += sign + after
    return [*parts, found]


def _at_commas(text: str, is_person: bool) -> list[str]:
    if "," not in text:
        return [text]
    text = text.strip(" ,")
    if not is_person:
        return _cut(text, _COMMA, _lists_bodies)
    parts = _COMMA.split(text)[::2]
    return [text] if len(parts) == 2 and _surname_first(*parts) else parts


def _lists_bodies(before: str, after: str) -> bool:
    start = after.lstrip(_QUOTES)
    if not start or (start[0].islower() and not start.startswith(("the ", "l'", "l’"))):
        return False
    if _BARE_FORM.fullmatch(before.strip(_QUOTES + " ")) or _BARE_FORM.fullmatch(start.strip(_QUOTES + " ")):
        return False
    return not _LAST_OF_LIST.match(after)


def _surname_first(before: str, after: str) -> bool:
    return " " not in before and " " in after and cleaning.script(before) == cleaning.script(after)


def _at_words(text: str, is_person: bool) -> list[str]:
    found = [text]
    if " or " in text:
        found = _cut(text, _OR, _whole_people if is_person else _whole_bodies)
    if " and " in text:
        joins = _whole_people if is_person else _joined_bodies
        found = [part for whole in found for part in _cut(whole, _AND, joins)]
    return found


def _whole_people(before: str, after: str) -> bool:
    left, right = before.split(), after.split()
    if len(left) < 2 or len(right) < 2:
        return False
    return len(left) == len(right) > 2 or left[-1][0].lower() != right[0][0].lower()


def _whole_bodies(before: str, after: str) -> bool:
    return not (_BARE_FORM.fullmatch(before) or _BARE_FORM.fullmatch(after))


def _joined_bodies(before: str, after: str) -> bool:
    if _FORM_FIRST.match(after) or _FORM_LAST.fullmatch(before):
        return _whole_bodies(before, after)
    scripts = {cleaning.script(before.rpartition(" ")[2]), cleaning.script(after.partition(" ")[0])}
    return "Latn" not in scripts


def _at_slashes(text: str, is_person: bool) -> list[str]:
    if "/" not in text or " or " in text:
        return [text]
    return _cut(text, _SLASH, _whole_people if is_person else _of_several_words)


def _of_several_words(before: str, after: str) -> bool:
    return " " in before and " " in after


def _balanced(text: str) -> str:
    """`text` without a bracket at its start or end that has no other."""
    text = text.strip()
    surplus = text.count("(") - text.count(")")
    if surplus > 0 and text.startswith("("):
        return text[1:]
    if surplus < 0 and text.endswith(")"):
        return text[:-1]
    return text


def _trimmed(name: str) -> str:
    name = _balanced(name.strip(" ,;"))
    return _LEADING.sub("", name, count=1) if name.startswith(("also ", "and ", "or ")) else name
