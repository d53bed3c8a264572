"""The contracts hang together, and the docs say what they say."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contracts import Contract, contracts, dictionary


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


def test_the_data_dictionary_is_made_from_the_contracts() -> None:
    assert dictionary.PAGE.read_text("utf-8") == dictionary.markdown(), "run make docs"
