"""Texts of several values, each with its label or number in brackets: `(Gender):Male`, `(1) One. (2) Two`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from functools import lru_cache

from transforms.fields import countries
from transforms.fields.placeholders import is_placeholder
from transforms.names import cleaning

_LABEL = re.compile(r"\(([^()]{2,60})\) ?:")
_NUMBERED = re.compile(r"\((\d{1,2})(?:(?: ?- ?|\) to \()(\d{1,2}))?\)")
_ABBREVIATIONS = ("Co.", "Ltd.", "etc.")

_term = lru_cache(maxsize=4_096)(cleaning.term)


def labelled_parts(
    text: str, known: Container[str], column: str, unknown: Counter[str]
) -> list[tuple[str, str]]:
    """The parts of a text by label in lower case; a part before the first one has the label `""`.

    Brackets before a colon can be in any text (`resolution 2662 (2022): …`): a label that is not `known` is
    part of the text, and counts as `<column> (<label>)` if it looks like one.
    """
    first, *pieces = _LABEL.split(text)
    found = [("", first)] if first.strip() else []
    for label, value in zip(pieces[::2], pieces[1::2], strict=True):
        if (part := _term(label)) in known:
            found.append((part, value.strip()))
            continue
        if label[0].isupper() and value[:1].strip() and not countries.code(label):
            unknown[f"{column} ({label})"] += 1
        before, so_far = found.pop() if found else ("", "")
        found.append((before, f"{so_far} ({label}):{value}".strip()))
    return found


@lru_cache(maxsize=16_384)
def numbered_values(text: str) -> tuple[tuple[int, str | None], ...]:
    """The values of `(1) one. (2) two` by number; 0 is the number of a text that has none.

    Numbers count up, so that a year in brackets is none. None is a value `-`.
    """
    if not text.startswith("(1"):
        return ((0, without_stop(text)),)
    marks: list[tuple[range, int, int]] = []
    for mark in _NUMBERED.finditer(text):
        first, last = int(mark[1]), int(mark[2] or mark[1])
        due = marks[-1][0].stop if marks else 1
        if first in (due, due - 1) and first <= last:  # at times a number comes twice
            marks.append((range(due, last + 1 if first == due else due + 1), *mark.span()))
    if not marks or marks[0][1] > 0:
        return ((0, without_stop(text)),)
    ends = [start for _, start, _ in marks[1:]] + [len(text)]
    return tuple(
        (number, without_stop(text[start:end]))
        for (numbers, _, start), end in zip(marks, ends, strict=True)
        for number in numbers
    )


def without_stop(text: str) -> str | None:
    """A value without the full stop behind it; None for a placeholder."""
    text = text.strip()
    text = text if text.endswith(_ABBREVIATIONS) else text.rstrip(" .")
    return None if is_placeholder(text, "part") else text


def values(text: str) -> list[str]:
    """The values of a text, whatever their numbers."""
    return [value for _, value in numbered_values(cleaning.clean(text)) if value]


def paired_values(text: str, other: str) -> Iterator[tuple[str | None, str | None]]:
    """The values of a text with those of another by number; what has no number belongs to all."""
    by_number = dict(numbered_values(cleaning.clean(other)))
    general = by_number.pop(0, None)
    for number, value in numbered_values(cleaning.clean(text)):
        yield value, by_number.pop(number, general)
    yield from ((None, left) for left in by_number.values())
