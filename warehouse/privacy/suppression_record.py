"""What was ever suppressed, recorded beside the list, so that a lost entry is noticed.

    raw/suppressed.json     the tombstones ever known, those that were lifted, and a hash of the salt

The releases' own tombstones count as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, ValidationError
from upath import UPath

from storage.atomic_writes import write_json
from storage.files import StorageError, is_plain_file, is_there, list_names, read_json, remove_tree
from storage.home import Home
from warehouse.privacy.suppression_list import SuppressionError, Suppressions, list_path

MANIFEST = "manifest.json"


class SuppressionRecord(BaseModel):
    """Tombstone ids of all records `known` to have been suppressed, and of those `lifted` on purpose."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    salt: str = ""
    known: frozenset[str] = frozenset()
    lifted: frozenset[str] = frozenset()

    def with_list(self, found: Suppressions) -> SuppressionRecord:
        """The record with what a list has."""
        return SuppressionRecord(
            salt=found.salt_hash or self.salt,
            known=self.known | found.tombstone_ids,
            lifted=self.lifted - found.tombstone_ids,
        )


def record_path(home: Home) -> UPath:
    return home.raw / "suppressed.json"


def read_record(home: Home) -> SuppressionRecord:
    """What the home's archive and its releases have as suppressed. Raises SuppressionError if the record is
    damaged, StorageError if it cannot be read."""
    file = record_path(home)
    releases = [name for name in list_names(home.releases) if (home.releases / name / MANIFEST).is_file()]
    found = SuppressionRecord()
    if is_there(file):
        try:
            found = SuppressionRecord.model_validate(read_json(file))
        except (StorageError, ValidationError) as error:
            if isinstance(error.__cause__, PermissionError):
                raise  # it may be whole
            raise SuppressionError(
                f"{file} is damaged: if {list_path(home)} is whole, run vigil suppress --accept-list"
            ) from None
        releases = releases[-1:]  # the file covers those before
    tombstones = {each for name in releases for each in _tombstones(home.releases / name / MANIFEST)}
    return SuppressionRecord(salt=found.salt, known=found.known | tombstones, lifted=found.lifted)


def _tombstones(manifest: UPath) -> Iterator[str]:
    """The tombstones of a release; none if its manifest is damaged, which `vigil verify` reports."""
    try:
        for tombstone in read_json(manifest)["suppressed"]["tombstones"]:
            yield str(tombstone["tombstone_id"])
    except (StorageError, TypeError, KeyError, AttributeError):
        return


def write_record(home: Home, record: SuppressionRecord) -> None:
    """Write the record, for its owner alone. Raises StorageError."""
    value = {"salt": record.salt, "known": sorted(record.known), "lifted": sorted(record.lifted)}
    home.shut()
    if not is_plain_file(record_path(home)):
        remove_tree(record_path(home))
    write_json(record_path(home), value, private=True)


def check_complete(home: Home, found: Suppressions, record: SuppressionRecord) -> None:
    """Raises SuppressionError if the list has no entry for a record that was suppressed and not lifted."""
    missing = record.known - record.lifted - found.tombstone_ids
    file = list_path(home)
    if not missing:
        return
    fault = (
        f"{file} is missing, and {len(missing)} records were suppressed by it"
        if not file.exists()
        else f"{file} has another salt than it had"
        if record.salt and found.salt_hash != record.salt
        else f"{file} has no entry of {len(missing)} records that it suppressed"
    )
    raise SuppressionError(
        f"{fault}: put back your copy of it; if this is on purpose, run vigil suppress --accept-list"
    )
