"""`vigil verify`, `vigil diff` and `vigil key`: releases, their changes and their signatures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from vigil.commands.homes import existing_home
from vigil.commands.options import DEFAULT_HOME, HomeOption
from vigil.commands.output import Refused, err, print_line, show_rows
from vigil.printing import Format

if TYPE_CHECKING:
    from storage.home import Home


def verify(
    release: Annotated[
        str | None, typer.Argument(help="A release's id, or the folder of any; the latest if not given.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(metavar="PUBLIC", help="The public key that must have signed it: a file, or its text."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Check a release: signature, checksums, one truth in all its files; no suppressed record in it."""
    from upath import UPath

    from pipeline.code_version import release_version
    from sources.registry import registry
    from storage.home import Home
    from warehouse.privacy import suppression
    from warehouse.release import signing, verification
    from warehouse.release.reader import find, read_release_folder

    root = Home.at(str(home))
    elsewhere = _folder_elsewhere(root, release)
    found = read_release_folder(UPath(elsewhere)) if elsewhere else find(root, release and Path(release).name)
    trusted = [] if elsewhere else signing.trusted_keys(root)
    keys = [signing.given_key(key)] if key is not None else trusted or None
    suppressed = None if elsewhere else suppression.read_suppressions(root, registry())
    problems = verification.verify(found, suppressed, keys=keys, code=release_version())
    if not elsewhere:
        problems += verification.verify_pointer(root)
    for problem in problems:
        line = " ".join(problem.split())  # a file's name may hold line breaks
        err.print(f"[red]wrong[/] {escape(line)}", highlight=False)
    if problems:
        raise Refused(f"release {found.id} is not whole: {len(problems)} problems")
    rows = sum(table["rows"] for table in found.manifest["tables"].values())
    print_line(f"release {found.id} is whole: {len(found.manifest['tables'])} tables, {rows:,} rows")
    signer = signing.fingerprint(signing.signer_key(found.folder))
    if keys is None:
        print_line(f"signed with key {signer}, not checked against a known key: use --key PUBLIC")
    else:
        print_line(f"signed with key {signer}, {'the one given' if key is not None else 'of this home'}")
    if found.manifest["previous"] and verification.previous_folder(found) is None:
        print_line(f"not held against its changes: release {found.manifest['previous']} is not beside it")


def _folder_elsewhere(home: Home, release: str | None) -> Path | None:
    """The folder that `release` names, if it is one outside the home; None if it is a release of the home."""
    from storage.files import list_names

    if release is None or release in list_names(home.releases):
        return None
    folder = Path(release).absolute()
    if not folder.is_dir() or folder.parent.resolve() == Path(home.releases.path).resolve():
        return None
    return folder


def diff(older: str, newer: str, home: HomeOption = DEFAULT_HOME) -> None:
    """What changed between two releases, by table."""
    from storage.home import Home
    from warehouse.release import reader

    root = Home.at(str(home))
    counts = reader.diff(root, reader.find(root, older), reader.find(root, newer))
    rows = [(table, *(c[kind] for kind in ("added", "changed", "removed"))) for table, c in counts.items()]
    show_rows(["table", "added", "changed", "removed"], [row for row in rows if any(row[1:])], Format.table)


def key(
    new: Annotated[
        bool, typer.Option("--new", help="Replace the key; what the one before signed stays valid here.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """The public key that a home signs its releases with: for readers, who give it to verify --key."""
    from warehouse.release import signing

    root = existing_home(home)
    public = (signing.renew_key(root) if new else signing.signing_key(root)).public_key()
    sys.stdout.write(signing.public_pem(public).decode())
    err.print(f"fingerprint {signing.fingerprint(public)}", markup=False, highlight=False)
