"""Mail to operators, sent by Airflow's notifier to a mail server of our own on loopback."""

from __future__ import annotations

import email
import email.policy
import json
import os
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

SEND = """
from types import SimpleNamespace
from dags import settings
ti = SimpleNamespace(dag_id="eu_fsf", task_id="alarm", run_id="run <1>")
settings.ON_FAILURE({"ti": ti, "exception": RuntimeError("eu_fsf: held since 2026-01-02: no <export>")})
"""


class Server(socketserver.ThreadingTCPServer):
    """Takes mail as RFC 5321 has it, as far as a client needs to go on."""

    received: list[tuple[str, str]]


class Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        to = ""
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"RCPT":
                to = line.decode().strip()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                body = iter(self.rfile.readline, b".\r\n")
                assert isinstance(self.server, Server)
                self.server.received.append((to, b"".join(body).decode()))
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Session) as running:
        running.received = []
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_the_reason_is_mailed(server: Server, tmp_path: Path) -> None:
    connection = {
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": server.server_address[1],
        "extra": {"disable_ssl": True, "disable_tls": True, "from_email": "vigil@example.org"},
    }
    mine = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "VIGIL"))}
    done = subprocess.run(
        [sys.executable, "-c", SEND],
        env=mine
        | {
            "AIRFLOW_HOME": str(tmp_path),
            "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps(connection),
            "VIGIL_ON_FAILURE": "dags.mail.notify",
            "VIGIL_ALERT_TO": "ops@example.org",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    [(to, text)] = server.received
    assert "<ops@example.org>" in to
    mail = email.message_from_string(text, policy=email.policy.default)
    assert (mail["Subject"], mail["From"]) == ("Vigil: eu_fsf failed", "vigil@example.org")
    body = mail.get_body()
    assert body is not None
    assert "eu_fsf: held since 2026-01-02: no &lt;export&gt;" in body.get_content()
