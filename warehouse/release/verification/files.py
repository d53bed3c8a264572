"""Whether a release has the files that its manifest lists, as published, and no others."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from upath import UPath

from storage.files import is_local, open_regular, relative_name
from warehouse.release import signing
from warehouse.release.manifest import MANIFEST, SUMS, UNLISTED, Manifest, read_bytes, sums_text

_SUM = re.compile("([0-9a-f]{64})  (.+)")
_FOLDER = "a folder"


def check_files(folder: UPath, manifest: Manifest, data: bytes) -> Iterator[str]:
    """Whether the files that the manifest lists are there, unchanged, and no others."""
    if is_local(folder) and Path(folder.path).is_symlink():
        yield "the folder of the release is a symbolic link"
    present, others = _entries(folder)
    folders = {str(parent) for name in manifest.files for parent in Path(name).parents}
    for name in sorted({*manifest.files, *UNLISTED, *present, *others}):
        listed = name in manifest.files or name in UNLISTED
        if name in others and (listed or name not in folders or others[name] != _FOLDER):
            yield f"{name} is {others[name]}" + ("" if listed else f", and not in {MANIFEST}")
        elif listed and name not in present and name not in others:
            yield f"{name} is missing"
        elif not listed and name in present:
            yield f"{name} is not in {MANIFEST}"
        elif name in manifest.files:
            size, digest = manifest.files[name].bytes, manifest.files[name].sha256
            if present[name].stat().st_size != size or _sha256(present[name]) != digest:
                yield f"{name} is not as published: its SHA-256 is not that of {MANIFEST}"
    if SUMS in present:
        sums = {name: file.sha256 for name, file in manifest.files.items()}
        sums[MANIFEST] = hashlib.sha256(data).hexdigest()
        if signing.SIGNATURE in present:
            sums[signing.SIGNATURE] = _sha256(present[signing.SIGNATURE])
        yield from _verify_sums(present[SUMS], sums)


def _entries(folder: UPath) -> tuple[dict[str, UPath], dict[str, str]]:
    """The regular files in a folder by relative name, and what everything else in it is. Follows no links."""
    if not is_local(folder):
        found = (path for path in folder.rglob("*") if path.is_file())
        return {relative_name(path, folder): path for path in found}, {}
    present: dict[str, UPath] = {}
    others: dict[str, str] = {}
    rest = [Path(folder.path)]
    while rest:
        with os.scandir(rest.pop()) as entries:
            for entry in entries:
                name = os.path.relpath(entry.path, folder.path)
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISREG(mode):
                    present[name] = UPath(entry.path)
                elif stat.S_ISDIR(mode):
                    others[name] = _FOLDER
                    rest.append(Path(entry.path))
                else:
                    others[name] = "a symbolic link" if stat.S_ISLNK(mode) else "neither a file nor a folder"
    return present, others


def _verify_sums(path: UPath, expected: dict[str, str]) -> Iterator[str]:
    """Whether `SHA256SUMS` has the checksum of every file but itself as the manifest has it."""
    data = read_bytes(path)
    lines = data.decode("utf-8", "replace").removesuffix("\n").split("\n")
    read = [_SUM.fullmatch(line) for line in lines]
    if damaged := [number for number, line in enumerate(read, 1) if line is None]:
        yield f"{SUMS} is damaged: line {damaged[0]} is not a checksum and a name"
        return
    sums = {line[2]: line[1] for line in read if line}
    for name in sorted({*sums, *expected}):
        if name not in sums:
            yield f"{name} is not in {SUMS}"
        elif sums[name] != expected.get(name):
            yield f"{name} has another checksum in {SUMS} than in {MANIFEST}"
    if len(sums) < len(lines):
        yield f"{SUMS} is damaged: a file is named more than once"
    elif sums == expected and data != sums_text(expected):
        yield f"{SUMS} is damaged: its lines are not in order, or a line does not end as it should"


def _sha256(path: UPath) -> str:
    digest = hashlib.sha256()
    with open_regular(path) as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
