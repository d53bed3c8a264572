"""Damage to outlets' feeds: what befalls XML, and what only feeds are asked to bear."""

from __future__ import annotations

from random import Random

from tests.fuzz import xml_mutations
from tests.fuzz.bytes_mutations import Mutation
from tests.fuzz.xml_mutations import CANARY

REFERENCES = (
    "&#x110000;",
    "&#99999999999;",
    "&#xD800;",
    "&#0;",
    f"&#{'9' * 5_000};",
    "&nbsp;",
    "&none;",
    "&#",
    "&",
)
ADDRESSES = (
    "http://[::1/x",
    "//[",
    "http://a:b:c/",
    "javascript:x",
    "http://\u2100.x/",
    "",
    "#",
    "\\\\x\\y",
    "../" * 50,
)
TIMES = (
    "0",
    "Thu, 99 Xxx 20221 44:99:00 GMT",
    "1e999",
    "Thu, " * 300,
    "2022-07-28T04:35:05+99:99",
    "(" * 300,
)


def _into(data: bytes, tag: bytes, text: str, rng: Random) -> bytes:
    """`text` put at the start of one of the elements called `tag`."""
    pieces = data.split(b"<" + tag + b">")
    at = rng.randrange(len(pieces))
    pieces[at] = text.encode() + pieces[at] if at else pieces[at]
    return (b"<" + tag + b">").join(pieces)


def odd_reference(data: bytes, rng: Random) -> bytes:
    return _into(data, rng.choice((b"title", b"link", b"guid", b"category")), rng.choice(REFERENCES), rng)


def odd_address(data: bytes, rng: Random) -> bytes:
    return _into(data, rng.choice((b"link", b"guid")), rng.choice(ADDRESSES), rng)


def odd_time(data: bytes, rng: Random) -> bytes:
    return _into(data, b"pubDate", rng.choice(TIMES), rng)


def markup_in_title(data: bytes, rng: Random) -> bytes:
    tag = rng.choice(("b", "div", "script", "!--", "p", "/b", "title"))
    return _into(data, b"title", f"&lt;{tag}&gt;" * rng.choice((1, 3, 2_000)), rng)


def declared_entity(data: bytes, rng: Random) -> bytes:
    """A document type that declares entities, and an item that uses them."""
    declared = rng.choice(
        (
            f'<!ENTITY a "{CANARY}">',
            f'<!ENTITY b "{CANARY}">\n<!ENTITY a "{"&b;" * 500}">',
            f'<!ENTITY a "{"A" * 50_000}">',
            '<!ENTITY a SYSTEM "file:///etc/hostname">',
            '<!ENTITY % a SYSTEM "file:///etc/hostname">%a;',
        )
    )
    at = max(data.find(b"<rss"), 0)
    return _into(
        data[:at] + f"<!DOCTYPE rss [\n{declared}\n]>\n".encode() + data[at:], b"title", "&a;" * 100, rng
    )


def many_tags(data: bytes, rng: Random) -> bytes:
    """An item with many of what feedparser compares each with all others, or keeps."""
    count = rng.choice((3_000, 30_000))
    made = rng.choice(
        (
            "".join(f"<category>{at}</category>" for at in range(count)),
            f"<x {' '.join(f'a{at}={chr(34)}1{chr(34)}' for at in range(count))}/>",
            "<a>" * count,
            "<link>https://example.org/1</link>" * count,
            f"<keywords>{','.join(map(str, range(count)))}</keywords>",
            "<title>" * count,
            "<!--" * count,
        )
    )
    return data.replace(b"<item>", b"<item>" + made.encode(), 1)


MUTATIONS: tuple[Mutation, ...] = (
    *xml_mutations.MUTATIONS,
    odd_reference,
    odd_reference,
    odd_address,
    odd_time,
    markup_in_title,
    declared_entity,
    declared_entity,
)
HEAVY: tuple[Mutation, ...] = (many_tags, *xml_mutations.HEAVY)
