"""The pages that list the sources are those of the registry: `make docs` writes them."""

from __future__ import annotations

import pytest

from sources.catalog import BEGIN, END, PAGE, README, CatalogError, page, table, with_table
from sources.registry import registry


def test_readme_has_a_row_for_each_source() -> None:
    text = README.read_text("utf-8")
    assert with_table(text, registry()) == text, "run make docs"
    assert table(registry()).count("\n") == len(registry()) + 1


def test_the_page_of_sources_is_that_of_the_registry() -> None:
    assert PAGE.read_text("utf-8") == page(registry()), "run make docs"


@pytest.mark.parametrize("text", ["", BEGIN, f"{END}\n{BEGIN}"])
def test_a_page_without_a_place_for_the_sources_is_refused(text: str) -> None:
    with pytest.raises(CatalogError):
        with_table(text, registry())


def test_a_cell_cannot_break_its_table() -> None:
    [source, *_] = registry().values()
    odd = source.model_copy(update={"title": "A | B\nC"})
    assert "| A \\| B C |" in table({source.source_id: odd})
