"""One file of a home or release is emptied, truncated, changed, replaced, linked, made unreadable, exchanged
or removed, or a file is added; or a release is changed with all its checksums, and signed by someone else.
`vigil verify` must name the change. A run on a changed home must make the release of an undisturbed run, or
hold the source, or refuse in one line. With the file restored it must continue."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.faults import homes
from tests.faults.commands import command
from tests.faults.homes import World
from tests.faults.outcomes import (
    Failure,
    Fault,
    check_clear,
    check_command,
    check_done,
    check_kept,
    check_tidy,
    check_visible,
)
from tests.faults.processes import Ended, run
from tests.privileges import heed_modes

DEEP = 100_000

Act = Callable[[Path, Random], None]


def _write(data: Callable[[bytes, Random], bytes]) -> Act:
    def act(path: Path, rng: Random) -> None:
        path.write_bytes(data(path.read_bytes(), rng))

    return act


def _flip(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data or b"\0")
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _folder(path: Path, rng: Random) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path, rng: Random) -> None:
    """A link to the same content elsewhere."""
    target = path.parents[len(path.parts) - 5] / f"elsewhere-{path.name}"
    shutil.move(path, target)
    path.symlink_to(target)


def _dead_link(path: Path, rng: Random) -> None:
    path.unlink()
    path.symlink_to("/nowhere/at/all")


def _loop(path: Path, rng: Random) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _fifo(path: Path, rng: Random) -> None:
    path.unlink()
    os.mkfifo(path)


def _exchange(path: Path, rng: Random) -> None:
    """With another file of its folder, or of the folder above."""
    others = [each for each in sorted(path.parent.iterdir()) if each.is_file() and each != path]
    if not others:
        others = [
            each
            for each in sorted(path.parents[1].rglob(f"*{path.suffix}"))
            if each.is_file() and each != path
        ]
    if others:
        other = rng.choice(others)
        mine, theirs = path.read_bytes(), other.read_bytes()
        path.write_bytes(theirs)
        other.write_bytes(mine)


ACTS: dict[str, Act] = {
    "emptied": _write(lambda data, rng: b""),
    "cut in half": _write(lambda data, rng: data[: len(data) // 2]),
    "cut by a byte": _write(lambda data, rng: data[:-1]),
    "one bit changed": _write(_flip),
    "with bytes added": _write(lambda data, rng: data + rng.randbytes(20)),
    "random bytes": _write(lambda data, rng: rng.randbytes(len(data) or 1)),
    "zero bytes": _write(lambda data, rng: bytes(len(data) or 1)),
    "[]": _write(lambda data, rng: b"[]"),
    "{}": _write(lambda data, rng: b"{}"),
    "null": _write(lambda data, rng: b"null"),
    "a number": _write(lambda data, rng: b"1" * 5000),
    "nested deep": _write(lambda data, rng: b"[" * DEEP),
    "nested deep and closed": _write(lambda data, rng: b'{"a":' * DEEP + b"1" + b"}" * DEEP),
    "not UTF-8": _write(lambda data, rng: b'{"\xff\xfe": "\xc3"}'),
    "a folder": _folder,
    "a link": _link,
    "a dead link": _dead_link,
    "a link to itself": _loop,
    "a pipe": _fifo,
    "removed": lambda path, rng: path.unlink(),
    "exchanged": _exchange,
    "unreadable": lambda path, rng: path.chmod(0),
}

SPARED = re.compile(r"\.lock$|^runs/|^raw/incoming/|/\.gitkeep$")
"""Files that hold nothing."""


def draw(rng: Random) -> Fault:
    part = rng.random()
    if part < 0.08:
        return _forged(rng)
    if part < 0.5:
        return _release(rng)
    return _home(rng)


def kind(name: str) -> str:
    """What kind of file a path below a home is: without hashes, ids and times."""
    parts = name.split("/")
    if parts[0] == "releases" and len(parts) > 3:
        return f"release {parts[2]}"
    if parts[0] == "releases":
        return f"release {parts[-1]}"
    if parts[:2] == ["raw", "objects"]:
        return "raw object"
    if parts[:2] == ["raw", "log"]:
        return "fetch log"
    if parts[0] == "staging":
        return (
            f"staged {re.sub(r'^[.]?gate-.*', 'gate', parts[-1])}"
            if "gate" in parts[-1]
            else f"staged {Path(name).suffix}"
        )
    return f"{parts[0]} {Path(name).suffix}" if len(parts) > 1 else name


def chosen_file(home: Path, rng: Random, *, release: bool) -> str:
    """A file of a home, each kind as often as the others: of the newest release, or of all else and the
    pointer."""
    newest = homes.newest(home)
    kinds: dict[str, list[str]] = {}
    for path in sorted(home.rglob("*")):
        name = str(path.relative_to(home))
        if not path.is_file() or SPARED.search(name):
            continue
        in_newest = name.startswith(f"releases/{newest}/")
        if in_newest if release else not name.startswith("releases/") or name == "releases/latest.json":
            kinds.setdefault(kind(name), []).append(name)
    return rng.choice(kinds[rng.choice(sorted(kinds))])


# A release ------------------------------------------------------------------------------------------------


def _release(rng: Random) -> Fault:
    act = rng.choice([*ACTS, "added", "that of another release"])
    seed = rng.random()

    def play(world: World, folder: Path) -> str:
        home = world.copy("armed", folder / "home")
        luck = Random(seed)  # noqa: S311
        name = chosen_file(home, luck, release=True)
        path = home / name
        before = _state(path)
        if act == "added":
            path = path.with_name(luck.choice((f"{path.name}~", ".hidden", f"more{path.suffix}")))
            path.write_bytes(b"more")
        elif act == "that of another release":
            other = next(each for each in sorted((home / "releases").iterdir()) if each.is_dir())
            there = other / path.relative_to(home / "releases" / str(homes.newest(home)))
            if not there.is_file():
                return "unaffected"
            path.write_bytes(there.read_bytes())
        else:
            ACTS[act](path, luck)
        ended = run(lambda: command(home, "verify"), before=heed_modes if act == "unreadable" else None)
        check_command(ended)
        changed = act == "added" or _state(path) != before
        if changed and ended.status == 0:
            raise Failure("believed", f"verify takes {name} for whole")
        if changed and path.name not in ended.output and act not in {"exchanged"}:
            raise Failure("unclear", f"verify does not name {path.name}: {ended.output[-300:]}")
        if not changed and ended.status:
            raise Failure("unclear", f"verify refuses what was not changed: {ended.output[-300:]}")
        asked = run(lambda: command(home, "query", "SELECT count(*) FROM current_prisoners"))
        check_command(asked)
        return "refused" if changed else "unaffected"

    return Fault(f"a file of a release, drawn by {seed:.6f}, {act}", play)


def _state(path: Path) -> tuple[Any, ...]:
    """What a file is: its kind, its mode and its content."""
    if not path.is_symlink() and path.is_file():
        return "file", path.stat().st_mode & 0o400, hashlib.sha256(path.read_bytes()).hexdigest()
    return ("gone" if not os.path.lexists(path) else "other",)


def _forged(rng: Random) -> Fault:
    what = rng.choice(("a line", "a manifest", "a file", "another key"))
    part = rng.random()

    def play(world: World, folder: Path) -> str:
        home = world.copy("armed", folder / "home")
        release = home / "releases" / str(homes.newest(home))
        key = (release / "public_key.pem").read_text("utf-8")
        manifest = json.loads((release / "manifest.json").read_bytes())
        if what == "a line":
            with (release / "LICENSES.md").open("a", encoding="utf-8") as file:
                file.write("All of it is free for any use.\n")
        elif what == "a manifest":
            manifest["previous"] = None if part < 0.5 else manifest["release"]
        elif what == "a file":
            shutil.copy(release / "parquet" / "prisoners.parquet", release / "parquet" / "more.parquet")
        _seal(release, manifest)
        if what == "another key":
            check_done(run(lambda: _sign_anew(release)), "signing")
        given = run(lambda: command(home, "verify", "--key", key.strip().splitlines()[1]))
        check_command(given)
        if given.status == 0:
            raise Failure("believed", f"verify --key takes a release forged in {what} for whole")
        alone = run(lambda: command(home, "verify"))
        check_command(alone)
        if alone.status == 0:
            raise Failure("believed", f"verify takes a release forged in {what} for its home's own")
        return "refused"

    return Fault(f"a release forged in {what}, with its checksums", play)


def _seal(release: Path, manifest: dict[str, Any]) -> None:
    """Makes manifest and checksums agree with the files, as who has no key can."""
    for listed in _listings(manifest):
        for name, entry in listed.items():
            if isinstance(entry, dict) and "sha256" in entry and (release / name).is_file():
                entry.update(sha256=homes.digest(release / name), bytes=(release / name).stat().st_size)
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (release / "manifest.json").write_text(f"{text}\n", "utf-8")
    lines = [
        f"{homes.digest(path)}  {path.relative_to(release)}\n"
        for path in sorted(release.rglob("*"))
        if path.is_file() and path.name not in {"SHA256SUMS"}
    ]
    (release / "SHA256SUMS").write_text(
        "".join(sorted(lines, key=lambda line: line.partition("  ")[2])), "utf-8"
    )


def _listings(value: Any) -> list[dict[str, Any]]:
    found = []
    if isinstance(value, dict):
        if isinstance(value.get("files"), dict):
            found.append(value["files"])
        for each in value.values():
            found += _listings(each)
    return found


def _sign_anew(release: Path) -> None:
    """Signs with another key, and puts that into the release."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from warehouse.release.signing import public_pem

    key = Ed25519PrivateKey.generate()
    (release / "public_key.pem").write_bytes(public_pem(key.public_key()))
    manifest = json.loads((release / "manifest.json").read_bytes())
    _seal(release, manifest)
    (release / "manifest.sig").write_bytes(key.sign((release / "manifest.json").read_bytes()))
    _seal(release, manifest)


# A home ---------------------------------------------------------------------------------------------------


def _home(rng: Random) -> Fault:
    act = rng.choice(list(ACTS))
    previous = rng.random() < 0.2
    put_back = rng.random() < 0.4
    seed = rng.random()

    def play(world: World, folder: Path) -> str:
        home = world.copy("arming", folder / "home")
        luck = Random(seed)  # noqa: S311
        name = chosen_file(home, luck, release=previous)
        path = home / name
        original = path.read_bytes()
        before = {each: found for each, found in homes.kept(home).items() if each != name}
        ACTS[act](path, luck)
        if act == "exchanged":
            before = {each: found for each, found in before.items() if homes.digest(home / each) == found}
        as_user = heed_modes if act == "unreadable" else None
        ended = run(lambda: homes.whole_run(str(home), world.both, checked=False), before=as_user)
        try:
            outcome = _judged(world, home, name, ended)
        except Failure as failure:
            raise Failure(failure.kind, f"{name}: {failure.detail}") from failure
        check_kept(before, home)
        if put_back and outcome == "refused" and act != "exchanged":
            _put_back(path, original)
            finished = run(lambda: homes.whole_run(str(home), world.both, checked=False), before=as_user)
            check_done(finished, f"the next run, with {name} back in its place,")
            if homes.tables(home) != world.reference["armed"]:
                raise Failure("lost", f"with {name} back in its place the release is another")
            check_tidy(home)
            return "recovered"
        return outcome

    where = "a file of the release before" if previous else "a file of a home"
    return Fault(f"{where}, drawn by {seed:.6f}, {act}", play)


def _judged(world: World, home: Path, name: str, ended: Ended) -> str:
    """What became of a run on a tampered home."""
    check_clear(ended)
    if name not in {"releases/latest.json"} and not name.startswith("releases/"):
        check_visible(home)
    if not ended.done:
        return "refused"
    found, wanted = homes.tables(home), world.reference["armed"]
    if found == wanted:
        return "healed"
    held = [source_id for source_id, state in homes.promoted(home).items() if state["held"]]
    if not held:
        wrong = sorted(each for each in wanted.keys() | found.keys() if wanted.get(each) != found.get(each))
        raise Failure("believed", f"a release of other rows, no source held: {', '.join(wrong[:5])}")
    return "refused"


def _put_back(path: Path, data: bytes) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    elif os.path.lexists(path):
        path.unlink()
    path.write_bytes(data)
    path.chmod(0o600)
