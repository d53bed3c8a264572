"""Connections of the fetcher: to public addresses only, and with an end to how long an answer may take."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import httpcore

from sources.fetching.http.addresses import is_public
from sources.fetching.response_body import FaultError

LONGEST_HEAD = 256 * 1024
"""Bytes that may come before an answer's body, with all its informational (1xx) answers."""

_WAIT_FOR_CLOSE = 0.5
_HEAD_END = re.compile(rb"\n\r?\n")
_INFORMATIONAL = re.compile(rb"\s*HTTP/1\.\d 1(?!01)")

Resolve = Callable[[str, int], list[str]]
Connect = Callable[[str, int, float | None], httpcore.NetworkStream]


class Clock:
    """The time by which the answer that is being read must be whole."""

    def __init__(self) -> None:
        self._end = float("inf")

    def start(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def left(self, longest: float | None) -> float:
        """The seconds that the next read or write may take. Raises FaultError if none are left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise FaultError("no whole answer in time")
        return left if longest is None else min(left, longest)


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the system's order. Raises httpcore.ConnectError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError("the name is not known") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def connect(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
    """A TCP connection to an IP address."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout)


class Network(httpcore.NetworkBackend):
    """Connects to hosts of which every name is looked up once, and the address that was checked is the one
    that is connected to. `allowed` says of an IP address whether it may be."""

    def __init__(
        self,
        *,
        allowed: Callable[[str], bool] = is_public,
        resolve: Resolve = resolve,
        connect: Connect = connect,
        clock: Clock | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self._allowed, self._resolve, self._connect = allowed, resolve, connect

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first of a host's allowed addresses that answers. Raises FaultError if none is
        allowed."""
        found = [address for address in self._resolve(host, port) if self._allowed(address)]
        if not found:
            raise FaultError("not an address of the public internet")
        for address in found[:-1]:
            try:
                return self._timed(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._timed(found[-1], port, timeout)

    def check_literal(self, host: str) -> None:
        """Raises FaultError if a host is an IP address, in any notation, that is not allowed."""
        try:
            found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
        except (OSError, UnicodeError):
            return
        if not all(self._allowed(str(each[4][0])) for each in found):
            raise FaultError("not an address of the public internet")

    def _timed(self, address: str, port: int, timeout: float | None) -> Stream:
        return Stream(self._connect(address, port, self.clock.left(timeout)), self.clock)


class Stream(httpcore.NetworkStream):
    """A connection for one answer, read against the clock."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream, self._clock = stream, clock
        self._head = bytearray()
        self._reads_head = True
        self._received = 0

    def begin_body(self) -> None:
        """The head has come, and the body follows."""
        self._reads_head = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._clock.left(timeout))
        self._received += len(data)
        if self._reads_head:
            self._head += data
            if len(self._head) > LONGEST_HEAD:
                raise FaultError(f"more than {LONGEST_HEAD} bytes before the body")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left(timeout))

    def has_more_than(self, length: int) -> bool:
        """Whether more than `length` bytes came, or come at once, behind the head."""
        end = self._head_length() + length
        if self._received == end:
            with suppress(httpcore.NetworkError, httpcore.TimeoutException):
                self._received += len(self._stream.read(1, _WAIT_FOR_CLOSE))
        return self._received > end

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        return Stream(
            self._stream.start_tls(ssl_context, server_hostname, self._clock.left(timeout)), self._clock
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _head_length(self) -> int:
        end = 0
        while found := _HEAD_END.search(self._head, end):
            informational = _INFORMATIONAL.match(self._head, end)
            end = found.end()
            if not informational:
                break
        return end
