"""Parse references to articles of law from tokens: articles, parts and points, and the code of law.

Only the form is parsed here; `charges` decides whether the numbers are plausible.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from transforms.prisoners.vocabulary import charge_tokens
from transforms.prisoners.vocabulary.charge_tokens import Code

_MOST = 24  # parts, points or articles in one list, so that time stays linear
_LOOK_ALIKE = str.maketrans("aceopxAOCEPX", "асеорхАОСЕРХ")
_AFTER_A_LISTED_NUMBER = frozenset(
    {"end", "comma", "and", "via", "separator", "dash", "code", "of", "part", "open", "close"}
)
# After a reference these do not begin a title: it continues in an unknown form.
_NO_TITLE = frozenset(
    {"article", "part", "point", "paragraph", "number", "bracketed_number", "letter", "code", "of", "via"}
)
_IN_NO_TITLE = frozenset(
    {"article", "part", "point", "paragraph", "number", "bracketed_number", "code", "via"}
)
_CLOSING = {"(": ")", "«": "»", "“": "”", "„": "“"}
# Neither do words of other laws nearby, nor words for parts without a number.
_LAWS = (
    *("закон", "фз", "указ", "декрет", "дэкрэт", "кодекс", "кодэкс", "law", "decree", "code"),
    *("прим", "абз", "bis"),
)


class Spec(NamedTuple):
    """A part of an article, or a point of it, as written."""

    part: str | None
    point: str | None


class Article(NamedTuple):
    """An article's number as written, with its parts and points."""

    number: str
    specs: list[Spec]


@dataclass
class Reference:
    """The articles introduced by one word, from the token `start` up to the token `end`."""

    start: int
    end: int
    articles: list[Article] = field(default_factory=list)
    joint: str = ""  # kind of the token that joins it to the previous reference
    ahead: str | None = None  # code of law named before the articles
    behind: str | None = None  # and after them
    worded: bool = True  # whether a word for articles is present
    code: Code | None = None  # the resulting code of law


class Unreadable(Exception):
    """A reference in an unknown or ambiguous form."""


class Grammar:
    """A parser over the tokens of a text whose whitespace is single spaces."""

    def __init__(self, text: str) -> None:
        self.tokens = charge_tokens.tokens(text)
        self.end = len(self.tokens) - 1

    def kind(self, at: int) -> str:
        return self.tokens[min(at, self.end)].kind

    def text(self, at: int) -> str:
        return self.tokens[min(at, self.end)].text

    def _skip(self, at: int, *kinds: str) -> int:
        while self.kind(at) in kinds:
            at += 1
        return at

    def references(self, at: int, bare: bool, general: frozenset[str]) -> list[Reference]:
        """Return the references that start at a token, joined by commas and words; empty if there are none.

        With `bare`, numbers without a word for articles are accepted. After the numbers of `general` a dash
        can join too. Raises Unreadable for an unknown form.
        """
        found: list[Reference] = []
        joint, to = "", at
        while len(found) < 2 * _MOST and (reference := self._reference(self._skip(to, "lead"), bare)):
            reference.joint = joint
            found.append(reference)
            bare, at = not reference.worded, reference.end
            if joint == "via":
                reference.end = at = self._skip(at, "close")
            to = at + 1 if self.kind(at) == "open" and self.kind(at + 1) == "via" else at
            joint = self.kind(to)
            after_general = joint == "dash" and reference.articles[-1].number in general
            if joint not in ("comma", "and", "via") and not after_general:
                break
            to += 1
        return found

    def _reference(self, at: int, bare: bool) -> Reference | None:
        found = Reference(at, at)
        if self.kind(at) == "code":
            found.ahead, at = self.text(at), self._skip(at + 1, "comma", "dash")
        specs, at = self._specs(at)
        at = self._skip(at, "of") if specs else at
        found.worded = self.kind(at) == "article"
        at = self._skip(at, "article")
        if self.kind(at) != "number" or not (found.worded or (bare and not specs)):
            return None
        while len(found.articles) < _MOST:
            article = Article(self.text(at), specs)
            found.articles.append(article)
            found.end = at = self._after(article, found, at + 1)
            follows = self.kind(at + 2) in _AFTER_A_LISTED_NUMBER
            if (
                found.behind
                or self.kind(at) not in ("comma", "and")
                or self.kind(at + 1) != "number"
                or not follows
            ):
                break
            at, specs = at + 1, []
        return found

    def _after(self, article: Article, reference: Reference, at: int) -> int:
        """Parse what follows an article's number: parts and points, and the code, in either order."""
        for _ in range(2):
            if not article.specs:
                specs, at = self._specs_behind(at)
                article.specs.extend(specs)
            to = self._skip(at, "of")
            if reference.behind is None and self.kind(to) == "code":
                reference.behind, at = self.text(to), to + 1
        return at

    def _specs_behind(self, at: int) -> tuple[list[Spec], int]:
        if self.kind(at) == "bracketed_number":  # Art. 293(2)
            points, to = self._points(at + 1)
            part = self.text(at).strip("()")
            return [Spec(part, point) for point in points] or [Spec(part, None)], to
        bracket = self.kind(at) == "open"
        begin = at + 1 if bracket else self._skip(at, "comma")
        found, to = self._specs(begin)
        if not found or (bracket and self.kind(to) != "close"):
            return self._specs_behind_title(at)
        if self.kind(self._skip(to, "of")) == "article":  # the parts belong to the next article
            if begin == at:
                raise Unreadable  # `ст. 275 ч. 2 ст. 205.2` is ambiguous
            return [], at
        return found, to + bracket

    def _specs_behind_title(self, at: int) -> tuple[list[Spec], int]:
        """Parse parts and points after a title in brackets or quotes: Art. 293 (Riots), part 2."""
        closing = _CLOSING.get(self.text(at))
        end = at + 1
        while closing and self.kind(end) != "end" and self.text(end) != closing:
            if self.kind(end) in _IN_NO_TITLE or self.text(end) in _CLOSING:
                return [], at
            end += 1
        if not closing or self.kind(end) == "end":
            return [], at
        bracket = self.kind(end + 1) == "open"
        found, to = self._specs(end + 2 if bracket else self._skip(end + 1, "comma"))
        if bracket:
            return (found, to + 1) if found and self.kind(to) == "close" else ([], at)
        ahead = self.kind(self._skip(to, "of")) == "article"  # the parts belong to the next article
        return ([], at) if not found or ahead else (found, to)

    def _specs(self, at: int) -> tuple[list[Spec], int]:
        """Return a list of parts with their points, or of points alone, and the token after it."""
        found: list[Spec] = []
        end = at
        while len(found) < _MOST:
            paragraph = self.kind(at) == "paragraph"  # of a part; without one it can be a part itself
            points, at = self._points(at)
            if points:
                at = self._skip(at, "of", "comma")
            if self.kind(at) != "part" or self.kind(at + 1) != "number":
                if points and not found and not paragraph:
                    found, end = [Spec(None, point) for point in points], at
                break
            parts, at = self._parts(at + 1)
            behind, at = self._points(at)
            found += [Spec(parts[0], point) for point in points or behind] or [Spec(parts[0], None)]
            found += [Spec(part, None) for part in parts[1:]]
            end = at
            if self.kind(at) not in ("comma", "and"):
                break
            at += 1
        return found, end

    def _parts(self, at: int) -> tuple[list[str], int]:
        """Return the numbers of parts from a token on, and the token after them."""
        found = [self.text(at)]
        while (
            len(found) < _MOST
            and self.kind(at + 1) in ("comma", "and")
            and self.kind(at + 2) == "number"
            and self.kind(at + 3) != "part"  # otherwise it is an article's number
            and len(self.text(at + 2)) <= 2
        ):
            at += 2
            found.append(self.text(at))
        return found, at + 1

    def _points(self, at: int) -> tuple[list[str], int]:
        """Return a list of points and the token after it; if there are none, the token itself."""
        if self.text(at)[0:1] == "(" and (point := self._point(at)):
            return [point], at + 1
        if self.kind(at) not in ("point", "paragraph"):
            return [], at
        cyrillic = self.text(at)[0].lower() == "п"
        found: list[str] = []
        to = self._skip(at + 1, "quote")
        while len(found) < 2 * _MOST and (point := self._point(to)):
            found.append(point.translate(_LOOK_ALIKE) if cyrillic else point)
            at = self._skip(to + 1, "quote", "close")
            if self.kind(at) not in ("comma", "and"):
                break
            to = self._skip(at + 1, "quote")
        return found, at

    def _point(self, at: int) -> str | None:
        """Return a point's name, a letter or a number, if there is one at the token."""
        text = self.text(at)
        if self.kind(at) == "letter":
            return text[1] if text[1].isalpha() else None
        if self.kind(at) == "number":
            return text if len(text) <= 2 and text.isascii() else None
        return text if len(text) == 1 and text.isalpha() and self.text(at + 1) != "." else None

    def ends(self, at: int) -> bool:
        """Return whether a reference is complete before the token: a title or nothing follows."""
        token, after = self.tokens[at], self.tokens[min(at + 1, self.end)]
        if token.kind in ("comma", "separator", "and"):
            goes_on = {"article", "part", "point", "paragraph"} | (
                {"number"} if token.kind != "separator" else set()
            )
            return after.kind not in goes_on
        if token.kind == "dash" or token.text in "./":
            glued = self.tokens[at - 1].end == token.start and token.end == after.start
            return after.kind != "number" and (not glued or after.kind == "end")
        words = [self.text(each).lower() for each in range(at, min(at + 3, self.end))]
        return token.kind not in _NO_TITLE and not any(word.startswith(_LAWS) for word in words)
