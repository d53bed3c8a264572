"""Where Data Docs are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.runner import Session


def test_a_folder_whose_name_looks_like_a_variable_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/nowhere")
    folder = tmp_path / "of $HOME and ${HOME}" / "data_docs"
    assert Session().build_docs(folder).exists()
    assert [path.name for path in tmp_path.iterdir()] == [folder.parent.name]
