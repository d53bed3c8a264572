"""Which addresses may be requested: on the public internet only, and never with http after https."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from sources.fetching.response_body import FaultError

_MOST_PORT = 65535
_NO_HOST = re.compile(r"\s*https?:(?!//[^/?#\\])", re.IGNORECASE)
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
# Beside what Python's `is_global` leaves out: what older versions of it let through, tunnels into IPv4
# (6to4 and its relays), documentation, and the metadata services of clouds at public addresses.
_NEVER_V4 = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
_NEVER_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


def web_address(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """Parses the address of a request, or with `base`, where a redirect from there leads.

    Raises FaultError if it is no http or https address, names a user or password, or leads from https
    to http.
    """
    if _NO_HOST.match(text):  # lenient readers would take it as of the same host
        raise FaultError("not a web address")
    try:
        address = base.join(text) if base else httpx.URL(text)
        host = address.host  # of a name in ACE form (`xn--…`) it is decoded only here
    except Exception as error:  # InvalidURL, ValueError, UnicodeError, by what is wrong
        raise FaultError("not a web address") from error
    if address.scheme not in {"http", "https"} or not host or (address.port or 0) > _MOST_PORT:
        raise FaultError("not a web address")
    if address.userinfo:
        raise FaultError("an address with a user or password is not asked")
    if base and base.scheme == "https" and address.scheme == "http":
        raise FaultError("redirected from https to http")
    return address


def as_secure_as(url: str, page: str) -> str:
    """An address that the page or list at `page` names: with https where `page` was asked with it."""
    insecure = url[:5].lower() == "http:" and page[:6].lower() == "https:"
    return f"https:{url[5:]}" if insecure else url


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; one that wraps an IPv4 address is what that is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        elif parsed in _NAT64:
            parsed = IPv4Address(int(parsed) & 0xFFFFFFFF)
        else:
            never = any(parsed in network for network in _NEVER_V6)
            return parsed in _GLOBAL_UNICAST and parsed.is_global and not never
    return parsed.is_global and not parsed.is_multicast and not any(parsed in each for each in _NEVER_V4)
