"""What a source says is withheld is what its parser withholds."""

from __future__ import annotations

import importlib

import pytest

from sources.registry import registry

# These parsers look up what they read by name and never see the rest.
NOT_DECLARED = {"gdelt", "rss"}


@pytest.mark.parametrize("source_id", sorted(registry().keys() - NOT_DECLARED))
def test_a_parser_withholds_what_its_source_gives_reasons_for(source_id: str) -> None:
    source = registry()[source_id]
    parser = importlib.import_module(f"transforms.{source.parser}")
    assert source.withheld.keys() == getattr(parser, "WITHHELD_FIELDS", frozenset())
