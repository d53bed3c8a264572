"""The bands by which names are compared."""

from __future__ import annotations

from itertools import pairwise

import pytest

from transforms.identity.linking.model import ALIKE, KINDS, RARE


@pytest.mark.parametrize("bands", [ALIKE, *(RARE[kind] for kind in KINDS)])
def test_each_band_can_be_reached(bands: dict[str, float]) -> None:
    """They are looked through from the first: each begins below the one before."""
    assert all(better > worse for better, worse in pairwise(bands.values()))


def test_bands_of_similarity_are_of_a_scale_that_ends_at_one() -> None:
    assert max(ALIKE.values()) < 1
    assert min(ALIKE.values()) > -1
