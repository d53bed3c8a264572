"""What a source says is withheld is what its parser withholds."""

from __future__ import annotations

import importlib

import pytest

from sources.registry import registry


@pytest.mark.parametrize("source_id", sorted(registry()))
def test_a_parser_withholds_what_its_source_gives_reasons_for(source_id: str) -> None:
    source = registry()[source_id]
    parser = importlib.import_module(f"transforms.{source.parser}")
    if not hasattr(parser, "WITHHELD_FIELDS"):
        pytest.skip("not declared yet")
    assert source.withheld.keys() == parser.WITHHELD_FIELDS
