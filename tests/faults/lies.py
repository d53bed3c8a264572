"""A publisher's answer is truncated, slow, endless, compressed twice, redirected, or differs from its
headers, and the steps process what came. Only the publisher's file may be archived as a file, and nothing
else may be promoted. The release must stay complete, and the source must be right once the publisher answers
correctly. Other false answers direct a live fetch to an address outside the public internet: it must not be
requested."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.faults import homes
from tests.faults.homes import FETCHED, SOURCES, World
from tests.faults.liar import CONTENT, DEADLINE, PATIENCE, WIRE, faultless, head, liar
from tests.faults.outcomes import (
    Failure,
    Fault,
    check_clear,
    check_done,
    check_kept,
    check_promoted,
    check_tidy,
    check_visible,
)
from tests.faults.processes import Ended, run

REQUESTS = {"un_sc": 1, "by_viasna": 3, "rss": 3, "gdelt": 6, "ru_memorial": 4, "gdelt_doc": 2}
"""Of how many of a source's requests one is chosen to be lied about."""

TRIES = 5
MOST_SECONDS = TRIES * (DEADLINE + PATIENCE) * 2 + 15
MOST_MEMORY = 250 << 20
"""Bytes that a fetch may take beside what the process has."""


def draw(rng: Random) -> Fault:
    part = rng.random()
    if part < 0.12:
        return _guarded(rng)
    if part < 0.32:
        name = rng.choice(list(CONTENT))
        return _lied(
            rng, f"{name} in a faultless answer", faultless(CONTENT[name]), rng.choice(list(SOURCES))
        )
    name = rng.choice(list(WIRE))
    return _lied(rng, name, WIRE[name], rng.choice(FETCHED))


def _lied(rng: Random, name: str, lie: Any, source_id: str) -> Fault:
    chosen = rng.randrange(REQUESTS[source_id])
    once = rng.random() < 0.25
    again = rng.random() < 0.3
    seed = str(rng.random())

    def play(world: World, folder: Path) -> str:
        home = world.copy("first", folder / "home")
        before = homes.kept(home)
        day = sorted(path.name for path in (world.samples / source_id).iterdir())[-1]
        marker = folder / "lied"
        with liar(world.both, day, chosen, lie, marker, once=once, seed=seed) as address:
            ended = run(
                lambda: fetch_and_promote(home, source_id, address), before=impatient, limit=MOST_SECONDS + 60
            )
        _check_bounds(ended, world)
        check_clear(ended)
        if not ended.done:
            raise Failure("unclear", f"the fetch ends with an exception: {ended.error}")
        check_kept(before, home)
        check_visible(home)
        named = None if name.endswith("faultless answer") else name
        _check_true(world, home, source_id, day, named)
        if source_id in SOURCES:
            _check_promoted_true(world, home, source_id)
        if again and source_id in SOURCES:
            check_done(run(lambda: homes.source_steps(str(home), source_id, world.both)), "an honest fetch")
            check_promoted(world, home, source_id)
        run(lambda: homes.clean(str(home)))
        check_tidy(home)
        if not marker.exists() or _is_as_wanted(world, home, source_id):
            return "unaffected" if not again else "recovered"
        return "recovered" if again else "refused"

    how = "once" if once else "each time"
    return Fault(f"{source_id}, request {chosen}: {name}, {how}", play)


def impatient() -> None:
    """Has the fetcher of this process wait a moment where it would wait for minutes."""
    from pipeline import workspace
    from sources.fetching import fetcher
    from sources.fetching.http import client

    entries = {
        source_id: source.model_copy(update={"deadline": timedelta(seconds=DEADLINE)})
        for source_id, source in workspace.registry().items()
    }
    workspace.registry = lambda: entries
    fetcher.make_client = partial(client.make_client, timeout=PATIENCE)
    for function in (fetcher.fetch_batch, fetcher.replay_samples):
        function.__kwdefaults__["sleep"] = lambda seconds: None


def fetch_and_promote(home: Path, source_id: str, address: str) -> Any:
    from pipeline.fetching import fetch_source

    if source_id in SOURCES:
        return homes.source_steps(str(home), source_id, address)
    return fetch_source(str(home), source_id, publisher=address)


def _check_bounds(ended: Ended, world: World) -> None:
    if ended.seconds > MOST_SECONDS:
        raise Failure("unbounded", f"took {ended.seconds:.0f} s")
    grown = ended.peak - world.reference["peak"]
    if grown > MOST_MEMORY:
        raise Failure("unbounded", f"took {grown / 1e6:.0f} MB more than an honest fetch")


def _entries(home: Path, source_id: str, day: str) -> list[dict[str, Any]]:
    path = home / "raw" / "log" / source_id / f"{day}T000000Z.json"
    if not path.is_file():
        raise Failure("lost", f"nothing was logged for {source_id} on {day}")
    return list(json.loads(path.read_bytes())["entries"])


def _check_true(world: World, home: Path, source_id: str, day: str, lie: str | None) -> None:
    """Every file that came is the publisher's, and every one that did not has a reason."""
    for entry in _entries(home, source_id, day):
        if entry["outcome"] == "failed":
            if not (entry["error"] or "").strip() or "\n" in entry["error"]:
                raise Failure(
                    "unclear", f"{entry['file']} failed without a line that says why: {entry['error']!r}"
                )
            continue
        truth = world.samples / source_id / day / entry["file"]
        if lie and entry["role"] != "listing" and truth.is_file() and homes.digest(truth) != entry["sha256"]:
            raise Failure("believed", f"{entry['file']} is not the publisher's ({lie})")
        if not (home / "raw" / "objects" / entry["sha256"][:2] / entry["sha256"]).is_file():
            raise Failure("lost", f"{entry['file']} is logged and not in the archive")


def _check_promoted_true(world: World, home: Path, source_id: str) -> None:
    """What is promoted of a whole list is what an honest publisher gave."""
    if source_id == "rss":  # a feed is as good as the files that came
        return
    found = homes.promoted(home).get(source_id, {"units": []})
    honest = world.reference["promoted"][source_id]["units"]
    if wrong := [unit for unit in found["units"] if unit not in honest]:
        raise Failure("believed", f"the snapshot {wrong[0]} of {source_id} is promoted")


def _is_as_wanted(world: World, home: Path, source_id: str) -> bool:
    return homes.promoted(home).get(source_id) == world.reference["promoted"].get(source_id)


# Addresses that are not of the public internet -----------------------------------------------------------

PUBLIC = "93.184.215.14"
FORBIDDEN = (
    "http://127.0.0.1:{port}/list.xml",
    "http://localhost:{port}/list.xml",
    "http://[::1]:{port}/list.xml",
    "http://0.0.0.0:{port}/list.xml",
    "http://0:{port}/list.xml",
    "http://127.1:{port}/list.xml",
    "http://0x7f000001:{port}/list.xml",
    "http://2130706433:{port}/list.xml",
    "http://017700000001:{port}/list.xml",
    "http://[::ffff:127.0.0.1]:{port}/list.xml",
    "http://[::ffff:7f00:1]:{port}/list.xml",
    "http://[64:ff9b::7f00:1]:{port}/list.xml",
    "http://[2002:7f00:1::]:{port}/list.xml",
    "http://10.0.0.1:{port}/list.xml",
    "http://172.16.0.1:{port}/list.xml",
    "http://192.168.0.1:{port}/list.xml",
    "http://100.64.0.1:{port}/list.xml",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]:{port}/list.xml",
    "http://[fd00::1]:{port}/list.xml",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://224.0.0.1:{port}/list.xml",
    "http://255.255.255.255:{port}/list.xml",
    "http://private.example:{port}/list.xml",
    "http://both.example:{port}/list.xml",
    "http://user:pw@public.example/list.xml",
    "https://user@public.example/list.xml",
    "file:///etc/passwd",
    "ftp://public.example/list.xml",
    "gopher://public.example/list.xml",
    "data:text/xml,<list/>",
    "//[::1/list.xml",
    "http:///list.xml",
    "http://public.example:99999/list.xml",
    "http://public.example\t.evil/list.xml",
)
"""Addresses that a live fetch must not ask. `private.example` is the name of a private address; of the two
addresses of `both.example` only one is public, and only that may be asked."""


def _guarded(rng: Random) -> Fault:
    wanted = rng.choice(FORBIDDEN)
    way = rng.choice(("configured", "redirected to", "redirected to twice"))
    status = rng.choice((301, 302, 303, 307, 308))

    def play(world: World, folder: Path) -> str:
        ended = run(lambda: _ask(folder, wanted, way, status), limit=60)
        check_done(ended, "a fetch")
        asked, entry = ended.value
        if asked:
            raise Failure("believed", f"{asked[0]} was asked")
        allowed = "both.example" in wanted
        if entry["outcome"] != "failed" and not allowed:
            raise Failure("believed", f"a file came from {wanted}")
        if not allowed and (not entry["error"] or "pw@" in entry["error"]):
            raise Failure("unclear", f"{entry['error']!r}")
        return "unaffected" if allowed else "refused"

    return Fault(f"an address {way}: {wanted!r}", play)


def _ask(folder: Path, wanted: str, way: str, status: int) -> tuple[list[str], dict[str, Any]]:
    """Fetches live; returns which addresses beside public ones were connected to, and what was logged."""
    import httpcore

    from sources.archive.archive import Archive
    from sources.fetching.fetcher import fetch_batch
    from sources.fetching.http.client import make_client
    from sources.fetching.http.network import Network, resolve
    from sources.registry import Source
    from storage.home import Home

    target = wanted.format(port=8080)
    connected: list[str] = []
    hops = ["http://other.example/hop", target] if way == "redirected to twice" else [target]
    answers = [head(f"{status} Found", [("Location", each), ("Content-Length", "0")]) for each in hops]
    answers.append(head("200 OK", [("Content-Length", "7")]) + b"<list/>")

    def resolved(host: str, port: int) -> list[str]:
        known = {"private.example": ["10.1.2.3"], "both.example": ["10.1.2.3", PUBLIC]}
        if host.endswith(".example"):
            return known.get(host, [PUBLIC])
        return resolve(host, port)

    def connect(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        connected.append(address)
        return httpcore.MockStream([answers.pop(0) if answers else b""])

    url = target if way == "configured" else "http://public.example/list.xml"
    if way == "configured":
        answers[:] = answers[-1:]
    source = Source(
        source_id="xx_list", family="sanctions", title="A list", publisher="A publisher", licence="CC0",
        attribution="A publisher", url="https://lists.example/", cadence=timedelta(days=1), cron="0 5 * * *",
        format="none", content="full", files=[{"name": "list.xml", "url": "https://lists.example/list.xml"}],
    )  # fmt: skip
    source = source.model_copy(update={"files": [source.files[0].model_copy(update={"url": url})]})
    archive = Archive(Home.at(str(folder / "home")))
    with make_client(network=Network(resolve=resolved, connect=connect)) as client:
        batch = fetch_batch(
            source,
            archive,
            client=client,
            observed_at=datetime.now(UTC),
            via="live",
            sleep=lambda s: time.sleep(0),
        )
    entry = batch.entries[-1]
    return [each for each in connected if each != PUBLIC], {"outcome": entry.outcome, "error": entry.error}
