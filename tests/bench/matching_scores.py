"""How well scores tell true pairs from false ones: the numbers of `bench_matching`.

Scores and truth are matrices, left names by right names. All that is computed can be weighed by how often
each left name was drawn, so that resampling costs no second comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
PRECISE = 0.99

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """The scored pairs of a file by falling score: whether each is true, and its left name's number; and how
    many true pairs each left name has, with those that have no score."""

    score: Floats
    true: NDArray[np.bool_]
    left: NDArray[np.intp]
    truths: NDArray[np.int64]

    @classmethod
    def of(cls, scores: Floats, truth: NDArray[np.bool_]) -> Judged:
        """A score of 0 is none."""
        left, right = np.nonzero(scores > 0)
        given = scores[left, right]
        order = np.argsort(-given, kind="stable")
        return cls(given[order], truth[left, right][order], left[order], truth.sum(axis=1))


@dataclass(frozen=True)
class Numbers:
    """Shares from 0 to 1. `precise` is the recall at a precision of PRECISE, `best` the best F1 of all."""

    precision: float
    recall: float
    f1: float
    precise: float
    best: float


def numbers(judged: Judged, threshold: float, drawn: NDArray[np.int64] | None = None) -> Numbers:
    """The numbers at a threshold, and at those that are best in hindsight; each left name counts as often
    as it was drawn, else once."""
    weight = np.ones(len(judged.truths)) if drawn is None else drawn
    given, all_true = np.cumsum(weight[judged.left]), float(weight @ judged.truths)
    hits = np.cumsum(weight[judged.left] * judged.true)
    f1 = np.divide(2 * hits, given + all_true, out=np.zeros(len(given)), where=given + all_true > 0)
    precision = np.divide(hits, given, out=np.zeros(len(given)), where=given > 0)
    line = np.append(judged.score[1:] != judged.score[:-1], True)[: len(given)]  # equal scores stand together
    at = int(np.searchsorted(-judged.score, -threshold, side="right")) - 1
    sure = hits[line & (precision >= PRECISE)]
    return Numbers(
        float(precision[at]) if at >= 0 else 0.0,
        float(hits[at]) / all_true if at >= 0 and all_true else 0.0,
        float(f1[at]) if at >= 0 else 0.0,
        float(sure.max()) / all_true if len(sure) and all_true else 0.0,
        float(f1[line].max()) if line.any() else 0.0,
    )


def best_threshold(files: list[Judged]) -> float:
    """The threshold of the best F1 over all pairs of some files: midway from the last score that is taken to
    the next, as another half's scores may fall between the two."""
    score = np.concatenate([each.score for each in files])
    order = np.argsort(-score, kind="stable")
    score, true = score[order], np.concatenate([each.true for each in files])[order]
    all_true = sum(int(each.truths.sum()) for each in files)
    f1 = 2 * np.cumsum(true) / (np.arange(1, len(score) + 1) + all_true)
    f1[:-1][score[1:] == score[:-1]] = 0
    best = int(f1.argmax())
    below = score[best + 1] if best + 1 < len(score) else 0.0
    return float(score[best] + below) / 2


def intervals(judged: Judged, threshold: float, seed: int) -> tuple[Numbers, Numbers]:
    """The 2.5 and 97.5 percentiles of the numbers over resamples of the left names."""
    draw = np.random.default_rng(seed)
    names = len(judged.truths)
    samples = [
        numbers(judged, threshold, np.bincount(draw.integers(0, names, names), minlength=names))
        for _ in range(RESAMPLES)
    ]
    table = np.array([(s.precision, s.recall, s.f1, s.precise, s.best) for s in samples])
    low, high = np.percentile(table, [2.5, 97.5], axis=0)
    return Numbers(*map(float, low)), Numbers(*map(float, high))
