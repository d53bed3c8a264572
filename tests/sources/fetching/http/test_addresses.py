"""Where a live fetch connects to: addresses of the public internet, and those that were checked."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from threading import Thread
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from sources.archive.archive import Archive
from sources.fetching.fetcher import fetch_batch
from sources.fetching.http.addresses import as_secure_as, is_public
from sources.fetching.http.client import make_client
from sources.fetching.http.network import Network, connect

NOW = datetime(2026, 1, 28, 6, 0, tzinfo=UTC)
XML = b"<?xml version='1.0'?><list/>"
PUBLIC = "93.184.215.14"
REFUSED = "not an address of the public internet"
NO_ADDRESS = "not a web address"

INNER = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - to be refused
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "192.88.99.1",
    "168.63.129.16",
    "198.18.0.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "2002:7f00:1::",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2a00:1450::1"]
)
def test_a_public_address_is(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_what_wraps_an_address_is_as_public_as_that(address: IPv4Address) -> None:
    nat64 = IPv6Address(int(ip_address("64:ff9b::")) + int(address))
    assert is_public(f"::ffff:{address}") == is_public(str(nat64)) == is_public(str(address))
    assert not (
        is_public(str(address)) and (address.is_private or address.is_multicast or address.is_reserved)
    )


@given(st.ip_addresses(v=6))
def test_no_private_or_special_address_is_public(address: IPv6Address) -> None:
    special = address.is_private or address.is_multicast or address.is_link_local or address.is_reserved
    if special and not address.ipv4_mapped and address not in ip_network("64:ff9b::/96"):
        assert not is_public(str(address))


class Internet:
    """Names and the addresses they have; whatever is connected to is a server of the test's on loopback."""

    def __init__(self, archive: Archive, make_source: Any, base_url: str, **names: list[str]) -> None:
        self.archive, self.make_source = archive, make_source
        self.port = int(base_url.rpartition(":")[2])
        self.names = {name.replace("_", "."): addresses for name, addresses in names.items()}
        self.looked_up: list[str] = []
        self.connected: list[tuple[str, int]] = []

    def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        if host in self.names:
            return self.names[host]
        return [str(each[4][0]) for each in socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)]

    def connect(self, address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        self.connected.append((address, port))
        return connect("127.0.0.1", self.port, timeout)

    def entry(self, url: str) -> Any:
        network = Network(resolve=self.resolve, connect=self.connect)
        source = self.make_source(files=[{"name": "list.xml", "url": url}])
        with make_client(network=network) as client:
            batch = fetch_batch(
                source, self.archive, client=client, observed_at=NOW, via="live", sleep=lambda _: None
            )
        (entry,) = batch.entries
        return entry


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 28\r\nConnection: close\r\n\r\n" + XML


def test_the_address_that_was_checked_is_connected_to_and_the_name_looked_up_once(
    raw: Any, archive: Archive, make_source: Any
) -> None:
    """A name that has another address at the second look (DNS rebinding) gains nothing by it."""
    raw.gives(ANSWER)
    net = Internet(archive, make_source, raw.base_url, lists_example=[PUBLIC])
    assert net.entry("http://lists.example:8080/list.xml").outcome == "new"
    assert net.looked_up == ["lists.example"]
    assert net.connected == [(PUBLIC, 8080)]
    assert b"\r\nHost: lists.example:8080\r\n" in raw.requests[0]


def test_of_several_addresses_only_public_ones_are_tried(
    raw: Any, archive: Archive, make_source: Any
) -> None:
    raw.gives(ANSWER)
    addresses = ["127.0.0.1", "fe80::1", PUBLIC, "10.0.0.1"]
    net = Internet(archive, make_source, raw.base_url, lists_example=addresses)
    assert net.entry("http://lists.example/list.xml").outcome == "new"
    assert net.connected == [(PUBLIC, 80)]


def test_an_address_that_does_not_answer_is_followed_by_the_next(
    raw: Any, archive: Archive, make_source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.gives(ANSWER)
    net = Internet(archive, make_source, raw.base_url, lists_example=["2606:4700::1111", PUBLIC])
    through = net.connect

    def only_v4(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        if ":" in address:
            raise httpcore.ConnectError("unreachable")
        return through(address, port, timeout)

    monkeypatch.setattr(net, "connect", only_v4)
    assert net.entry("http://lists.example/list.xml").outcome == "new"


@pytest.mark.parametrize("address", [address for address in INNER if ":" in address or "." in address])
def test_a_name_of_an_inner_address_is_not_connected_to(
    raw: Any, archive: Archive, make_source: Any, address: str
) -> None:
    raw.gives(ANSWER)
    net = Internet(archive, make_source, raw.base_url, lists_example=[address])
    entry = net.entry("http://lists.example/list.xml")
    assert (entry.outcome, entry.error, net.connected) == ("failed", REFUSED, [])


LITERALS = ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:7f00:1]"]
LITERALS += ["[64:ff9b::a9fe:a9fe]", "169.254.169.254", "2852039166", "１２７.0.0.1"]


@pytest.mark.parametrize("host", LITERALS)
def test_an_inner_address_in_any_notation_is_not_asked_for(
    raw: Any, archive: Archive, make_source: Any, host: str
) -> None:
    raw.gives(ANSWER)
    net = Internet(archive, make_source, raw.base_url)
    entry = net.entry(f"http://{host}/latest/meta-data/")
    assert (entry.outcome, net.connected) == ("failed", [])
    assert entry.error in {REFUSED, NO_ADDRESS}


@pytest.mark.parametrize("host", [*LITERALS, "inner.example"])
def test_a_redirect_to_an_inner_address_is_not_followed(
    raw: Any, archive: Archive, make_source: Any, host: str
) -> None:
    location = f"http://{host}/secret".encode()
    raw.gives(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n\r\n", ANSWER)
    net = Internet(archive, make_source, raw.base_url, lists_example=[PUBLIC], inner_example=["10.1.2.3"])
    entry = net.entry("http://lists.example/list.xml")
    assert entry.outcome == "failed"
    assert entry.error in {REFUSED, NO_ADDRESS}
    assert net.connected == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "url",
    [
        "http://user:pw@lists.example/list.xml",
        "http://user@lists.example/list.xml",
        "ftp://lists.example/list.xml",
        "file:///etc/passwd",
        "http:///list.xml",
        "http://[::1/list.xml",
        "lists.example/list.xml",
        "http://lists.example:99999/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 200 + "example/",
        "http://.example/",
        "http://lists..example/",
        "http://xn--zz/",
        "http://xn--a.example/",
        "",
    ],
)
def test_what_is_no_plain_web_address_is_a_failed_entry(
    raw: Any, archive: Archive, make_source: Any, url: str
) -> None:
    raw.gives(ANSWER)
    with make_client() as client:
        source = make_source(files=[{"name": "list.xml", "url": url}])
        batch: Any = fetch_batch(
            source, archive, client=client, observed_at=NOW, via="live", sleep=lambda _: None
        )
    (entry,) = batch.entries
    assert entry.outcome == "failed"
    assert "pw" not in entry.error
    assert raw.requests == []


def test_the_real_client_does_not_ask_this_machine(site: Any, archive: Archive, make_source: Any) -> None:
    for host in (site.base_url, site.base_url.replace("127.0.0.1", "localhost")):
        source = make_source(files=[{"name": "list.xml", "url": f"{host}/list.xml"}])
        with make_client() as client:
            batch: Any = fetch_batch(
                source, archive, client=client, observed_at=NOW, via="live", sleep=lambda _: None
            )
        assert batch.entries[-1].error == REFUSED
    assert site.asked == []


def test_a_stand_in_is_the_only_address_connected_to(
    raw: Any, archive: Archive, make_source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    raw.gives(b"HTTP/1.1 302 Found\r\nLocation: https://169.254.169.254/x\r\n\r\n", ANSWER)
    with make_client(raw.base_url) as client:
        source = make_source()
        batch: Any = fetch_batch(source, archive, client=client, observed_at=NOW, via="sample")
    assert batch.entries[0].outcome == "new"
    assert raw.requests[1].startswith(b"GET /169.254.169.254/x HTTP/1.1\r\n")


def test_a_proxy_of_the_environment_is_used_and_inner_addresses_are_not_asked_of_it(
    raw: Any, archive: Archive, make_source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", raw.base_url)
    monkeypatch.setenv("NO_PROXY", "direct.example")
    raw.gives(ANSWER)
    net = Internet(archive, make_source, raw.base_url, direct_example=["10.0.0.1"])
    assert net.entry("http://lists.example/list.xml").outcome == "new"
    assert raw.requests[0].startswith(b"GET http://lists.example/list.xml HTTP/1.1\r\n")
    assert net.looked_up == []
    for host in (*LITERALS, "direct.example"):
        assert net.entry(f"http://{host}/list.xml").error in {REFUSED, NO_ADDRESS}
    assert len(raw.requests) == 1
    assert net.connected == []


def test_with_tls_the_name_is_what_is_asked_for_and_what_the_certificate_must_have(
    archive: Archive, make_source: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, asked = certificate(tmp_path, "lists.example"), []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert)
    context.sni_callback = lambda _, name, __: asked.append(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(2):
                connection, _ = listener.accept()
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        secure.recv(65536)
                        secure.sendall(ANSWER)
                except OSError:
                    connection.close()

        thread = Thread(target=serve, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        names = {"lists_example": [PUBLIC], "other_example": [PUBLIC]}
        net = Internet(archive, make_source, f"https://127.0.0.1:{port}", **names)
        first = net.entry("https://lists.example/list.xml")
        monkeypatch.setattr("sources.fetching.http.client.ATTEMPTS", 1)
        other = net.entry("https://other.example/list.xml")
        thread.join(10)
    assert (first.outcome, other.error) == ("new", "cannot connect")
    assert asked == ["lists.example", "other.example"]
    assert net.connected == [(PUBLIC, 443), (PUBLIC, 443)]


def certificate(folder: Path, name: str) -> Path:
    """A key and a certificate of its own signature, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.mark.parametrize(
    ("url", "page", "asked"),
    [
        ("http://data.example/a", "https://lists.example/list", "https://data.example/a"),
        ("HTTP://data.example/a", "HTTPS://lists.example/list", "https://data.example/a"),
        ("http://data.example/a", "http://lists.example/list", "http://data.example/a"),
        ("https://data.example/a", "http://lists.example/list", "https://data.example/a"),
    ],
)
def test_what_a_list_names_is_asked_for_as_securely_as_the_list(url: str, page: str, asked: str) -> None:
    assert as_secure_as(url, page) == asked
