"""The contracts hang together, and the docs say what they say."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contracts import HISTORY_COLUMNS, PRECISIONS, Contract, contract, contracts, dictionary
from contracts.countries import CODES
from transforms.fields import dates


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda c: c.name)
def test_keys_and_references_name_columns_that_are_there(contract: Contract) -> None:
    names = [column.name for column in contract.columns]
    assert len(set(names)) == len(names)
    assert set(contract.primary_key) <= set(names)
    for column, tables in contract.references.items():
        assert column in names
        assert all(column in contracts()[table].arrow_schema.names for table in tables)


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda c: c.name)
def test_a_table_comes_back_from_parquet_in_its_schema(contract: Contract, tmp_path: Path) -> None:
    pq.write_table(contract.arrow_schema.empty_table(), tmp_path / "t.parquet")
    assert pq.read_schema(tmp_path / "t.parquet").equals(contract.arrow_schema)


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda c: c.name)
def test_examples_are_of_their_type(contract: Contract) -> None:
    for column in contract.columns:
        if column.enum and column.example is not None:
            assert column.example in column.enum, column.name
        if (
            column.type in {"string", "bool", "int64", "double", "list<string>"}
            and column.example is not None
        ):
            pa.array([column.example], column.arrow_field.type)


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda c: c.name)
def test_examples_are_in_their_format(contract: Contract) -> None:
    for column in contract.columns:
        for value in column.example if isinstance(column.example, list) else [column.example]:
            if value is None:
                continue
            if column.format == "country":
                assert value in CODES, column.name
            elif column.format in {"edtf", "edtf_dates"}:
                assert dates.partial(value).date == value, column.name
            elif column.type == "date":
                date.fromisoformat(value)
            elif column.type == "timestamp":
                assert datetime.fromisoformat(value).tzinfo is not None, column.name


def test_a_partial_date_is_three_columns() -> None:
    columns = {column.name: column for column in contract("prisoners").columns}
    assert columns["birth_date"].format == "edtf"
    assert columns["birth_date_precision"].enum == PRECISIONS
    assert columns["birth_date_raw"].type == "string"


def test_history_columns_are_for_versioned_tables_and_not_a_parsers() -> None:
    for each in contracts().values():
        there = set(HISTORY_COLUMNS) & set(each.arrow_schema.names)
        assert there == (set(HISTORY_COLUMNS) if each.versioned else set()), each.name
        assert not there & set(each.parsed_schema.names)
        assert ("valid_from" in each.primary_key) == each.versioned, each.name


def test_a_parser_may_leave_out_what_history_fills_in() -> None:
    assert contract("articles").parsed_schema.field("seen_at").nullable
    assert not contract("articles").arrow_schema.field("seen_at").nullable


def test_an_unknown_table_has_no_contract() -> None:
    with pytest.raises(KeyError):
        contract("horses")


def test_the_data_dictionary_is_made_from_the_contracts() -> None:
    assert dictionary.PAGE.read_text("utf-8") == dictionary.markdown(), "run make docs"
