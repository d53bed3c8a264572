"""Ways to reach someone are taken out of free texts, and nothing else is."""

from __future__ import annotations

import pytest

from transforms.fields.contacts import MARK, mentions_contact, mentions_private_life, withhold


@pytest.mark.parametrize(
    "text",
    [
        "Telephone: +963-11-212 1824. Founded in 1990.",
        "Tel 8502-18111-8642 and 850 2 18111. Founded in 1990.",
        "Fax number: (021) 88 77 66 55. Founded in 1990.",
        "Call +98 21 8852 6300. Founded in 1990.",
        "E-mail: someone@example.org Founded in 1990.",
        "Write to someone@example.org, or Mobile 0555 123 456. Founded in 1990.",
    ],
)
def test_numbers_and_mail_addresses_are_withheld(text: str) -> None:
    found = withhold(text)
    assert MARK in found
    assert not any(private in found for private in ("212", "8642", "88 77", "8852", "example.org", "555"))
    assert found.endswith("Founded in 1990.")
    assert MARK not in withhold(text, "")


@pytest.mark.parametrize(
    "text",
    [
        "Telephone company founded in 1990",
        "Passport 0401 234567, born 14/08/1967",
        "Hotel 12, Mobile unit 7",
        "INN 7707083893, OGRN 1027700132195",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert withhold(text) == text


@pytest.mark.parametrize(
    "text",
    ["someone@example.org", "Call +41 22 123 45", "Tel. 123", "by WhatsApp", "(fax) 12", "E-mail on request"],
)
def test_a_text_mentions_a_contact(text: str) -> None:
    assert mentions_contact(text)


@pytest.mark.parametrize("text", ["", "+41 2", "12+13", "Telecom Ltd", "Faxe", "IMO 1234567"])
def test_a_text_mentions_no_contact(text: str) -> None:
    assert not mentions_contact(text)


@pytest.mark.parametrize(
    "text",
    ["Wife of A", "his Mother-in-law.", "in ill health", "(detained)", "Whereabouts: unknown", "arrested;"],
)
def test_a_text_mentions_private_life(text: str) -> None:
    assert mentions_private_life(text)


@pytest.mark.parametrize(
    "text", ["", "Minister of Health", "Sonshine", "Motherwell", "holds the rank of captain"]
)
def test_a_text_mentions_no_private_life(text: str) -> None:
    assert mentions_private_life(text) is ("Health" in text)  # a word too many rather than one too few
