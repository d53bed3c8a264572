"""What tests share: real snapshots, an archive, a source's registry entry, a site that misbehaves."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import duckdb
import pytest
from hypothesis import settings

from sources.archive.archive import Archive
from sources.registry import Source
from storage.home import Home


def pytest_configure(config: pytest.Config) -> None:
    """Gives tests of hypothesis fewer examples in `make test`; `make test-all` runs them with all."""
    if config.option.markexpr == "not slow":
        now = settings.get_profile(settings.get_current_profile_name())
        settings.register_profile("quick", now, max_examples=25)
        settings.load_profile("quick")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of real snapshots as slow, and puts whole runs first: they share what is slow to make,
    so that one worker should have them all, and the others can take over the rest of its tests."""
    for item in items:
        if isinstance(item, pytest.Function) and "shared_data" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path.parent.name != "end_to_end")


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Files that a test writes need not outlive a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_thread_a_database(pytestconfig: pytest.Config) -> Iterator[None]:
    """In `make test` tables are small and workers keep all cores busy: threads of DuckDB would only wait for
    each other. The slow tests and whole runs have as many as there are cores."""
    connect = duckdb.connect

    def connect_with_one_thread(*given: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        con = connect(*given, **named)
        con.execute("SET threads = 1")
        return con

    with pytest.MonkeyPatch.context() as patch:
        if pytestconfig.option.markexpr == "not slow":
            patch.setattr(duckdb, "connect", connect_with_one_thread)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real snapshots beside the project."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real snapshots beside the project (shared/data)")
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Home.at(str(tmp_path / "home")))


@pytest.fixture
def make_source() -> Callable[..., Source]:
    """Makes a registry entry; what is not given is ordinary."""

    def make(**given: Any) -> Source:
        entry = {
            "source_id": "xx_list",
            "family": "sanctions",
            "title": "A list",
            "publisher": "A publisher",
            "licence": "CC0",
            "attribution": "A publisher",
            "url": "https://lists.example/",
            "cadence": "P1D",
            "cron": "0 5 * * *",
            "format": "none",
            "content": "full",
        }
        if "index" not in given:
            entry["files"] = [{"name": "list.xml", "url": "https://lists.example/list.xml?lang=en"}]
        return Source(**(entry | given))

    return make


@dataclass(frozen=True)
class Reply:
    """One answer of the site. `missing` bytes of the body are promised and not sent."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: bool = True
    missing: int = 0
    delay: float = 0.0


@dataclass
class Site:
    """A web server whose answers are set by a test, by `host/path`; the last one of each repeats."""

    reply: ClassVar = Reply
    base_url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def gives(self, address: str, *replies: Reply) -> None:
        self.replies[address] = list(replies)

    def next_reply(self, address: str) -> Reply:
        waiting = self.replies.get(address, [Reply(b"nothing here", 404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@pytest.fixture
def site() -> Iterator[Site]:
    """A local site, to be asked through `make_client(site.base_url)`."""
    shown = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = self.path.removeprefix("/")
            shown.asked.append((address, {name.lower(): value for name, value in self.headers.items()}))
            reply = shown.next_reply(address)
            time.sleep(reply.delay)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.length:
                self.send_header("Content-Length", str(len(reply.body) + reply.missing))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shown.base_url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield shown
        server.shutdown()
        thread.join()
