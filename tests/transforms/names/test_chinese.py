"""Names in Chinese characters: where the surname ends, and how it is read."""

from __future__ import annotations

import pytest

from transforms.names.chinese import parse_signs


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("王伟", "wang wei"),
        ("刘晓波", "liu xiaobo"),
        ("欧阳修", "ouyang xiu"),
        ("司马光明", "sima guangming"),
        ("欧阳", "ou yang"),
        ("曾国藩", "zeng guofan"),
        ("曾 国藩", "zeng guofan"),
        ("伊力哈木·土赫提", "yilihamu tuheti"),
        ("买买提·吐尔逊·艾山", "maimaiti tuerxunaishan"),
    ],
)
def test_a_name_in_characters_is_parted_and_read(name: str, read: str) -> None:
    [(_, sound, signs)] = parse_signs(name)
    assert sound == read
    assert signs == "".join(character for character in name if character not in " ·")


def test_characters_of_the_traditional_form_are_not_compared() -> None:
    assert parse_signs("達賴") == [("zh l", "da lai", "")]


@pytest.mark.parametrize("name", ["", "A", "王 A", "Liu Xiaobo"])
def test_other_names_are_not_read(name: str) -> None:
    assert parse_signs(name) == []
