"""A home on a local disk, by its path and by a URL, and on an object store."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from storage.home import Home


@pytest.fixture(params=["path", "file:", "memory:"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    where = {
        "path": str(tmp_path / "home"),
        "file:": (tmp_path / "home").as_uri(),
        "memory:": f"memory://{uuid4().hex}",
    }
    return Home.at(where[request.param])
