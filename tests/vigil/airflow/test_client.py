"""Airflow's API is late, drops connections or is not ready: a call is tried again, and what it makes is made
once."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from vigil.airflow import client as module
from vigil.airflow.client import Airflow, connected
from vigil.airflow.errors import AirflowError

LATE = 1.0  # seconds, of which the client waits a part


class Api(ThreadingHTTPServer):
    """An Airflow whose next answers are spoilt: one of `plans` is taken for each call."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plans: list[str] = []
        self.calls: list[str] = []
        self.runs: dict[str, Any] = {}
        self.pools: dict[str, Any] = {}
        self.accepts = "first"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Api

    def log_message(self, *_: object) -> None:
        pass

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, status: int, body: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def drop(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def spoilt(self, plan: str, act: Callable[[], tuple[int, Any]]) -> None:
        if plan.startswith("done"):  # it took effect, and the answer is lost
            act()
        if plan.endswith("late"):
            time.sleep(LATE)
            self.send(200, {})
        elif plan.endswith("dropped"):
            self.drop()
        elif plan.endswith("cut"):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"{")
            self.close_connection = True
        else:
            self.send(int(plan[-3:]), b"<html>not now")

    def answer(self, act: Callable[[], tuple[int, Any]]) -> None:
        self.server.calls.append(f"{self.command} {self.path}")
        if self.path == "/auth/token":
            self.send(201, {"access_token": self.server.accepts})
        elif self.headers["Authorization"] != f"Bearer {self.server.accepts}":
            self.send(401, {"detail": "expired"})
        elif self.server.plans and (plan := self.server.plans.pop(0)) != "well":
            self.spoilt(plan, act)
        else:
            self.send(*act())

    def do_GET(self) -> None:
        def act() -> tuple[int, Any]:
            name = self.path.rpartition("/")[2]
            if name == "pools":
                return 200, {"pools": [{"name": pool} for pool in self.server.pools]}
            made = {**self.server.runs, **self.server.pools}
            return (200, {"name": name}) if name in made else (404, {"detail": "not found"})

        self.answer(act)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))

        def act() -> tuple[int, Any]:
            made = self.server.pools if self.path.endswith("pools") else self.server.runs
            name = body.get("dag_run_id") or body.get("name")
            if name in made:
                return 409, {"detail": "exists"}
            made[name] = body
            return 200, body

        self.answer(act)


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def airflow(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.02)
    passwords = tmp_path / "passwords.json"
    passwords.write_text('{"vigil": "secret"}', "utf-8")
    with connected(f"http://127.0.0.1:{api.server_port}", passwords) as found:
        found.client.timeout = httpx.Timeout(LATE / 4)
        yield found


TROUBLES = ["late", "dropped", "cut", "500", "502", "503", "429"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_question_is_asked_again(api: Api, airflow: Airflow, trouble: str) -> None:
    api.pools["publishers"] = {}
    api.plans = [trouble] * 3
    assert airflow.call("GET", "/pools/publishers") == {"name": "publishers"}
    assert len(api.calls) == 1 + 3 + 1  # the token, the spoilt ones, the good one


@pytest.mark.parametrize("trouble", [f"{done}{each}" for done in ("", "done ") for each in TROUBLES])
def test_a_run_is_started_once_whatever_became_of_the_answer(
    api: Api, airflow: Airflow, trouble: str
) -> None:
    api.plans = [trouble, trouble]
    airflow.trigger("un_sc", "vigil-1", {"mirror": None})
    assert list(api.runs) == ["vigil-1"]


@pytest.mark.parametrize("trouble", [f"{done}{each}" for done in ("", "done ") for each in TROUBLES])
def test_a_pool_is_made_once_too(api: Api, airflow: Airflow, trouble: str) -> None:
    api.plans = ["well", trouble]
    airflow.make_pools({"gates": {"slots": 1}})
    assert list(api.pools) == ["gates"]


def test_a_token_that_has_expired_is_renewed(api: Api, airflow: Airflow) -> None:
    api.accepts = "second"
    api.pools["gates"] = {}
    assert airflow.call("GET", "/pools/gates") == {"name": "gates"}


def test_what_does_not_pass_ends_in_one_line(
    api: Api, airflow: Airflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.2)
    api.plans = ["503"] * 100
    with pytest.raises(AirflowError, match=r"^Airflow's API does not answer GET /pools/gates: 503") as raised:
        airflow.call("GET", "/pools/gates")
    assert "\n" not in str(raised.value)


def test_what_airflow_refuses_is_not_asked_again(api: Api, airflow: Airflow) -> None:
    with pytest.raises(AirflowError, match="refused GET /pools/none"):
        airflow.call("GET", "/pools/none")
    assert len(api.calls) == 2


def test_a_password_that_airflow_refuses_is_said_at_once(api: Api, tmp_path: Path) -> None:
    passwords = tmp_path / "other.json"
    passwords.write_text('{"vigil": "wrong"}', "utf-8")
    refusing = Handler.do_POST

    def refuse(handler: Handler) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        handler.send(401, {"detail": "Invalid credentials"})

    Handler.do_POST = refuse  # type: ignore[method-assign]
    try:
        began = time.monotonic()
        with (
            pytest.raises(AirflowError, match="refuses the password"),
            connected(f"http://127.0.0.1:{api.server_port}", passwords),
        ):
            pass
        assert time.monotonic() - began < 10
    finally:
        Handler.do_POST = refusing  # type: ignore[method-assign]
