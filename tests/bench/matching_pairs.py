"""The pairs of `bench_matching`: names of one person in two spellings, and the ways to score them."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from anyascii import anyascii
from numpy.typing import NDArray
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cdist

from storage import database
from transforms.names.comparison import compare

WRITTEN = Path(__file__).with_name("blind")
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "matching"
PEERS = Path(__file__).with_name("matching_peers.py")

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """A file's pairs, and what follows from them: every left name, every right name, and which of all their
    pairs are true. A name that stands in two pairs is one name, and what it is paired with is one person."""

    name: str
    pairs: tuple[tuple[str, str], ...]
    person: bool = True

    @classmethod
    def read(cls, path: Path, *, person: bool = True) -> Pairs:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [(row["left"].strip(), row["right"].strip()) for row in csv.DictReader(stream)]
        return cls(path.stem, tuple(dict.fromkeys(rows)), person)

    @cached_property
    def lefts(self) -> list[str]:
        return list(dict.fromkeys(left for left, _ in self.pairs))

    @cached_property
    def rights(self) -> list[str]:
        return list(dict.fromkeys(right for _, right in self.pairs))

    @property
    def sides(self) -> tuple[list[str], list[str], bool]:
        """What a way is given: left names, right names, and whether they are persons'."""
        return self.lefts, self.rights, self.person

    @cached_property
    def truth(self) -> NDArray[np.bool_]:
        paired = np.zeros((len(self.lefts), len(self.rights)), dtype=bool)
        for left, right in self.pairs:
            paired[self.lefts.index(left), self.rights.index(right)] = True
        while True:  # who shares a name with one is that one
            wider = (paired.astype(int) @ paired.T.astype(int) @ paired.astype(int)) > 0
            if (wider == paired).all():
                return paired
            paired = wider

    @cached_property
    def chosen_on(self) -> NDArray[np.bool_]:
        """Which left names the threshold is chosen on; it is measured on the others."""
        return np.array([hashlib.sha256(left.encode()).digest()[0] % 2 == 0 for left in self.lefts])


def files() -> list[Pairs]:
    """X1 to X5. FileNotFoundError if they are not there."""
    return [Pairs.read(FOLDER / f"X{number}.csv") for number in range(1, 6)]


def written() -> list[Pairs]:
    """Those in the folder `blind`, which were written without sight of the rules."""
    return [Pairs.read(path, person=path.stem != "bodies") for path in sorted(WRITTEN.glob("*.csv"))]


def ours(lefts: list[str], rights: list[str], person: bool = True) -> Scores:
    """By `names/comparison.py`, as names of persons or of bodies; 0 where nothing speaks for a pair."""
    scores = np.zeros((len(lefts), len(rights)))
    with database.connect() as con:
        for table, names in (("lefts", lefts), ("rights", rights)):
            kinds = [person] * len(names)
            con.register(table, pa.table({"name": names, "place": range(len(names)), "person": kinds}))
        compare(con, "lefts", "rights", 0.1)
        found = con.execute(
            "SELECT l.place AS l, r.place AS r, p.score FROM name_pair AS p "
            "JOIN lefts AS l ON l.name = p.left_name JOIN rights AS r ON r.name = p.right_name"
        ).fetchnumpy()
    scores[found["l"], found["r"]] = found["score"]
    return scores


def baseline(lefts: list[str], rights: list[str]) -> Scores:
    """By the likeness of sorted words after transliteration to ASCII."""
    ascii_ = [[anyascii(name).lower() for name in names] for names in (lefts, rights)]
    return np.asarray(cdist(*ascii_, scorer=token_sort_ratio, dtype=np.float64)) / 100


@dataclass(frozen=True)
class Peer:
    """What nomenklatura's logic-v2 says: its version, the scores, and the seconds that they took."""

    version: str
    scores: list[Scores]
    wall: float
    cpu: float


def logic_v2(lists: list[tuple[list[str], list[str], bool]]) -> Peer | None:
    """By nomenklatura's logic-v2, as persons or as companies with a name and nothing else, every left with
    every right of each of the `lists` (left names, right names, whether they are persons'); None if it is not
    installed.

    It runs in the environment of VIGIL_PEERS_PYTHON, a Python interpreter; in this one if that is not set.
    """
    python = os.environ.get("VIGIL_PEERS_PYTHON") or sys.executable
    asked = json.dumps(lists)
    done = subprocess.run([python, str(PEERS)], input=asked, stdout=subprocess.PIPE, text=True, check=True)
    said: dict[str, Any] | None = json.loads(done.stdout)
    if said is None:
        return None
    scores = [
        np.array(each).reshape(len(lefts), len(rights))
        for each, (lefts, rights, _) in zip(said["scores"], lists, strict=True)
    ]
    return Peer(said["version"], scores, said["wall"], said["cpu"])
