"""A campaign: many spoilt files of one source through its parser, in a process of its own.

    python -m tests.fuzz.campaign                                  all sources; writes docs/fuzz.md
    python -m tests.fuzz.campaign SOURCE .xml --only 17 --save F   file 17 alone, kept in F

`FUZZ_FILES`, `FUZZ_SEED` and `FUZZ_SOURCE` say how many files over all sources and formats, from which seed,
of which source alone. Each file must end in tables as the contracts promise them or in one SourceFormatError.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any, NamedTuple

from contracts import contract
from sources.registry import Source, registry, samples
from tests.bench.memory import peak_bytes, reset_peak
from tests.fuzz.mutations import KINDS, mutate
from tests.fuzz.xml_mutations import CANARY
from transforms.reading.parse_result import RAW_LIMIT, ParserError, ParseResult, SourceFormatError, parse

SEED = 2025
SECONDS = 20  # of the CPUs that a file may take
MEMORY = 500_000_000  # bytes that a file may add at its peak to what the parser took up before it
ADDRESS_SPACE = 6_000_000_000  # bytes, so that a bomb that goes off does not take the machine along
MESSAGE = 1_000  # characters of a refusal
LISTS = ("prisoners", "sanctions")
FILES = 10_000  # over all campaigns
FAILURES = 20  # after which a campaign gives up
_ENDED = "ended "  # begins a player's line on how a campaign's process ended

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "fuzz.md"

PAGE_TEXT = """# Mutated files through the parsers

Written by `make fuzz` on {day}, seed {seed}. Each file is a bundled sample with one or two mutations
(`tests/fuzz/*_mutations.py`), parsed as a source's snapshot. The result must be tables that satisfy their
contracts, with declared = parsed + quarantined + outside, or one `SourceFormatError` of one line that names
the file. Anything else is a failure: another error, more than {seconds} s of CPU, or more than {memory} MB of
memory in addition to what the process used before.

{total:,} files in all: {clean:,} gave tables, {noted:,} gave tables with quarantined records or counts of
unknown content, {refused:,} were refused in one line, and {unclear} failed. The slowest took {slowest:.1f} s:
{slowest_file}. The maximum memory of a process was {rss} MB.

| format | files | clean | quarantine or unknown | refused | failed | slowest | memory on top |
|---|---|---|---|---|---|---|---|
{formats}

| source, files | files | mutations | clean | quarantine or unknown | refused | failed | slowest | memory |
|---|---|---|---|---|---|---|---|---|
{rows}

For more or other files: `make fuzz FUZZ_FILES=20000 FUZZ_SEED=7`, or `FUZZ_SOURCE=un_sc` for one source.
`make test` runs 20 files of each, and 8 of GDELT's, `make test-all` 150 and 60.
"""

Files = dict[str, bytes]


class Campaign(NamedTuple):
    """A source, and the kind of its files that are spoilt."""

    source_id: str
    kind: str

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind[1:]}"


class TooSlow(BaseException):
    """A file has taken too long. Not an Exception, so that no parser takes it for one of its own."""


class Broken(Exception):
    """A promise that a parser's result does not keep."""


@dataclass
class Result:
    """What became of a campaign's files. `failures` say how to get at each file again."""

    clean: int = 0
    noted: int = 0
    refused: int = 0
    failures: list[str] = field(default_factory=list)
    mutations: int = 0
    peak: int = 0  # bytes that a file added
    rss: int = 0  # bytes that the process held
    slowest: float = 0.0
    slowest_file: str = ""
    seconds: float = 0.0

    @property
    def files(self) -> int:
        return self.clean + self.noted + self.refused + len(self.failures)

    def line(self) -> str:
        """The counts in words."""
        return (
            f"{self.files:,} files of {self.mutations} mutations in {self.seconds:.0f} s: "
            f"{self.clean:,} clean, {self.noted:,} noted, "
            f"{self.refused:,} refused, {len(self.failures)} failed; "
            f"slowest {self.slowest:.1f} s ({self.slowest_file}), peak +{self.peak / 1e6:.0f} MB"
        )


def sample_files(source: Source, kind: str) -> list[Files]:
    """The bundled snapshots that have files of `kind`: their files, by name.

    Where a publisher gives one list in several forms, each of them optional, the others are left out.
    """
    either = not source.pages and all(file.optional for file in source.files)
    named = {file.name for file in source.files}
    found = [
        {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if (
                path.name in named
                or any(pages.is_content(path.name) for pages in source.pages)
                or (source.index is not None and fnmatch(path.name, source.index.pattern))
            )
            and (path.suffix.lower() == kind or not either)
        }
        for folder in sorted(samples(source.source_id).glob("*/"))
    ]
    return [files for files in found if of_kind(files, kind)]


def of_kind(files: Mapping[str, bytes], kind: str) -> list[str]:
    """The names of a snapshot's files of `kind`, sorted."""
    return sorted(name for name in files if Path(name).suffix.lower() == kind)


def campaigns() -> list[Campaign]:
    """One for each kind of file that a source has samples of."""
    sources = registry().values()
    return [
        Campaign(source.source_id, kind) for source in sources for kind in KINDS if sample_files(source, kind)
    ]


def outcome(source: Source, files: Mapping[str, bytes], spoilt: str) -> str:
    """Parses a snapshot: `clean`, `noted` (quarantine, unknown) or `refused`.

    Broken if the result does not keep the promises, or the refusal does not name the file `spoilt`.
    """
    try:
        streams = {name: io.BytesIO(data) for name, data in files.items()}
        snapshot = parse(source.source_id, source.parser, streams, source.options)
        check(snapshot, files)
        if source.family == "prisoners" and any(record["raw"] for record in snapshot.quarantine):
            raise Broken("the quarantine holds what stands in a prisoner's record")
    except ParserError as error:
        raise Broken(f"{error}{_place(error.__cause__)}") from error
    except SourceFormatError as error:
        check_refusal(str(error), spoilt)
        return "refused"
    return "noted" if snapshot.quarantine or snapshot.unknown else "clean"


def check_refusal(message: str, spoilt: str) -> None:
    message.encode()  # to be printed
    if len(message.splitlines()) != 1 or len(message) > MESSAGE:
        raise Broken(f"the refusal is not one line of at most {MESSAGE} characters: {message[:200]!r}")
    if spoilt not in message:
        raise Broken(f"the refusal does not name the file: {message}")


def check(snapshot: ParseResult, files: Mapping[str, bytes]) -> None:
    """Broken if a count, a quarantined record or a table is not as promised."""
    if set(snapshot.files) != set(files):
        raise Broken(f"reports on {sorted(snapshot.files)} for {sorted(files)}")
    for name, report in snapshot.files.items():
        if report.declared != report.parsed + report.quarantined + report.outside:
            raise Broken(f"declared is not parsed + quarantined + outside: {name}: {report}")
        if min(report.declared, report.parsed, report.quarantined, report.outside) < 0:
            raise Broken(f"a count below zero: {name}: {report}")
    if len(snapshot.quarantine) != sum(report.quarantined for report in snapshot.files.values()):
        raise Broken("the quarantine holds another number of records than the reports say")
    for record in snapshot.quarantine:
        if record["file"] not in files or not record["locator"] or not record["reason"]:
            raise Broken(f"quarantined without a place or a reason: {record}")
        if len(record["raw"] or "") > RAW_LIMIT:
            raise Broken("a quarantined record is not cut")
        "".join(text or "" for text in record.values()).encode()
    "".join(snapshot.unknown).encode()
    check_tables(snapshot)


def check_tables(snapshot: ParseResult) -> None:
    tables = {name: table.to_pylist() for name, table in checked_schemas(snapshot)}
    records = {row["record_id"] for name in LISTS for row in tables.get(name, [])}
    found = {row["article_id"] for row in tables.get("articles", [])}
    for name, rows in tables.items():
        promise = contract(name)
        key = promise.primary_key if promise.primary_key != ("all",) else ()
        columns = [column for column in key if column != "valid_from"]
        if len({repr([row[column] for column in columns]) for row in rows}) != len(rows):
            raise Broken(f"{name}: two rows of one key")
        if "record_id" in promise.parsed_schema.names and not {row["record_id"] for row in rows} <= records:
            raise Broken(f"{name}: a row of a record that is not there")
        if "article_id" in promise.references and not {row["article_id"] for row in rows} <= found:
            raise Broken(f"{name}: a row of an article that is not there")
        for column in promise.content_columns:
            given = {row[column.name] for row in rows} if column.enum else set()
            if column.enum and not given <= {*column.enum, None}:
                raise Broken(f"{name}.{column.name}: {given - set(column.enum)} is not in the contract")
        if CANARY in repr(rows):
            raise Broken(f"{name}: holds what another file says")


def checked_schemas(snapshot: ParseResult) -> Iterator[tuple[str, Any]]:
    """The tables by name; Broken for one whose columns are not the contract's."""
    for name, table in snapshot.arrow().items():
        schema = contract(name).parsed_schema
        if not table.schema.equals(schema):
            raise Broken(f"{name}: not the contract's schema: {table.schema}")
        table.validate(full=True)
        for column in schema:
            if not column.nullable and table[column.name].null_count:
                raise Broken(f"{name}.{column.name}: null")
        yield name, table


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raises TooSlow after that time of the CPUs; where no Python runs to raise it, ends the process."""

    def stop(*_: Any) -> None:
        raise TooSlow(f"not done after {seconds} s")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    faulthandler.dump_traceback_later(20 * seconds, exit=True)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()


def told(error: BaseException) -> str:
    """An error in a line: its kind, its place in our code, its words."""
    return f"{type(error).__name__}{_place(error)}: {str(error)[:300]!r}"


def _place(error: BaseException | None) -> str:
    """Where in our code an error came from."""
    if error is None:
        return ""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(str(ROOT))]
    tests = str(Path(__file__).parent)
    ours = [f for f in frames if ".venv" not in f.filename and not f.filename.startswith(tests)]
    return f" at {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else ""


def spoil(campaign: Campaign, snapshots: list[Files], seed: int, number: int) -> tuple[str, str, Files]:
    """File `number` of a campaign: the mutation's name, the spoilt file's, and the snapshot with it."""
    rng = Random(f"{seed} {campaign} {number}")  # noqa: S311
    files = rng.choice(snapshots)
    name = rng.choice(of_kind(files, campaign.kind))
    mutation, data = mutate(files[name], campaign.kind, number, rng)
    return mutation, name, {**files, name: data}


def attempt(source: Source, files: Files, spoilt: str, result: Result) -> str | None:
    """Parses one snapshot under the limits; counts what became of it, or gives what is wrong."""
    reset_peak()
    before = peak_bytes()
    try:
        with time_limit(SECONDS):
            ended = outcome(source, files, spoilt)
    except (Exception, TooSlow) as error:  # noqa: BLE001  whatever it is, it is the finding
        return told(error)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return told(error)  # a panic of a library written in Rust
    held = peak_bytes()
    grown = held - before
    result.peak, result.rss = max(result.peak, grown), max(result.rss, held)
    if grown > MEMORY:
        return f"takes {grown / 1e6:.0f} MB"
    setattr(result, ended, getattr(result, ended) + 1)
    return None


def again(campaign: Campaign, seed: int, number: int) -> str:
    return (
        f"python -m tests.fuzz.campaign {campaign.source_id} {campaign.kind} --seed {seed} --only {number} "
        f"--save spoilt{campaign.kind}"
    )


def play(campaign: Campaign, numbers: range, seed: int, save: Path | None = None) -> Result:
    """Runs a campaign in this process, and says on standard output which file comes next.

    `save` is where the last file is put.
    """
    source, result = registry()[campaign.source_id], Result()
    snapshots = sample_files(source, campaign.kind)
    for files in snapshots:  # and what parsers load at first use is loaded
        outcome(source, files, of_kind(files, campaign.kind)[0])
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, resource.RLIM_INFINITY))
    started, seen = time.monotonic(), Counter[str]()
    for number in numbers:
        mutation, spoilt, files = spoil(campaign, snapshots, seed, number)
        sys.stdout.write(f"{number} {mutation}\n")
        sys.stdout.flush()
        seen.update(mutation.split(", "))
        if save:
            save.write_bytes(files[spoilt])
        start = time.process_time()
        if wrong := attempt(source, files, spoilt, result):
            result.failures.append(f"{mutation}: {wrong}\n  {again(campaign, seed, number)}")
        took = time.process_time() - start
        if took > result.slowest:
            result.slowest, result.slowest_file = took, mutation
        if len(result.failures) == FAILURES:
            break
    result.mutations, result.seconds = len(seen), time.monotonic() - started
    return result


class Player:
    """A process that plays one campaign after the other, each in a fork of its own: what all of them import
    is imported once."""

    def __init__(self) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed with the player
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.campaign", "--player"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def __enter__(self) -> Player:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._errors.close()

    def run(self, campaign: Campaign, files: int, seed: int) -> Result:
        """Runs a campaign. If its process dies, the file it died of is the failure."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        read = self._errors.seek(0, os.SEEK_END)
        self._process.stdin.write(f"{json.dumps([*campaign, files, seed])}\n")
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.startswith(_ENDED):
                break
            lines.append(line)
        else:
            raise RuntimeError(f"the player ended with {self._process.wait()}")
        if (code := int(line.removeprefix(_ENDED))) == 0:
            return Result(**json.loads(lines[-1]))
        number, _, mutation = (lines[-1].strip() if lines else "0 the start").partition(" ")
        self._errors.seek(read)
        died = self._errors.read().strip().splitlines()[-12:]
        reason = f"the process ended with {code}: " + " | ".join(died)
        return Result(failures=[f"{mutation}: {reason}\n  {again(campaign, seed, int(number))}"])


def _serve() -> None:
    """Plays the campaigns that standard input names, a line each, until it ends."""
    registry()
    for line in sys.stdin:
        source_id, kind, files, seed = json.loads(line)
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                result = play(Campaign(source_id, kind), range(files), seed)
                sys.stdout.write(f"{json.dumps(vars(result))}\n")
                sys.stdout.flush()
                code = 0
            except BaseException:  # noqa: BLE001  the fork must end here
                traceback.print_exc()
                sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{_ENDED}{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def page(results: Mapping[Campaign, Result], seed: int) -> str:
    """docs/fuzz.md."""
    rows = [_row(f"{campaign}", [result], f" {result.mutations} |") for campaign, result in results.items()]
    formats = [
        _row(kind[1:], [result for campaign, result in results.items() if campaign.kind == kind])
        for kind in KINDS
    ]
    slowest, found = max(results.items(), key=lambda one: one[1].slowest)
    every = list(results.values())
    return PAGE_TEXT.format(
        total=sum(result.files for result in every),
        clean=sum(result.clean for result in every),
        noted=sum(result.noted for result in every),
        refused=sum(result.refused for result in every),
        unclear=sum(len(result.failures) for result in every),
        slowest=found.slowest,
        slowest_file=f"`{found.slowest_file}` of {slowest}",
        rss=max(result.rss for result in every) // 1_000_000,
        formats="\n".join(formats),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        seed=seed,
        seconds=SECONDS,
        memory=MEMORY // 1_000_000,
        rows="\n".join(rows),
    )


def _row(what: str, results: list[Result], mutations: str = "") -> str:
    return (
        f"| {what} | {sum(one.files for one in results):,} |{mutations} "
        f"{sum(one.clean for one in results):,} | "
        f"{sum(one.noted for one in results):,} | {sum(one.refused for one in results):,} | "
        f"{sum(len(one.failures) for one in results)} | {max(one.slowest for one in results):.1f} s | "
        f"{max(one.peak for one in results) / 1e6:.0f} MB |"
    )


def run_all(files: int, seed: int, source_id: str | None) -> bool:
    """Runs the campaigns, as many at a time as there are cores, with `files` in all; writes the page if none
    was left out."""
    chosen = [campaign for campaign in campaigns() if source_id in {None, campaign.source_id}]
    each, more = divmod(files, max(len(chosen), 1))
    shares = [each + (at < more) for at in range(len(chosen))]
    cores, results = os.cpu_count() or 1, {}
    with ExitStack() as stack, ThreadPoolExecutor(cores) as pool:
        players: SimpleQueue[Player] = SimpleQueue()
        for _ in range(cores):
            players.put(stack.enter_context(Player()))

        def run(campaign: Campaign, share: int) -> Result:
            player = players.get()
            try:
                return player.run(campaign, share, seed)
            finally:
                players.put(player)

        for campaign, result in zip(chosen, pool.map(run, chosen, shares), strict=True):
            results[campaign] = result
            sys.stdout.write(f"{campaign}: {result.line()}\n")
            sys.stdout.writelines(f"  {failure}\n" for failure in result.failures)
            sys.stdout.flush()
    if source_id is None:
        PAGE.write_text(page(results, seed), "utf-8")
    return bool(results) and not any(result.failures for result in results.values())


def main() -> int:
    asked = argparse.ArgumentParser(prog="tests.fuzz.campaign")
    asked.add_argument("source", nargs="?")
    asked.add_argument("kind", nargs="?", choices=KINDS)
    asked.add_argument("--files", type=int, default=int(os.environ.get("FUZZ_FILES") or FILES))
    asked.add_argument("--seed", type=int, default=int(os.environ.get("FUZZ_SEED") or SEED))
    asked.add_argument("--only", type=int)
    asked.add_argument("--save", type=Path)
    asked.add_argument("--player", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.player:
        _serve()
        return 0
    if not given.kind:
        return 0 if run_all(given.files, given.seed, os.environ.get("FUZZ_SOURCE") or None) else 1
    one = given.only is not None
    numbers = range(given.only, given.only + 1) if one else range(given.files)
    result = play(Campaign(given.source, given.kind), numbers, given.seed, given.save)
    sys.stdout.write("\n".join(result.failures or ["no failure"]) if one else json.dumps(vars(result)))
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
