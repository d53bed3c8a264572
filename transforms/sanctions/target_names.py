"""Names of sanctions targets: without the words `a.k.a.` and the like, and without placeholders."""

from __future__ import annotations

import re
from functools import lru_cache

from transforms.fields.placeholders import any_placeholder, beginnings, is_placeholder
from transforms.fields.record_parts import Name, NameKind
from transforms.names import cleaning

# The words before a name that say how it is one, and are no part of it.
_LABEL = re.compile(
    r"(?P<former>f\.k\.a\.?|f/k/a|(?:formerly|previously) (?:known as|called)|formerly(?=\s*:))"
    r"|a\. ?k\. ?a\.?|a/k/a|n\.k\.a\.?|n/k/a"
    r"|(?:(?:also|better|commonly|otherwise|now|currently) )?known as|also called"
    r"|(?:également )?connue? sous le nom de|auch bekannt als|también conocid[oa] como|также известн?\w+ как"
    r"|(?P<word>aka|nka|(?P<fka>fka)|alias)",
    re.IGNORECASE,
)
_AFTER_LABEL = re.compile(r"\s*[:\-–—]\s*|\s+|(?<=\.)(?=\w)")
_LEGAL_FORMS = frozenset(
    ("company", "corporation", "gmbh", "group", "inc", "jsc", "limited", "llc", "ltd", "ooo")
)
_QUOTED = re.compile(r"[\"“”„«»](?P<double>[^\"“”„«»]+)[\"“”„«»]|['‘](?P<single>[^'‘’]+)['’]")
# What precedes a name with a label; nearly all names have none of it.
_MAY_BE_LABEL = re.compile(
    r"[(\"“„«'‘]?\s*(?:[afn][./]? ?k[./]? ?a\b|alias\b|also |better |commonly |otherwise |now |currently "
    r"|known |formerly|previously |également |connue? |auch |también |также )",
    re.IGNORECASE,
)
_LABEL_BEGINNINGS = beginnings(
    {letter + rest for letter in "afn" for rest in ("ka", "k.", "k/", ".k", ". ", "/k")}
    | {"alias", "also", "auch", "better", "commonly", "connu", "currently", "formerly", "known", "now"}
    | {"otherwise", "previously", "también", "également", "также"}
)


def _may_be_label(text: str) -> bool:
    return (text[:3] in _LABEL_BEGINNINGS or not text[:1].isalnum()) and bool(_MAY_BE_LABEL.match(text))


def _after_label(text: str, main: str | None) -> tuple[str, bool] | None:
    """The name after `a.k.a.` or the like, and whether it is a former one; None without such words.

    They can belong to the name (`AKA Bank`, `Alias Media`, `A.K.A. Rahman`). So those that may be a name
    are taken off an alias only if the main name does not have them too; and off a main name, for which
    `main` is None, only in small letters or with a colon.
    """
    label = _LABEL.match(text)
    between = _AFTER_LABEL.match(text, label.end()) if label else None
    if label is None or between is None or not any(map(str.isalnum, text[between.end() :])):
        return None
    rest = text[between.end() :]
    if not (label[0].islower() or ":" in between[0] or " " in label[0]):
        letters = "".join(filter(str.isalpha, label[0])).casefold()
        if (
            main is None
            or letters in _words_and_initials(main)
            or set(cleaning.key(rest).split()) <= _LEGAL_FORMS
        ):
            return None
    return rest, bool(label["former"] or label["fka"])


def _words_and_initials(name: str) -> list[str]:
    """The words of a name as compared, and its initials as one: `aka` of `A. K. A. Rahman`."""
    words = re.findall(r"\w+", name.casefold())
    return [*words, "".join(word for word in words if len(word) == 1)]


@lru_cache(maxsize=4_096)
def _without_label(text: str, main: str | None) -> tuple[str, bool]:
    """A name without `a.k.a.` or the like, and the quotes and brackets around; whether it is a former one."""
    bare = text[1:-1].strip() if text[0] in "(\"“„«'‘" and text[-1] in ")\"”“»'’" else text
    found = _after_label(bare, main) or _after_label(text, main)
    if found is None:
        return text, False
    rest = cleaning.clean(found[0])
    if quoted := _QUOTED.fullmatch(rest):
        rest = cleaning.clean(quoted["double"] or quoted["single"])
    return rest, found[1]


def main_name(text: str | None) -> str:
    """A main name as it is published; empty if the text is none: missing, a placeholder, only signs, or too
    long."""
    name = cleaning.clean(text or "")
    return "" if cleaning.is_too_long(name) else _main_name(name)


@lru_cache(maxsize=1_024)  # it is asked for where a record is looked at and where it is written
def _main_name(name: str) -> str:
    if name and _may_be_label(name):
        name = _without_label(name, None)[0]
    return "" if is_placeholder(name, "name") else name


def alias(text: str, kind: NameKind, lang: str | None = None) -> Name:
    """A name with its script found out."""
    name = cleaning.clean(text)
    return Name(name, kind, cleaning.script(name), lang)


def other_names(found: list[Name], main: str) -> list[Name]:
    """The names besides the main one as they are published, without those that are none."""
    if not found:
        return found
    found = [name for name in found if not cleaning.is_too_long(name.name)]
    if any(map(_may_be_label, [name.name for name in found])):
        found = [_other_name(name, main) for name in found]
    if any_placeholder([name.name for name in found]):
        # A word for nothing that the main name has too is a short form of it: `TBC` of `TBC Bank`.
        words = cleaning.key(main).split()
        found = [
            name
            for name in found
            if not is_placeholder(name.name, "name") or cleaning.key(name.name) in words
        ]
    return found


def _other_name(found: Name, main: str) -> Name:
    """A name without the words that say how it is one."""
    if not (found.name and _may_be_label(found.name)):
        return found
    name, former = _without_label(found.name, main)
    return Name(name, "former" if former else found.kind, cleaning.script(name), found.lang)
