"""Scores pairs of names with nomenklatura's logic-v2; a program of its own.

It needs nothing of the project, so that it can run in an environment that has only nomenklatura. In, by
standard input, as JSON: lists of left names, of right names, and whether they are persons' (else they are
companies'). Out: null if nomenklatura is not installed, else `version`, `scores` (for each of these, of every
left with every right, row by row), and the seconds that comparing took, `wall` and `cpu`, with the data it
works with loaded beforehand.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from importlib.util import find_spec
from itertools import count
from time import perf_counter, process_time
from typing import Any

ALGORITHM = "logic-v2"


def main() -> dict[str, Any] | None:
    if not find_spec("nomenklatura"):
        return None
    from followthemoney import EntityProxy, model
    from nomenklatura.matching import get_algorithm

    algorithm = get_algorithm(ALGORITHM)
    if algorithm is None:
        raise RuntimeError(f"nomenklatura {version('nomenklatura')} knows no {ALGORITHM}")
    config = algorithm.default_config()

    numbers = count()

    def named(name: str, person: bool) -> EntityProxy:
        entity = model.make_entity("Person" if person else "Company")
        entity.id = str(next(numbers))  # it remembers names by it
        entity.add("name", name)
        return entity

    def compared(lefts: list[str], rights: list[str], person: bool) -> list[float]:
        ones, others = ([named(name, person) for name in names] for names in (lefts, rights))
        return [round(algorithm.compare(one, other, config).score, 6) for one in ones for other in others]

    compared(["Ivan Ivanov"], ["Иван Иванов"], person=True)
    wall, cpu = perf_counter(), process_time()
    scores = [compared(*each) for each in json.load(sys.stdin)]
    took = {"wall": perf_counter() - wall, "cpu": process_time() - cpu}
    return {"version": version("nomenklatura"), "scores": scores, **took}


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
