"""How well records of different lists are known for one person or body by names, dates of birth, countries
and gender alone: `python -m tests.bench.bench_identity RELEASE` writes docs/benchmarks-identity.md, with
`--train` also transforms/identity/linking/model.yml.

The truth is what the lists themselves say: two records are one that cite the same reference of the UN or the
UK, or share the number of a document or registry; what such pairs connect is one too. Two are not one if they
stand on one list, or if one of them is known to be another record of the other's list, or has another
reference of the UN. All this is hidden when they are scored. What is connected stays in one half of the data:
the model and the lines come from one half, what is reported from the other.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml
from upath import UPath

from sources.list_facts import list_facts
from sources.registry import registry
from storage import database
from transforms.identity.linking import model
from transforms.identity.linking.features import prepare
from transforms.identity.linking.linking import link
from transforms.identity.linking.model import KINDS

READ = ("prisoners", "sanctions", "names", "addresses", "identifiers", "birth_dates", "nationalities")
ONE_OF = 40
"""One of so many pairs of one list is looked at for how often dates of birth, countries and gender agree."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Truth:
    """By record: the group of records that it is one with, where known, and what it cannot be one with."""

    group: Mapping[str, int]
    listed: Mapping[int, Mapping[str, set[str]]]
    """By group and list, the records."""
    references: Mapping[str, frozenset[str]]
    """The references of the UN."""

    def label(self, left: str, right: str) -> bool | None:
        """Whether two records are one; None if it is not known."""
        one, other = self.group.get(left), self.group.get(right)
        if one is not None and one == other:
            return True
        if left.partition(":")[0] == right.partition(":")[0]:
            return False
        if left in self.references and right in self.references:
            return False if not self.references[left] & self.references[right] else None
        for group, record_id in ((one, right), (other, left)):
            if group is not None and self.listed[group].get(record_id.partition(":")[0]):
                return False
        return None

    def half(self, left: str, right: str) -> int:
        """In which half a pair is, by its groups: 0, 1, or -1 if they are in different halves."""
        halves = {self.group[each] % 2 for each in (left, right) if each in self.group}
        return halves.pop() if len(halves) == 1 else -1 if halves else hash_of(min(left, right)) % 2


def hash_of(text: str) -> int:
    return random.Random(text).getrandbits(32)  # noqa: S311  the same in every run


def opened(release: UPath) -> duckdb.DuckDBPyConnection:
    """The tables of a release, prepared for linking; to be closed by the caller."""
    con = database.connect()
    con.execute(f"ATTACH '{release / 'vigil.duckdb'}' AS given (READ_ONLY)")
    for table in READ:
        con.execute(f"CREATE TEMP VIEW {table} AS FROM given.{table}")
    prepare(con)
    return con


def truth(con: duckdb.DuckDBPyConnection) -> Truth:
    pairs = con.execute(
        "SELECT l, r FROM shared_fact "
        "WHERE split_part(l, ':', 1) <> split_part(r, ':', 1) AND what <> 'OFAC reference' ORDER BY ALL"
    ).fetchall()
    root: dict[str, str] = {}

    def find(record_id: str) -> str:
        while (up := root.setdefault(record_id, record_id)) != record_id:
            record_id = up
        return record_id

    for left, right in pairs:
        one, other = sorted((find(left), find(right)))
        root[other] = one
    groups: dict[str, list[str]] = defaultdict(list)
    for record_id in sorted(root):
        groups[find(record_id)].append(record_id)
    group: dict[str, int] = {}
    listed: dict[int, dict[str, set[str]]] = {}
    for members in groups.values():
        if len({each.partition(":")[0] for each in members}) < len(members):
            continue  # a list gives the number to two: which of them is meant nobody knows
        lists: dict[str, set[str]] = defaultdict(set)
        for record_id in members:
            lists[record_id.partition(":")[0]].add(record_id)
        number = len(listed) * 2 + hash_of(members[0]) % 2  # the half is in it
        listed[number] = lists
        group |= dict.fromkeys(members, number)
    references = con.execute(
        "SELECT record_id, list(fact) FROM record_fact WHERE fact LIKE 'UN %' GROUP BY record_id"
    ).fetchall()
    return Truth(group, listed, {record_id: frozenset(facts) for record_id, facts in references})


def table(con: duckdb.DuckDBPyConnection, of: str, known: Truth) -> pa.Table:
    """The records of one kind, with the group of each (`truth`, one of its own if none) and a `bucket`."""
    rows = con.execute(
        "FROM record_features WHERE (kind = 'person') = ? ORDER BY record_id", [of == "person"]
    ).to_arrow_table()
    ids = rows["record_id"].to_pylist()
    return rows.append_column(
        "truth", pa.array([known.group.get(each, -1 - n) for n, each in enumerate(ids)])
    ).append_column("bucket", pa.array([hash_of(each) % ONE_OF for each in ids]))


def levels_apart(of: str) -> dict[str, Any]:
    """Parameters under which every level has a weight of its own, to tell the levels that pairs reach."""
    known: dict[str, Any] = {"prior": 0.5}
    for comparison, conditions in model.levels(of, model.Dialect("duckdb")).items():
        levels = [level for level in conditions if level != "null"]
        known[comparison] = {level: [0.5, 0.5 / (2 + n)] for n, level in enumerate(levels)}
    return known


def counted(pairs: Iterable[Mapping[str, Any]], comparison: str, levels: Iterable[str]) -> dict[str, int]:
    counts = Counter(each[comparison] for each in pairs)
    return {level: counts[level] for level in levels}


def train(con: duckdb.DuckDBPyConnection, of: str, known: Truth, half: int) -> dict[str, Any]:
    """How often each level is reached by pairs that are one and by pairs that are not.

    Those that are: pairs of the truth in one half. Those that are not: pairs of one list, as a list has
    everybody once: all of them for names, one of `ONE_OF` for the rest."""
    rows = table(con, of, known)
    apart = levels_apart(of)

    def compared(rule: str, explode: str | None = None) -> list[dict[str, Any]]:
        blocking = {"blocking_rule": f"{rule} AND l.kind = r.kind"} | (
            {"arrays_to_explode": [explode]} if explode else {}
        )
        found: list[dict[str, Any]] = model.compare(rows, of, known=apart, blocking=[blocking]).to_pylist()
        return found

    ones = [
        pair
        for pair in compared("l.truth = r.truth AND l.source_id <> r.source_id")
        if known.half(pair["left_record"], pair["right_record"]) == half
    ]
    named = [
        pair
        for pair in compared("l.keys = r.keys AND l.source_id = r.source_id", "keys")
        if not known.label(pair["left_record"], pair["right_record"])
    ]
    others = compared("l.source_id = r.source_id AND l.bucket = r.bucket")
    [(every,)] = con.execute(
        "SELECT sum(n * (n - 1) / 2) FROM "
        "(SELECT count(*) AS n FROM record_features WHERE (kind = 'person') = ? GROUP BY source_id, kind)",
        [of == "person"],
    ).fetchall()
    made: dict[str, Any] = {"prior": 1e-4}
    for comparison, levels in apart.items():
        if comparison == "prior":
            continue
        m = counted(ones, comparison, levels)
        u = counted(named if comparison == "names" else others, comparison, levels)
        if comparison == "names":
            u["none"] = every - sum(u.values())
        made[comparison] = {level: [_share(m, level, 0.5), _share(u, level, 0.5)] for level in levels}
    return made


def _share(counts: Mapping[str, int], level: str, more: float) -> float:
    """A share, rounded to three figures; what never came is taken to come `more` times."""
    share = (counts[level] + more) / (sum(counts.values()) + more * len(counts))
    return float(f"{share:.3g}")


@dataclass(frozen=True)
class Scored:
    weight: float
    one: bool
    half: int
    pair: Pair
    levels: Mapping[str, str]


def scored(
    con: duckdb.DuckDBPyConnection, of: str, known: Truth, parameters: Mapping[str, Any]
) -> list[Scored]:
    """All pairs of which the truth is known, scored with what it is known by hidden."""
    rows = table(con, of, known)
    blocking = [model.BLOCKING[1], {"blocking_rule": "l.truth = r.truth AND l.source_id <> r.source_id"}]
    found = []
    for pair in model.compare(rows, of, known=parameters, blocking=blocking).to_pylist():
        left, right = pair["left_record"], pair["right_record"]
        one = known.label(left, right)
        if one is not None:
            found.append(Scored(pair["weight"], one, known.half(left, right), (left, right), pair))
    return found


def measured(pairs: Iterable[Scored], line: float) -> tuple[float, float, float, int, int, int]:
    """Precision, recall and F1 at a line, and how many pairs are rightly and wrongly above, and missed."""
    right = wrong = missed = 0
    for each in pairs:
        above = each.weight >= line
        right += above and each.one
        wrong += above and not each.one
        missed += each.one and not above
    precision, recall = right / (right + wrong or 1), right / (right + missed or 1)
    return precision, recall, 2 * precision * recall / (precision + recall or 1), right, wrong, missed


def names_and_births_alone(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters under which nothing else counts."""
    return {
        part: {level: [0.5, 0.5] for level in told} if part in {"places", "gender"} else told
        for part, told in parameters.items()
    }


def best_line(pairs: Sequence[Scored], half: int) -> float:
    """The line, in half bits, at which F1 is at its best on one half of the pairs."""
    chosen_on = [each for each in pairs if each.half == half]
    return max((bits / 2 for bits in range(41)), key=lambda line: measured(chosen_on, line)[2])


def described(of: str, pairs: Sequence[Scored], line: float) -> list[str]:
    """Rows of the page: what a line gives in either half."""
    rows = []
    for half, name in ((0, "chosen on"), (1, "reported")):
        precision, recall, f1, right, wrong, missed = measured(
            [each for each in pairs if each.half == half], line
        )
        rows.append(
            f"| {of} | {name} | {line:g} | {precision:.4f} | {recall:.4f} | **{f1:.4f}** "
            f"| {right} | {wrong} | {missed} |"
        )
    return rows


PAGE = """# How well records are linked

Written by `python -m tests.bench.bench_identity` from a release of {records:,} records
({lists}).

The truth: records of two lists that cite the same reference or share a number are the same ({groups:,}
groups; groups with two records of one list are left out, because the lists contradict each other there).
Different are records of one list, records with two UN references, and records of a list that has another
record of the group. The hard cases are among them: brothers, namesakes and kunyas. References and numbers are
hidden. A pair is scored by names, dates of birth, countries and gender; bodies also by the countries of their
programmes. Of the different pairs, only those with similar names are used ({apart}).

The model's frequencies and thresholds were chosen on one half of the groups, and the other half is reported.
(Its errors were seen while the rules were written.) For names and births alone, the threshold is that of the
best F1 on the first half.

| | half | line (bits) | precision | recall | F1 | right | wrong | missed |
|---|---|---|---|---|---|---|---|---|
{rows}

Most wrong or missed pairs of people are errors of the truth: lists that give one passport to two people, or
one person two references. Bodies of one group often have different names: a bank and its branch, a company
before and after it was renamed.
"""

HEADER = """\
# Frequencies of the levels in `model.py`: [among pairs that are the same, among pairs that are different].
# Computed by `python -m tests.bench.bench_identity --train` from real lists of autumn 2026 ({records:,}
# records). The first are from pairs that share a reference or a number, in half of the {groups:,} groups that
# these form. The second are from pairs of records of one list, because a list has nobody twice. `prior` is
# about the share of pairs of two lists that are the same.
#
# Thresholds are in bits, like weights: a pair is linked from `same` upwards, and reported from `candidate`
# upwards. They were chosen on the same half. For people, F1 is best from 1 to 4 bits, and 0.005 lower at 5:
# from there on, a name that is not rare links nobody unless the date of birth supports it. For bodies, F1 is
# best at 1.5, and 0.003 lower at 2, with 5 wrong pairs in 100: there, names of many words need the country.
"""
LINES = {"person": {"same": 5.0, "candidate": 0.0}, "body": {"same": 2.0, "candidate": 0.5}}


def clusters_to_read(con: duckdb.DuckDBPyConnection, number: int, seed: int = 6) -> list[str]:
    """So many entities of two records or more of the tables that `link` made, at random, for reading: each
    record with its names, dates of birth, countries and numbers."""
    ids = [
        entity_id
        for (entity_id,) in con.execute(
            "SELECT entity_id FROM entities WHERE records > 1 ORDER BY entity_id"
        ).fetchall()
    ]
    chosen = random.Random(seed).sample(ids, min(number, len(ids)))  # noqa: S311  the same in every run
    told = []
    for entity_id in chosen:
        rows = con.execute(
            """
            SELECT r.record_id, e.method, r.gender, r.births, r.countries,
                (SELECT list(DISTINCT name ORDER BY name)[:6] FROM spelled AS s
                    WHERE s.record_id = r.record_id),
                (SELECT list(kind || ' ' || fact ORDER BY fact) FROM record_fact AS f
                    WHERE f.record_id = r.record_id)
            FROM entity_records AS e JOIN record AS r USING (record_id)
            WHERE e.entity_id = ? ORDER BY r.record_id
            """,
            [entity_id],
        ).fetchall()
        told.append("\n".join([entity_id, *(f"    {' | '.join(map(str, row))}" for row in rows)]))
    return told


def merged_against_births_and_documents(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Pairs of one entity, of the tables that `link` made, whose full dates of birth all contradict and that
    both have documents, but none in common."""
    return con.execute(
        """
        WITH person AS (
            SELECT
                e.entity_id, c.record_id, c.birth_day, c.birth_swapped,
                (SELECT list(fact) FROM record_fact AS f
                    WHERE f.record_id = c.record_id AND f.kind <> 'reference') AS papers
            FROM entity_records AS e JOIN record_features AS c USING (record_id)
            WHERE c.kind = 'person' AND len(c.birth_day) > 0
        )
        SELECT a.record_id, b.record_id
        FROM person AS a JOIN person AS b ON a.entity_id = b.entity_id AND a.record_id < b.record_id
        WHERE NOT list_has_any(a.birth_day, b.birth_day) AND NOT list_has_any(a.birth_day, b.birth_swapped)
            AND a.papers IS NOT NULL AND b.papers IS NOT NULL AND NOT list_has_any(a.papers, b.papers)
        ORDER BY ALL
        """
    ).fetchall()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("release", type=UPath, help="the folder of a release")
    parser.add_argument("--train", action="store_true", help="rewrite linking/model.yml")
    parser.add_argument("--clusters", type=Path, help="write 200 entities into this file, for reading")
    parser.add_argument("--page", type=Path, default=Path("docs/benchmarks-identity.md"))
    chosen = parser.parse_args(arguments)
    with opened(chosen.release) as con:
        known = truth(con)
        [(records, lists)] = con.execute(
            "SELECT count(*), string_agg(DISTINCT source_id, ', ' ORDER BY source_id) FROM record"
        ).fetchall()
        if chosen.train:
            trained = {of: LINES[of] | train(con, of, known, 0) for of in KINDS}
            header = HEADER.format(records=records, groups=len(known.listed))
            model.FILE.write_text(header + yaml.safe_dump(trained, sort_keys=False), "utf-8")
            model.parameters.cache_clear()
        rows = []
        apart = []
        for of in KINDS:
            pairs = scored(con, of, known, model.parameters()[of])
            rows += described(of, pairs, model.parameters()[of]["same"])
            apart.append(f"{sum(not each.one for each in pairs):,} of kind {of}")
        alone = scored(con, "person", known, names_and_births_alone(model.parameters()["person"]))
        rows += described("person, by names and births alone", alone, best_line(alone, 0))
        page = PAGE.format(
            records=records,
            lists=lists,
            groups=len(known.listed),
            rows="\n".join(rows),
            apart=", ".join(apart),
        )
        if chosen.clusters:
            link(con, lists=list_facts(registry().values()))
            chosen.clusters.write_text("\n".join(clusters_to_read(con, 200)), "utf-8")
            print("against births and documents:", merged_against_births_and_documents(con))  # noqa: T201
    chosen.page.write_text(page, "utf-8")
    print(page)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
