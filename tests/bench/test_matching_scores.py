"""The numbers of `bench_matching`, on scores few enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench.matching_pairs import Pairs
from tests.bench.matching_scores import Judged, Numbers, best_threshold, intervals, numbers

SCORES = np.array([[0.9, 0.6, 0.0], [0.7, 0.8, 0.2], [0.0, 0.0, 0.0]])
JUDGED = Judged.of(SCORES, np.eye(3, dtype=bool))  # the third true pair has no score


@pytest.mark.parametrize(
    ("threshold", "precision", "recall"),
    [(0.95, 0, 0), (0.8, 1, 2 / 3), (0.7, 2 / 3, 2 / 3), (0.1, 2 / 5, 2 / 3)],
)
def test_a_threshold_takes_all_pairs_from_it_on(threshold: float, precision: float, recall: float) -> None:
    f1 = 2 * precision * recall / (precision + recall) if recall else 0
    expected = Numbers(precision, recall, f1, precise=2 / 3, best=0.8)
    assert vars(numbers(JUDGED, threshold)) == pytest.approx(vars(expected))


def test_pairs_of_one_score_stand_or_fall_together() -> None:
    tied = Judged.of(np.array([[0.9, 0.9]]), np.array([[True, False]]))
    assert vars(numbers(tied, 0.9)) == pytest.approx(vars(Numbers(1 / 2, 1, 2 / 3, precise=0, best=2 / 3)))


def test_a_left_name_counts_as_often_as_it_is_drawn() -> None:
    twice = numbers(JUDGED, 0.65, np.array([1, 2, 0]))
    assert (twice.precision, twice.recall) == pytest.approx((3 / 5, 1))


def test_the_threshold_is_that_of_the_best_f1_midway_to_the_next_score() -> None:
    assert best_threshold([JUDGED]) == pytest.approx(0.75)
    worse = Judged.of(np.array([[0.75, 0.65, 0.65]]), np.array([[True, True, True]]))
    assert best_threshold([JUDGED, worse]) == pytest.approx((0.65 + 0.6) / 2)


def test_intervals_hold_the_number() -> None:
    low, high = intervals(JUDGED, 0.75, seed=1)
    assert low.recall <= 2 / 3 <= high.recall
    assert low.recall < high.recall
    assert (low.precision, high.precision) in {(0, 1), (1, 1)}


def test_a_name_in_two_pairs_is_one_person() -> None:
    pairs = Pairs("X", (("a", "1"), ("a", "2"), ("b", "2"), ("c", "3")))
    assert pairs.lefts == ["a", "b", "c"]
    assert pairs.truth.tolist() == [[True, True, False], [True, True, False], [False, False, True]]
