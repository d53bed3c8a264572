"""The manifest of a release, the pointer to the latest one, and the seal that closes a folder.

`manifest.json` lists every file of a release but itself, its signature and `SHA256SUMS`, which follows from
it. The signature covers the manifest; the manifest covers all other files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

import duckdb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from upath import UPath

from contracts import Contract
from storage.atomic_writes import write_atomic
from storage.files import StorageError, hash_file, open_regular, relative_name
from storage.parquet import parquet_files
from warehouse.release.signing import PUBLIC_KEY, SIGNATURE, public_pem

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
DATAPACKAGE = "datapackage.json"
DATABASE = "vigil.duckdb"
LICENSES = "LICENSES.md"
LATEST = "latest.json"
UNLISTED = (MANIFEST, SIGNATURE, SUMS)
"""The files of a release that its manifest does not list."""

_MOST_BYTES = 256 << 20  # a manifest names every file that was fetched, of news too
_MOST_SHOWN = 200


class DamagedError(Exception):
    """A JSON file is not what it should be. One line that names the file."""


def _moment(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("has no time zone")
    return text


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


ReleaseId = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d{6}Z$")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Fingerprint = Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
Count = Annotated[int, Field(ge=0, lt=1 << 63)]
Moment = Annotated[str, AfterValidator(_moment)]
Day = Annotated[str, AfterValidator(_day)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class File(Strict):
    bytes: Count
    sha256: Sha256


class Table(Strict):
    """A table: its rows, those of its changes by kind, its Parquet files."""

    rows: Count
    changes: dict[Literal["added", "changed", "removed"], Count]
    files: list[str]


class Snapshot(Strict):
    """A snapshot of a source: the files parsed together, by SHA-256, with the size of each in bytes, and the
    gate's verdict."""

    unit_id: str
    observed_at: Moment
    last_seen_at: Moment | None = None
    files: dict[str, Sha256]
    urls: dict[str, str]
    sizes: dict[Sha256, Count]
    came_at: dict[str, Moment]
    verdict: str | None
    held: list[str]


class Source(Strict):
    """The snapshots of a source."""

    code: str
    freshness: str
    note: str | None
    units: list[Snapshot]
    ended_on: Day | None = None


class Tombstone(Strict):
    tombstone_id: str
    source_id: str
    suppressed_on: Day
    reason: str


class Suppressed(Strict):
    """The suppressed records."""

    records: Count
    tombstones: list[Tombstone]
    note: str | None = None


class Expectations(Strict):
    expectations: Count
    failed: Count


class Database(Strict):
    """`vigil.duckdb`: the version of DuckDB that wrote it, and the SHA-256 of its definitions."""

    duckdb: str
    catalog: Sha256


class Manifest(Strict):
    """`manifest.json`. `code` and `fingerprint` are as of `warehouse.release.release_inputs`."""

    release: ReleaseId
    previous: ReleaseId | None
    fingerprint: Fingerprint
    code: str
    sources: dict[str, Source]
    suppressed: Suppressed
    decisions: str | None = None
    tables: dict[str, Table]
    files: dict[str, File]
    database: Database
    quality: dict[str, Expectations]


class Outline(BaseModel):
    """The fields that a manifest has in every version."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, hide_input_in_errors=True)

    release: ReleaseId
    previous: ReleaseId | None
    tables: dict[str, Any]


class Pointer(Strict):
    """`latest.json`. If a person wrote it, the fingerprint may be missing."""

    release: ReleaseId
    fingerprint: Fingerprint | None = None


class Constraints(Strict):
    required: bool
    enum: list[str] | None = None


class PackageField(Strict):
    name: str
    type: str
    description: str
    constraints: Constraints
    unit: str | None = None
    example: str | int | float | bool | list[str] | None = None


class PackageSchema(Strict):
    primary_key: list[str] = Field(alias="primaryKey")
    fields: list[PackageField]


class Resource(Strict):
    name: str
    title: str
    description: str
    path: list[str]
    format: Literal["parquet"]
    contents: PackageSchema = Field(alias="schema")


class Datapackage(Strict):
    """`datapackage.json`, as far as a release uses the form of Frictionless Data."""

    name: Literal["vigil"]
    title: str
    version: ReleaseId
    profile: Literal["data-package"]
    resources: list[Resource]


Model = TypeVar("Model", bound=BaseModel)


def read_model(path: UPath, model: type[Model]) -> Model:
    """A JSON file as a model. Raises DamagedError, also if it cannot be read."""
    return parse_model(path.name, read_bytes(path), model)


def read_bytes(path: UPath) -> bytes:
    """The bytes of a JSON file of a release. Raises DamagedError if it cannot be read."""
    try:
        with open_regular(path) as stream:
            data = stream.read(_MOST_BYTES + 1)
    except StorageError as error:
        raise DamagedError(str(error)) from error
    if len(data) > _MOST_BYTES:
        raise DamagedError(f"{path.name} is damaged: more than {_MOST_BYTES >> 20} MB")
    return data


def parse_model(name: str, data: bytes, model: type[Model]) -> Model:
    """The bytes of file `name` as a model. Raises DamagedError, also for a field that the model lacks."""
    return _checked(name, parse_json(name, data), model)


def parse_json(name: str, data: bytes) -> Any:
    """The bytes of file `name` as JSON in UTF-8 in which no key is repeated. Raises DamagedError."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_without_repeats, parse_constant=_refuse)
    except RecursionError as error:
        raise DamagedError(f"{name} is damaged: nested too deeply") from error
    except ValueError as error:
        raise DamagedError(f"{name} is damaged: not JSON in UTF-8: {error}") from error


def read_outline(folder: UPath) -> dict[str, Any]:
    """The manifest of the release in a folder. Only the fields that finding and comparing releases need are
    checked, as another version of Vigil may have other fields. Raises DamagedError."""
    outline = parse_json(MANIFEST, read_bytes(folder / MANIFEST))
    _checked(MANIFEST, outline, Outline)
    return dict(outline)


def _checked(name: str, value: Any, model: type[Model]) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        [first, *others] = error.errors(include_url=False, include_input=False, include_context=False)
        place = ".".join(str(part) for part in first["loc"])[:_MOST_SHOWN]
        more = f", and {len(others)} more" if others else ""
        raise DamagedError(f"{name} is damaged: {place or 'the whole'}: {first['msg']}{more}") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is repeated")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def list_files(folder: UPath) -> Iterator[tuple[str, UPath]]:
    """Every file of a release but the checksums: relative name and path, in order."""
    for path in sorted(folder.rglob("*"), key=lambda p: p.path):
        if path.is_file() and (name := relative_name(path, folder)) != SUMS:
            yield name, path


def seal_release(
    con: duckdb.DuckDBPyConnection, folder: UPath, key: Ed25519PrivateKey, stated: dict[str, Any]
) -> None:
    """Complete the folder of a release: add the public key, list all files in the manifest, sign it and write
    the checksums. `con` has the release's tables; `stated` is the rest of the manifest, which is written
    last."""
    write_atomic(folder / PUBLIC_KEY, public_pem(key.public_key()))
    listed = {
        name: {"sha256": hash_file(path), "bytes": path.stat().st_size} for name, path in list_files(folder)
    }
    manifest = _json({**stated, "files": listed, "quality": _quality(con)})
    signature = key.sign(manifest)
    sums = {name: str(entry["sha256"]) for name, entry in listed.items()}
    sums |= {name: hashlib.sha256(data).hexdigest() for name, data in
             ((MANIFEST, manifest), (SIGNATURE, signature))}  # fmt: skip
    write_atomic(folder / SUMS, sums_text(sums))
    write_atomic(folder / SIGNATURE, signature)
    write_atomic(folder / MANIFEST, manifest)


def sums_text(sums: dict[str, str]) -> bytes:
    """The text of `SHA256SUMS`: one line per file with its checksum and name, in order of names."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()


def table_files(folder: UPath, table: Contract) -> list[str]:
    """The names of a table's Parquet files in the folder of a release."""
    return [relative_name(path, folder) for path in parquet_files(folder / "parquet", table)]


def _quality(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    rows = con.execute(
        "SELECT severity, count(*), count(*) FILTER (NOT success) "
        "FROM quality GROUP BY severity ORDER BY severity"
    ).fetchall()
    return {severity: {"expectations": total, "failed": failed} for severity, total, failed in rows}


def _json(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()
