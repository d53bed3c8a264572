"""A server that answers whatever bytes a test gives it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread

import pytest

Script = bytes | Callable[[socket.socket], None]


@dataclass
class RawServer:
    """Answers one connection after the other with the next of `answers`; the last one repeats.

    An answer is the bytes to send, or a function that is given the connection. `requests` has what was asked.
    """

    base_url: str = ""
    answers: list[Script] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    ends: Event = field(default_factory=Event)

    def gives(self, *answers: Script) -> None:
        self.answers = list(answers)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if self.ends.is_set():
                connection.close()
                return
            with connection, suppress(OSError):
                connection.settimeout(5)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            data = connection.recv(65536)
            if not data:
                return
            request += data
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)


@pytest.fixture
def raw() -> Iterator[RawServer]:
    """A server on loopback, to be asked through `make_client(raw.base_url)`."""
    server = RawServer()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        server.base_url = f"http://127.0.0.1:{address[1]}"
        thread = Thread(target=server.serve, args=(listener,), daemon=True)
        thread.start()
        yield server
        server.ends.set()
        with suppress(OSError):
            socket.create_connection(address, 1).close()
        thread.join(10)
