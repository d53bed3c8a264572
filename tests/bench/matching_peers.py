"""Scores pairs of persons' names with nomenklatura's logic-v2; a program of its own.

It needs nothing of the project, so that it can run in an environment that has only nomenklatura. In, by
standard input, as JSON: a list of pairs of lists of names, lefts and rights. Out: null if nomenklatura is not
installed, else `version`, `scores` (for each pair of lists one of every left with every right, row by row),
and the seconds that comparing took, `wall` and `cpu`, with the data it works with loaded beforehand.
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

    def person(name: str) -> EntityProxy:
        entity = model.make_entity("Person")
        entity.id = str(next(numbers))  # it remembers names by it
        entity.add("name", name)
        return entity

    def compared(lefts: list[str], rights: list[str]) -> list[float]:
        ones, others = [person(name) for name in lefts], [person(name) for name in rights]
        return [round(algorithm.compare(one, other, config).score, 6) for one in ones for other in others]

    compared(["Ivan Ivanov"], ["Иван Иванов"])
    wall, cpu = perf_counter(), process_time()
    scores = [compared(lefts, rights) for lefts, rights in json.load(sys.stdin)]
    took = {"wall": perf_counter() - wall, "cpu": process_time() - cpu}
    return {"version": version("nomenklatura"), "scores": scores, **took}


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
