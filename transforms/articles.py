"""What all news sources share: an article's key, its outlet's domain, its language."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import urlsplit

import pycountry

_SUBTAG = re.compile("[-_]")


def article_id(url: str) -> str:
    """The key of an article: `a-` and the first 16 hex digits of the SHA-256 of its URL as published."""
    return f"a-{hashlib.sha256(url.encode()).hexdigest()[:16]}"


def domain(url: str) -> str | None:
    """The host of a web address in lower case, without `www.`; None if `url` is no web address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:  # such as an unclosed bracket of an IPv6 host
        return None
    return host.removeprefix("www.") if host and parts.scheme in ("http", "https") else None


@lru_cache(maxsize=1_024)
def language(tag: str) -> str | None:
    """The ISO 639-1 code for a language tag (`en-US`, `be-tarask`) or an ISO 639-2 or -3 code (`ces`, `cze`).

    None if the language is unknown or has no two-letter code.
    """
    code = _SUBTAG.split(tag.strip().lower(), maxsplit=1)[0]
    for scheme in ("alpha_2",) if len(code) == 2 else ("alpha_3", "bibliographic"):
        if found := pycountry.languages.get(**{scheme: code}):
            return getattr(found, "alpha_2", None)
    return None
