"""Every function of the parsers that reads a text takes time in proportion to it, whatever the text is."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import transforms
from tests.timing import seconds

UNITS = [
    *(
        "9",
        " ",
        "(",
        ")",
        "()",
        '"',
        "a",
        "a ",
        "a;",
        "a,",
        "1 ",
        "1-",
        "12.",
        "1980 ",
        "\u4e60",
        "\u0416",
        "\uae40",
    ),
    *(
        "\u0645",
        "&",
        "&#1;",
        "<b>",
        "<",
        "-",
        ".",
        ". ",
        "/",
        "01/",
        "aka ",
        "\u00ab",
        "[",
        "%41",
        "No. ",
        "\t",
        "\n",
    ),
    *(
        "passport A123456 (Iran); ",
        "and ",
        " or ",
        "circa ",
        "Part 1 of Art. 293 ",
        "5 years ",
        "\u0301",
        "\u5e74",
    ),
    *(
        "(a",
        " (",
        "; ",
        ": ",
        "a: ",
        "| ",
        "to ",
        "a) ",
        "(1) ",
        "I",
        "iii",
        "chch",
        "Abu ",
        "al-",
        "Ltd ",
        "A. ",
    ),
]
AROUND = ("A1 ", " z9")  # what keeps a run from being stripped
SIZE = 1_500
NO_FUNCTIONS_OF_INPUT = {  # of patterns, and one without an end
    "transforms.identity.linking.entity_ids.candidate_ids",
    "transforms.news.rss._tag",
    "transforms.names.spellings._orthography",
}
# Of texts that are bounded before they come to them, by names.MAX_NAME or by a bound of their own.
BOUNDED = {
    "transforms.names.name_spotter._readings",
    "transforms.prisoners.prisoner._kept",
    "transforms.prisoners.prisoner._leading_name",
    "transforms.prisoners.prisoner._reference",
    "transforms.fields.documents.fields._taken_apart",
    "transforms.prisoners.vocabulary.sentences._read",
    "transforms.prisoners.vocabulary.sentence_words._tokens",
    "transforms.prisoners.vocabulary.sentence_words.tokens",
    "transforms.sanctions.ca_sema._apart",
    "transforms.sanctions.ca_sema._at_words",
    "transforms.prisoners.vocabulary.charges._read",
    "transforms.prisoners.vocabulary.charges.points_to_law",
    "transforms.prisoners.vocabulary.charge_tokens.tokens",
}


def functions_of_text() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Every function of the parsers that takes texts alone, with its caches taken off."""
    for module_info in pkgutil.walk_packages(transforms.__path__, "transforms."):
        if module_info.name.endswith("spark"):
            continue
        module = importlib.import_module(module_info.name)
        for name, member in sorted(vars(module).items()):
            function = inspect.unwrap(member) if callable(member) else member
            label = f"{module_info.name}.{name}"
            if not inspect.isfunction(function) or function.__module__ != module_info.name:
                continue
            needed = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
            texts = [p.name for p in needed if p.annotation in ("str", "str | None")]
            counters = [p.name for p in needed if p.annotation == "Counter[str]"]
            if (
                not texts
                or len(texts) + len(counters) < len(needed)
                or label in NO_FUNCTIONS_OF_INPUT | BOUNDED
            ):
                continue

            def call(
                text: str, function: Any = function, texts: Any = texts, counters: Any = counters
            ) -> object:
                made = function(**dict.fromkeys(texts, text), **{each: Counter() for each in counters})
                return deque(made, maxlen=0) if inspect.isgenerator(made) else made

            yield label, call


def worth_a_look() -> float:
    """Seconds, about a hundredth on a fast machine, for which a difference in time tells something."""
    return min(seconds(lambda: sum(i * i % 7 for i in range(150_000))) for _ in range(5))


def growth(call: Callable[[str], object], small: str, large: str, least: float) -> tuple[float, float]:
    """Seconds for a text and for a longer one; nothing if the first takes less than `least`."""
    if seconds(lambda: call(small)) < least:
        return 0, 0
    return min(seconds(lambda: call(small)) for _ in range(3)), min(
        seconds(lambda: call(large)) for _ in range(2)
    )


@pytest.mark.slow
def test_each_function_of_a_text_takes_time_in_proportion() -> None:
    found = []
    least = worth_a_look()
    for label, call in functions_of_text():
        for unit in UNITS:
            for before, after in (AROUND, ("", "")) if len(unit) == 1 else (AROUND,):
                small, large = (f"{before}{(unit * size)[:size]}{after}" for size in (SIZE, 6 * SIZE))
                first, last = growth(call, small, large, least)
                if first > least / 4 and last > 15 * first:  # 6 times in proportion, 36 by the square
                    found.append(f"{label} of {unit!r}: {first:.3f} s, {last:.3f} s")
    assert not found, "\n".join(found)
