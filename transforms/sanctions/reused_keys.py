"""What distinguishes the targets of rows under one key: publishers give keys again, and mistype them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from transforms.names import cleaning

_LONG = 4  # letters of a word, which fewer names have in common

Facts = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a row, or several, state of their target: the values of each fact, none where it is not given, and
    the long words of its names."""

    facts: Facts
    words: frozenset[str]

    @classmethod
    def of(cls, names: str, facts: Mapping[str, Iterable[str]]) -> Traits:
        words = frozenset(word for word in cleaning.key(names).split() if len(word) >= _LONG)
        return cls({fact: frozenset(values) for fact, values in facts.items()}, words)

    def __or__(self, other: Traits) -> Traits:
        facts = {fact: values | other.facts[fact] for fact, values in self.facts.items()}
        return Traits(facts, self.words | other.words)

    def contradicts(self, other: Traits) -> set[str]:
        """The facts of which both have values, and none in common."""
        return {
            fact
            for fact, values in self.facts.items()
            if values and other.facts[fact] and values.isdisjoint(other.facts[fact])
        }

    def shares(self, other: Traits, fact: str) -> bool:
        return not self.facts[fact].isdisjoint(other.facts[fact])

    def shares_a_word(self, other: Traits) -> bool:
        return not self.words.isdisjoint(other.words)


def strangers(traits: Sequence[Traits], first: int, is_stranger: Callable[[int, Traits], bool]) -> set[int]:
    """The rows of another target than that of row `first`.

    `is_stranger` compares a row, by its number, with all rows that are known to be of that target.
    """
    own = traits[first]
    left = {*range(len(traits))} - {first}
    while joining := {at for at in left if not is_stranger(at, own)}:
        for at in joining:
            own |= traits[at]
        left -= joining
    return left
