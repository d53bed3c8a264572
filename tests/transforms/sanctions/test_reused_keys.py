"""Rows of another target under one key."""

from __future__ import annotations

from transforms.sanctions.reused_keys import Traits, strangers


def traits(names: str, **facts: set[str]) -> Traits:
    return Traits.of(names, {"births": facts.get("births", set()), "listing": facts.get("listing", set())})


def test_facts_contradict_each_other_if_both_are_given_and_share_nothing() -> None:
    one = traits("Ali Hassan", births={"1960", "1961"}, listing={"2001"})
    assert one.contradicts(traits("Omar", births={"1970"}, listing={"2001", "2002"})) == {"births"}
    assert one.contradicts(traits("Omar")) == set()
    assert one.shares(traits("Omar", births={"1961"}), "births")


def test_names_share_their_long_words() -> None:
    assert traits("Ali Hassan").shares_a_word(traits("HASSAN, Omar"))
    assert not traits("Ali Hassan").shares_a_word(traits("Ali Omar"))


def test_a_row_joins_by_what_another_row_adds() -> None:
    rows = [traits("Ali Hassan"), traits("Hassan Yusuf"), traits("Yusuf Omar"), traits("Somebody Else")]
    found = strangers(rows, 0, lambda at, own: not rows[at].shares_a_word(own))
    assert found == {3}
