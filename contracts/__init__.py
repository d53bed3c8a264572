"""The contracts of the tables.

One YAML file per table (`<table>.yml`); columns that several tables share are in `_columns.yml`. The Parquet
schema, the base of the Great Expectations suite, the data dictionary and the tests' schema check follow from
them.
"""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "bool": pa.bool_(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "list<string>": pa.list_(pa.field("element", pa.string())),  # named as Parquet names it
}

PRECISIONS = ("day", "month", "year", "range", "circa")
HISTORY_COLUMNS = ("valid_from", "valid_to")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """One column: its Arrow type by name (a key of `ARROW_TYPES`) and its meaning.

    `observed`: where a parser leaves it empty, history fills in the time of observation. `derived`: SQL over
    the row's other columns with which history computes it, so that no parser fills it.
    """

    name: str
    type: Literal["string", "bool", "int32", "int64", "double", "date", "timestamp", "list<string>"]
    nullable: bool = True
    observed: bool = False
    derived: str | None = None
    description: str
    unit: str | None = None
    enum: tuple[str, ...] | None = None
    format: Literal["country", "edtf", "edtf_dates"] | None = None
    example: Any = None

    @property
    def arrow_field(self) -> pa.Field:
        meta = {"description": self.description} | ({"unit": self.unit} if self.unit else {})
        return pa.field(self.name, ARROW_TYPES[self.type], self.nullable, metadata=meta)


class Contract(_Strict):
    """One table.

    `primary_key` is complete: with `valid_from` for a versioned table. `references` maps a
    column to the tables one of which must hold its value in a column of the same name.
    `partition_by` names the timestamp column by whose month the Parquet files are split. `order_by` is the
    order of the rows in a file (SQL expressions over columns; else by key), and `row_group` the number of
    rows in a row group, so that a common query reads few.
    """

    name: str
    title: str
    description: str
    family: Literal["prisoners", "sanctions", "news", "shared", "meta"]
    versioned: bool = False
    primary_key: tuple[str, ...]
    references: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    partition_by: str | None = None
    order_by: tuple[str, ...] = ()
    row_group: int = 100_000
    columns: tuple[Column, ...]

    @property
    def arrow_schema(self) -> pa.Schema:
        """The schema as published, `valid_from` and `valid_to` included."""
        return pa.schema([c.arrow_field for c in self.columns])

    @property
    def content_columns(self) -> tuple[Column, ...]:
        """The columns that a parser fills: all but `valid_from`, `valid_to` and what is derived."""
        return tuple(c for c in self.columns if c.name not in HISTORY_COLUMNS and c.derived is None)

    @cached_property
    def parsed_schema(self) -> pa.Schema:
        """The schema of what a parser returns: the content columns."""
        return pa.schema(
            [c.arrow_field.with_nullable(c.nullable or c.observed) for c in self.content_columns]
        )


def _expand(entry: str | dict[str, Any], shared: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of a table's column entry: one for a shared name or a definition, three for a text in EDTF,
    five for a partial date."""
    if isinstance(entry, str):
        return [{"name": entry, **shared[entry]}]
    if entry["type"] == "edtf":
        return [{**entry, "type": "string", "format": "edtf"}, *bounds(entry["name"], entry["name"])]
    if entry["type"] != "partial_date":
        return [entry]
    name, meaning = entry["name"], entry["description"]
    return [
        {
            "name": name,
            "type": "string",
            "format": "edtf",
            "description": f"{meaning} ISO 8601 to the precision known; a range as `from/to`.",
            "example": "1980-05",
        },
        {
            "name": f"{name}_precision",
            "type": "string",
            "enum": PRECISIONS,
            "description": f"How precise `{name}` is.",
            "example": "month",
        },
        {
            "name": f"{name}_raw",
            "type": "string",
            "description": f"`{name}` as the source writes it.",
            "example": "00/05/1980",
        },
        *bounds(name, f"{name} || if({name}_precision = 'circa', '~', '')"),
    ]


def bounds(name: str, edtf: str) -> list[dict[str, Any]]:
    """The two derived columns beside a partial date, its earliest and latest day, from SQL of its EDTF.

    They are empty for a `circa` date, as the publisher does not say how far off it may be.
    """
    return [
        {
            "name": f"{name}_{end}",
            "type": "date",
            "derived": f"{end}_day({edtf})",
            "description": f"The {end} day that `{name}` can be by its text; empty if unread or circa.",
            "example": example,
        }
        for end, example in (("earliest", "1980-05-01"), ("latest", "1980-05-31"))
    ]


@cache
def contracts() -> dict[str, Contract]:
    """Every table's contract by name, in alphabetical order."""
    shared = yaml.load((FOLDER / "_columns.yml").read_text("utf-8"), yaml.CSafeLoader)
    found: dict[str, Contract] = {}
    for path in sorted(FOLDER.glob("[a-z]*.yml")):
        raw = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        entries = raw.pop("columns") + (list(HISTORY_COLUMNS) if raw.get("versioned") else [])
        columns = tuple(Column(**column) for entry in entries for column in _expand(entry, shared))
        key = raw.pop("primary_key")
        if key == "all":
            key = [c.name for c in columns if c.name not in HISTORY_COLUMNS and not c.derived]
        if raw.get("versioned"):
            key = [*key, "valid_from"]
        found[path.stem] = Contract(name=path.stem, primary_key=tuple(key), columns=columns, **raw)
    return found


def contract(table: str) -> Contract:
    """The contract of `table`; KeyError if there is none."""
    return contracts()[table]
