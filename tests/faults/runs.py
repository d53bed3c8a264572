"""`vigil run`, including its Airflow, is ended by a signal at any time. None of its processes may remain, its
lock must be free, and a reader must see a complete release or none. The next `vigil run` must make a release
from what was fetched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.faults import homes
from tests.faults.homes import World
from tests.faults.outcomes import Failure, Fault, check_kept, check_tidy, check_visible

SIGNALS = (signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, signal.SIGINT)
ENDED_WITHIN = 30
"""Seconds after which nothing of an ended run may be at work."""

LONGEST = 400
SOURCE = "un_sc"


def draw(rng: Random) -> Fault:
    number = rng.choice(SIGNALS)
    seconds = rng.uniform(1, 45)
    twice = number == signal.SIGINT and rng.random() < 0.5

    def play(world: World, folder: Path) -> str:
        home, mirror = folder / "home", folder / "mirror"
        shutil.copytree(world.samples / SOURCE, mirror / SOURCE)
        with _vigil(home, mirror) as first:
            time.sleep(seconds)
            before = homes.kept(home)
            first.send_signal(number)
            if twice:
                time.sleep(0.3)
                first.send_signal(number)
            output = _ended(first, number)
        _check_alone(home)
        check_visible(home)
        check_kept(before, home)
        if number != signal.SIGKILL and first.returncode and "Traceback" in output:
            raise Failure("unclear", output[-500:])
        with _vigil(home, mirror) as again:
            output, _ = again.communicate(timeout=LONGEST)
        if again.returncode:
            raise Failure("lost", f"the next run fails: {' | '.join(output.splitlines()[-8:])[:900]}")
        _check_alone(home)
        check_visible(home)
        check_tidy(home)
        _check_own(world, home)
        return "recovered"

    name = f"{number.name} twice" if twice else number.name
    return Fault(f"{name} to vigil run after {seconds:.1f} s", play)


@contextmanager
def _vigil(home: Path, mirror: Path) -> Iterator[subprocess.Popen[str]]:
    """`vigil run`, which is killed if the block ends before it."""
    words = ["run", "--mirror", str(mirror), "--source", SOURCE, "--home", str(home)]
    process = subprocess.Popen(
        [sys.executable, "-c", "from vigil.cli import main; main()", *words],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=_heed_signals,  # noqa: PLW1509  no thread is here
        env={name: text for name, text in os.environ.items() if not name.startswith("VIGIL_")},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _heed_signals() -> None:
    """For a child: no signal is ignored, as it is in what `nohup` or a shell in the background started."""
    for number in SIGNALS:
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)


def _ended(process: subprocess.Popen[str], number: signal.Signals) -> str:
    try:
        output, _ = process.communicate(timeout=ENDED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Failure("orphan", f"vigil run is still there {ENDED_WITHIN} s after {number.name}") from None
    return output


def at_work(home: Path) -> list[str]:
    """The processes whose command or environment names a home, in words."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            named = str(home) in command or os.fsencode(home) in (folder / "environ").read_bytes()
        except OSError:  # it has ended
            continue
        if named and command:
            found.append(f"{folder.name} {command[:100]}")
    return found


def _check_alone(home: Path) -> None:
    until = time.monotonic() + ENDED_WITHIN
    while left := at_work(home):
        if time.monotonic() > until:
            for each in left:
                os.kill(int(each.split()[0]), signal.SIGKILL)
            raise Failure("orphan", f"{len(left)} processes are still at work: {left[0]}")
        time.sleep(0.25)


def _check_own(world: World, home: Path) -> None:
    """The newest release holds what the last run promoted."""
    state = json.loads((home / "state" / f"{SOURCE}.json").read_bytes())
    promoted = {unit["unit_id"] for unit in state["units"] if not unit["held"]}
    manifest = json.loads((home / "releases" / str(homes.newest(home)) / "manifest.json").read_bytes())
    released = {unit["unit_id"] for unit in manifest["sources"][SOURCE]["units"]}
    if released != promoted:
        raise Failure("mixed", f"the release holds {sorted(released)}, promoted are {sorted(promoted)}")
