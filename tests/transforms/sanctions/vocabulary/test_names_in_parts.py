"""Names put together from their parts, in the publisher's and in other spellings."""

from __future__ import annotations

from transforms.sanctions.vocabulary.names_in_parts import (
    RANKS,
    Part,
    Spelling,
    Variant,
    join_values,
    sort_parts,
    spell_otherwise,
    split_maiden_name,
)


def part(type_: str, value: str, *spellings: tuple[str, str, str], order: int = 0) -> Part:
    return Part(RANKS[type_], order, value, type_, tuple(Spelling(*each) for each in spellings))


def test_given_names_come_first_and_parts_of_one_type_in_their_order() -> None:
    parts = [
        part("suffix", "Jr."),
        part("family-name", "F"),
        part("given-name", "B", order=2),
        part("father-name", "P"),
        part("given-name", "A", order=1),
    ]
    sort_parts(parts)
    assert join_values(parts) == "A B P F Jr."
    assert join_values([part("given-name", ""), part("family-name", "F")]) == "F"


def test_a_maiden_name_beside_a_familys_makes_a_former_name() -> None:
    given, maiden, family = part("given-name", "A"), part("maiden-name", "M"), part("family-name", "F")
    assert split_maiden_name([given, family, maiden]) == ([given, family], "A M")
    assert split_maiden_name([given, maiden]) == ([given, maiden], "")
    assert split_maiden_name([maiden]) == ([maiden], "")


def test_the_only_part_is_spelt_as_it_is() -> None:
    parts = [part("given-name", "A", ("Б", "rus", "CYRL"), ("C", "eng", "LATN"))]
    assert list(spell_otherwise(parts, "Latn")) == [Variant("Б", "rus", False), Variant("C", "eng", False)]


def test_spellings_in_one_language_and_script_go_together() -> None:
    parts = [
        part("given-name", "A", ("А", "rus", "CYRL"), ("Ab", "RUS", "latn")),
        part("family-name", "F", ("Ф", "RUS", "CYRL")),
    ]
    assert list(spell_otherwise(parts, "Latn")) == [
        Variant("А Ф", "rus", False),
        Variant("Ab F", "rus", False),  # the part without a spelling keeps its own
    ]
    assert list(spell_otherwise([part("given-name", "A"), part("family-name", "F")], "Latn")) == []


def test_one_part_alone_in_another_script_is_marked() -> None:
    parts = [part("given-name", "A", ("А", "rus", "CYRL")), part("family-name", "F")]
    assert list(spell_otherwise(parts, "Latn")) == [Variant("А", "rus", True)]
    assert list(spell_otherwise(parts, None)) == [Variant("А F", "rus", False)]


def test_of_several_spellings_each_comes_once_with_the_first_of_the_others() -> None:
    parts = [
        part("given-name", "A", ("b", "eng", "LATN"), ("a", "eng", "LATN")),
        part("family-name", "F", ("d", "eng", "LATN"), ("c", "eng", "LATN")),
    ]
    assert [variant.text for variant in spell_otherwise(parts, "Latn")] == ["a c", "b c", "a d"]
