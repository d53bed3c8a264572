"""Reading a page of a paged list: whether it is empty, and what it links to."""

from __future__ import annotations

import json
import re
from urllib.parse import urldefrag, urljoin, urlsplit

from sources.fetching.http.addresses import as_secure_as
from sources.locations import Pages


class PageError(Exception):
    """A page that is not what it should be. One line, which quotes nothing of the page."""


def is_empty(data: bytes, key: str) -> bool:
    """Whether the list under `key` of a JSON page is empty. Raises PageError if there is no such list."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise PageError("is not JSON") from None
    if key:
        content = content.get(key) if isinstance(content, dict) else None
    if not isinstance(content, list):
        raise PageError(f"has no list under {key!r}" if key else "is not a list")
    return not content


def linked(data: bytes, url: str, pages: Pages) -> dict[str, str]:
    """The addresses on its own host that a page of a list links to, by file name, in the page's order.

    Of two addresses that give one name the first counts. Raises PageError if a link gives no safe name
    of its own, or if there is no link.
    """
    if pages.links is None:
        return {}
    found: dict[str, str] = {}
    for match in re.finditer(pages.links.pattern, data.decode("utf-8", "replace")):
        address = _on_same_host(match[0], url)
        if address is None:
            continue
        name = pages.links.file(match[1] or "")
        if name is None or not pages.is_content(name):
            raise PageError("has a link that gives no file name of its own")
        found.setdefault(name, address)
    if not found:
        raise PageError("has none of the links that a list has")
    return found


def _on_same_host(link: str, url: str) -> str | None:
    try:
        address = urldefrag(urljoin(url, link)).url
        there = urlsplit(address)
    except ValueError:  # not an address, as http://[
        return None
    same = there.scheme in {"http", "https"} and there.netloc.lower() == urlsplit(url).netloc.lower()
    return as_secure_as(address, url) if same else None
