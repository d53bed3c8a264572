"""The homes that faults happen to: prepared once, copied for each fault, compared with an undisturbed one.

`first` has a release of the samples' first days. `second` has also fetched, parsed, judged and promoted
the second days. `history`, `models` and `work` have begun a release of these: its work database is made,
linked, checked. `done` has published it: what every fault must lead back to. `arming` is `second` with a
suppressed record and a file of decisions, `armed` has published that.
"""

from __future__ import annotations

import contextlib
import encodings
import hashlib
import importlib
import json
import os
import pkgutil
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sources.registry import registry, samples
from tests.faults.processes import Child, Ended, run

SOURCES = {"un_sc": 2, "by_viasna": 1, "rss": 1}
"""The sources that go through all steps, with how many of their samples' days are in `first`."""

SECOND = {"un_sc": 3, "by_viasna": 2, "rss": 2}

FETCHED = ("un_sc", "by_viasna", "rss", "gdelt", "ru_memorial", "gdelt_doc")
"""Those that are only fetched from a publisher that lies: whole files, pages, feeds, lists of files."""

RELEASE_STEPS = ("history", "models", "validate_release", "publish")
SOURCE_STEPS = ("fetch", "parse", "validate", "promote")

_PACKAGES = (
    "contracts",
    "storage",
    "sources",
    "transforms",
    "expectations",
    "warehouse",
    "pipeline",
    "vigil",
)
_ROOMY = 2 << 30

DECISIONS = "left_record,right_record,decision,reason,decided_on,by\n"
"""A person's file of decisions in which there is none yet."""

_TIMES_AND_RUNS = {"quality", "sources"}
"""Tables that say when and how a release was made, and so differ between two of the same."""


def preload() -> None:
    """Imports all that steps and commands import where they need it, so that children find it there, also
    those whose user may not read the environment."""
    import xml.sax.expatreader  # noqa: F401  what feeds are read with

    import duckdb  # noqa: F401
    import great_expectations  # noqa: F401
    import pandas  # noqa: F401
    import splink  # noqa: F401

    from pipeline import code_version

    for name in _PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if "spark" not in module.name:
                importlib.import_module(module.name)
    for module in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(ImportError):  # those of another system
            importlib.import_module(f"encodings.{module.name}")

    code_version.release_version()
    code_version.gate_version()
    for source in registry().values():
        code_version.parser_version(source)


def base() -> Path:
    """Where a campaign works: memory if there is enough of it, else the system's temporary folder."""
    memory = Path("/dev/shm")  # noqa: S108
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOMY
    folder = Path(tempfile.mkdtemp(prefix="vigil-faults-", dir=memory if roomy else None))
    folder.chmod(0o711)  # some faults are played by a user without rights
    return folder


@contextmanager
def publisher(samples: Path) -> Iterator[str]:
    """Serves a folder of samples from a process of its own; yields the address."""
    from sources.fetching.sample_server import serve

    said, says = os.pipe()

    def live() -> None:
        import signal

        with serve(samples=samples) as address:
            os.write(says, address.encode() + b"\n")
            signal.pause()

    child = Child(live, name="publisher")
    os.close(says)
    try:
        with os.fdopen(said) as answer:
            yield answer.readline().strip()
    finally:
        child.kill()
        child.wait()


@dataclass(frozen=True)
class World:
    """What all faults of a campaign share."""

    folder: Path
    first: str
    both: str
    samples: Path
    changes: dict[str, int]
    seconds: dict[str, float]
    reference: dict[str, Any]
    records: list[str]

    def template(self, name: str) -> Path:
        return self.folder / "templates" / name

    def copy(self, name: str, home: Path) -> Path:
        """A prepared home, at `home`."""
        home.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.template(name), home, symlinks=True)
        return home


def without_docs() -> None:
    """Has Great Expectations write no pages in this process: they take longer than all checks."""
    from expectations.runner import Session

    Session.build_docs = lambda self, where: where  # type: ignore[method-assign]


def source_steps(home: str, source_id: str, address: str, run_id: str = "by-fault") -> dict[str, Any]:
    """A source's DAG; what `promote` says."""
    from pipeline.fetching import fetch_source
    from pipeline.parsing import parse_snapshot
    from pipeline.promotion import promote_source
    from pipeline.validation import validate_source

    for unit in fetch_source(home, source_id, publisher=address):
        parse_snapshot(home, source_id, unit)
    validate_source(home, source_id, run_id)
    return promote_source(home, source_id)


def all_sources(home: str, address: str) -> dict[str, Any]:
    return {source_id: source_steps(home, source_id, address) for source_id in SOURCES}


def release_steps(home: str, *, checked: bool = True, run_id: str = "by-fault") -> dict[str, Any] | None:
    """The release DAG; what `publish` says, None if nothing has changed. Without the checks if not `checked`:
    they change no table but `quality`."""
    from pipeline.releasing import build_history, build_models, publish_release, validate_release

    begun = build_history(home)
    if begun is None:
        return None
    build_models(home, begun)
    if checked:
        validate_release(home, begun, run_id)
    return publish_release(home, begun)


def publish(home: str, work: Any) -> Any:
    from pipeline.releasing import publish_release

    return publish_release(home, work)


def clean(home: str) -> Any:
    """What the start of a run removes."""
    from pipeline.upkeep import clean_home

    return clean_home(home)


def whole_run(home: str, address: str, *, checked: bool = True) -> dict[str, Any] | None:
    """What `vigil run` does, without Airflow."""
    clean(home)
    all_sources(home, address)
    return release_steps(home, checked=checked)


# What a home holds, for comparing ------------------------------------------------------------------------


def newest(home: Path) -> str | None:
    """The release that `latest.json` names."""
    path = home / "releases" / "latest.json"
    return str(json.loads(path.read_bytes())["release"]) if path.exists() else None


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tables(home: Path, release: str | None = None) -> dict[str, str]:
    """The Parquet files of a release that say nothing of when it was made, with their hashes."""
    folder = home / "releases" / (release or newest(home) or "none") / "parquet"
    return {
        name: digest(path)
        for path in sorted(folder.rglob("*.parquet"))
        if (name := str(path.relative_to(folder))).split("/", maxsplit=1)[0].removesuffix(".parquet")
        not in _TIMES_AND_RUNS
    }


def promoted(home: Path) -> dict[str, Any]:
    """What is promoted of each source: its good snapshots, and whether it is held."""
    found = {}
    for path in sorted((home / "state").glob("*.json")):
        state = json.loads(path.read_bytes())
        if isinstance(state, dict) and "units" in state:
            found[path.stem] = {
                "units": [unit["unit_id"] for unit in state["units"] if not unit["held"]],
                "held": bool(state.get("held")),
            }
    return {source_id: found[source_id] for source_id in SOURCES if source_id in found}


def kept(home: Path) -> dict[str, str]:
    """What may never be lost: raw objects, the fetch log, releases, decisions about people; with hashes."""
    return {
        str(path.relative_to(home)): digest(path)
        for room in ("raw/objects", "raw/log", "releases", "suppressions.yml", "decisions.csv")
        for path in ([home / room] if (home / room).is_file() else sorted((home / room).rglob("*")))
        if path.is_file() and path.name not in {"latest.json", "index.json"}
    }


def lost(before: dict[str, str], home: Path) -> list[str]:
    """Which of these files are not there or hold something else. A log may grow."""
    wrong = []
    for name, was in before.items():
        path = home / name
        if not path.is_file() or (digest(path) != was and not name.startswith("raw/log")):
            wrong.append(name)
    return wrong


def half_visible(home: Path) -> str | None:
    """What a reader would see of a release that is not whole, in one line; None if there is nothing."""
    try:
        release = newest(home)
    except (ValueError, KeyError, TypeError) as error:
        return f"latest.json cannot be read: {error}"
    if release is None:
        return None
    folder = home / "releases" / release
    sums = folder / "SHA256SUMS"
    if not (folder / "manifest.json").is_file() or not sums.is_file():
        return f"latest.json names {release}, which has no manifest or sums"
    for line in sums.read_text("utf-8").splitlines():
        wanted, _, name = line.partition("  ")
        if not (folder / name).is_file() or digest(folder / name) != wanted:
            return f"{release}/{name} is not what SHA256SUMS says"
    for other in sorted((home / "releases").iterdir()):
        if other.is_dir() and not (other / "manifest.json").exists() and other.stat().st_mode & 0o077:
            return f"{other.name} is not whole and can be read by others"
    return None


LEFT_BEHIND = ("*.part", "*.tmp", ".probe*", "*.wal")


def leftovers(home: Path) -> list[str]:
    """Files of work that was broken off, and releases without a manifest."""
    found = [path for pattern in LEFT_BEHIND for path in home.rglob(pattern)]
    found += (home / "staging" / "release").glob("*")
    releases = home / "releases"
    found += [
        path
        for path in (releases.iterdir() if releases.is_dir() else ())
        if path.is_dir() and not (path / "manifest.json").is_file()
    ]
    return sorted(str(path.relative_to(home)) for path in found)


# The templates -------------------------------------------------------------------------------------------


def _samples(folder: Path, days: dict[str, int]) -> Path:
    for source_id in FETCHED:
        for day in sorted((samples(source_id)).iterdir())[: days.get(source_id, 1)]:
            shutil.copytree(day, folder / source_id / day.name)
    return folder


def _must(ended: Ended) -> Any:
    if not ended.done:
        raise RuntimeError(f"the undisturbed run fails: {ended.error}\n{ended.output}")
    return ended.value


def _measured(folder: Path, name: str, function: Callable[[], Any], world: dict[str, Any]) -> None:
    """Runs a step in a child, noting how many changes it makes and how long it takes."""
    from tests.faults.processes import count_changes

    def step() -> int:
        made = 0

        def act(number: int, _: str) -> None:
            nonlocal made
            made = number

        count_changes(folder / "home", act)
        function()
        return made

    ended = run(step)
    world["changes"][name] = _must(ended)
    world["seconds"][name] = ended.seconds


@contextmanager
def world() -> Iterator[World]:
    """Prepares the homes and serves the samples; removes all at the end."""
    folder = base()
    days = dict.fromkeys(FETCHED, 2) | SECOND
    first, both = _samples(folder / "first", dict(SOURCES)), _samples(folder / "both", days)
    try:
        with publisher(first) as one, publisher(both) as two:
            yield _prepare(folder, one, two, both)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path, first: str, both: str, samples: Path) -> World:
    from pipeline.fetching import fetch_source
    from pipeline.parsing import parse_snapshot
    from pipeline.promotion import promote_source
    from pipeline.releasing import build_history, build_models, publish_release, validate_release
    from pipeline.validation import validate_source

    made: dict[str, Any] = {"changes": {}, "seconds": {}}
    home = folder / "home"
    at = str(home)

    def keep(name: str) -> None:
        shutil.copytree(home, folder / "templates" / name, symlinks=True)

    _must(run(lambda: whole_run(at, first)))
    keep("first")
    for source_id in SOURCES:
        waiting = folder / "waiting"

        def fetch(source_id: str = source_id, waiting: Path = waiting) -> None:
            waiting.write_text(json.dumps(fetch_source(at, source_id, publisher=both)))

        def parse(source_id: str = source_id, waiting: Path = waiting) -> None:
            for unit in json.loads(waiting.read_text()):
                parse_snapshot(at, source_id, unit)

        _measured(folder, f"fetch {source_id}", fetch, made)
        _measured(folder, f"parse {source_id}", parse, made)
        _measured(
            folder, f"validate {source_id}", lambda s=source_id: validate_source(at, s, "by-fault"), made
        )
        _measured(folder, f"promote {source_id}", lambda s=source_id: promote_source(at, s), made)
    keep("second")
    begun = folder / "begun"
    _measured(folder, "history", lambda: begun.write_text(json.dumps(build_history(at))), made)
    work = json.loads(begun.read_text())
    keep("history")
    _measured(folder, "models", lambda: build_models(at, work), made)
    keep("models")
    _measured(folder, "validate_release", lambda: validate_release(at, work, "by-fault"), made)
    keep("work")
    _measured(folder, "publish", lambda: publish_release(at, work), made)
    keep("done")
    reference: dict[str, Any] = {"tables": tables(home), "promoted": promoted(home), "work": work}
    shutil.rmtree(home)
    shutil.copytree(folder / "templates" / "first", home)
    from tests.faults.commands import command, records

    listed = _must(run(lambda: records(home)))
    _must(run(lambda: command(home, "suppress", listed[-1], "--reason", "risk")))
    _must(run(lambda: whole_run(at, first)))
    fetched = run(lambda: all_sources(at, both))
    _must(fetched)
    (home / "decisions.csv").write_text(DECISIONS, "utf-8")
    keep("arming")
    _must(run(lambda: whole_run(at, both, checked=False)))
    keep("armed")
    reference |= {"armed": tables(home), "peak": fetched.peak}
    shutil.rmtree(home)
    return World(folder, first, both, samples, made["changes"], made["seconds"], reference, listed)
