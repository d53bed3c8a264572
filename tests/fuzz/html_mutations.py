"""Damage to web pages: what another theme, an editor, a proxy or an attacker does to them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from random import Random

from lxml import etree

from tests.fuzz.bytes_mutations import Mutation, decoded
from tests.fuzz.values import encoded, odd, odd_like, repeated

# Stands in a tree for what a tree cannot hold, and is put in when it has become bytes.
MARK = "fuzz-mark"
CHARSETS = ("iso-8859-1", "windows-1252", "utf-16", "windows-1251", "utf-7", "x-user-defined", "", "base64")
NOISE = (
    b"<script>document.write('<p>a</p>')</script>",
    b"<script><!--",
    b"<style>p{}</style>",
    b"<style>",
    b"<!-- a -->",
    b"<!-- a",
    b"<!--[if IE]><p>a</p><![endif]-->",
    b"<![CDATA[a<b>]]>",
    b"<?php echo 1; ?>",
    b"<form><select><option>a</option>",
    b"<iframe src='file:///etc/hostname'></iframe>",
    b"<svg><title>a</title><foreignObject><p>a</p></foreignObject></svg>",
    b"<math><mi>a</mi>",
    b"<textarea>",
    b"<template><p>a</p>",
    b"<plaintext>",
    b"<base href='http://127.0.0.1:9/'>",
    b"<link rel='canonical' href='https://example.org/'>",
    b"<table><tr><td>a<table>",
    b"<h1>a</h1>",
    b"</body></html><p>a",
    b"</div></div></div></p>",
)
REFERENCES = (
    *(
        b"&nbsp;",
        b"&amp;amp;",
        b"&lt;b&gt;",
        b"&#0;",
        b"&#x110000;",
        b"&#xD800;",
        b"&#99999999999;",
        b"&bogus;",
    ),
    *(b"&", b"&#;", b"&#x;", b"&eacute", b"&shy;", b"&zwj;", b"&#128;", b"&rlm;"),
)
TAGS = (
    "p",
    "div",
    "span",
    "b",
    "h1",
    "h2",
    "li",
    "dt",
    "dd",
    "td",
    "a",
    "nav",
    "form",
    "br",
    "x-new",
    "main",
)
_TAG = re.compile(rb"</?[a-zA-Z][^<>]*>")


def parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.HTMLParser(encoding="utf-8"))


def written(root: etree._Element, put: bytes | None = None) -> bytes:
    """The tree as bytes, with `put` in the place of the mark."""
    data = etree.tostring(root, encoding="utf-8", method="html", doctype="<!DOCTYPE html>")
    return data if put is None else data.replace(MARK.encode(), put)


def _escaped(text: str) -> bytes:
    return encoded(text).replace(b"&", b"&amp;").replace(b"<", b"&lt;")


def _elements(root: etree._Element) -> list[etree._Element]:
    """All elements of the body, or of what there is."""
    body = root.find("body")
    return list((root if body is None else body).iter("*"))[1:] or [root]


def _with_text(root: etree._Element) -> list[etree._Element]:
    return [each for each in _elements(root) if each.text and each.text.strip()] or [root]


def _tree(change: Callable[[etree._Element, Random], bytes | None]) -> Mutation:
    """A mutation made of a change to the tree, which gives what stands for the mark."""

    def mutation(data: bytes, rng: Random) -> bytes:
        root = parsed(data)
        put = change(root, rng)
        return written(root, put)

    mutation.__name__ = change.__name__
    return mutation


@_tree
def remove_element(root: etree._Element, rng: Random) -> None:
    gone = rng.choice(_elements(root))
    if (parent := gone.getparent()) is not None:
        parent.remove(gone)


@_tree
def repeat_element(root: etree._Element, rng: Random) -> None:
    found = rng.choice(_elements(root))
    if found.getparent() is not None:
        for _ in range(rng.choice((1, 3, 100))):
            found.addnext(copy.deepcopy(found))


@_tree
def rename_element(root: etree._Element, rng: Random) -> None:
    rng.choice(_elements(root)).tag = rng.choice(TAGS)


@_tree
def rename_everywhere(root: etree._Element, rng: Random) -> None:
    old, new = rng.choice(_elements(root)).tag, rng.choice(TAGS)
    for found in root.iter(old):
        found.tag = new


@_tree
def rename_all(root: etree._Element, rng: Random) -> None:
    for found in _elements(root):
        found.tag = rng.choice(TAGS)


@_tree
def unwrap_everywhere(root: etree._Element, rng: Random) -> None:
    """Elements of a name away, their texts kept."""
    etree.strip_tags(root, str(rng.choice(_elements(root)).tag))


@_tree
def empty_element(root: etree._Element, rng: Random) -> None:
    found = rng.choice(_elements(root))
    found.text, found[:] = None, []


@_tree
def move_element(root: etree._Element, rng: Random) -> None:
    moved, target = rng.choice(_elements(root)), rng.choice(_elements(root))
    if target not in set(moved.iter()):
        target.append(moved)


@_tree
def copy_elsewhere(root: etree._Element, rng: Random) -> None:
    rng.choice(_elements(root)).append(copy.deepcopy(rng.choice(_elements(root))))


@_tree
def shuffle_children(root: etree._Element, rng: Random) -> None:
    for found in _elements(root):
        found[:] = rng.sample(list(found), len(found))


@_tree
def swap_texts(root: etree._Element, rng: Random) -> None:
    one, other = rng.choice(_elements(root)), rng.choice(_elements(root))
    one.text, other.text = other.text, one.text
    one.tail, other.tail = other.tail, one.tail


@_tree
def odd_text(root: etree._Element, rng: Random) -> bytes:
    rng.choice(_with_text(root)).text = MARK
    return _escaped(odd(rng))


@_tree
def odd_value(root: etree._Element, rng: Random) -> bytes:
    """An odd value after an element, where a page has it after a label."""
    rng.choice([each for each in _elements(root) if each.tail and each.tail.strip()] or [root]).tail = MARK
    return _escaped(odd(rng))


@_tree
def odd_throughout(root: etree._Element, rng: Random) -> None:
    """Odd values all over the page, each another."""
    share = rng.choice((0.05, 0.3, 1.0))
    for found in _elements(root):
        if found.text and found.text.strip() and rng.random() < share:
            found.text = odd_like(found.text, rng)
        if found.tail and found.tail.strip() and rng.random() < share:
            found.tail = odd_like(found.tail, rng)


@_tree
def odd_attribute(root: etree._Element, rng: Random) -> bytes:
    rng.choice(_elements(root)).set(rng.choice(("href", "class", "style", "new")), MARK)
    return _escaped(odd(rng)).replace(b'"', b"&quot;")


@_tree
def many_attributes(root: etree._Element, rng: Random) -> None:
    found = rng.choice(_elements(root))
    for number in range(rng.choice((10, 2_000))):
        found.set(f"a{number}", "")


@_tree
def references(root: etree._Element, rng: Random) -> bytes:
    """References to characters, some of them none."""
    found = rng.choice(_with_text(root))
    found.text = f"{MARK}{found.text}"
    return rng.choice(REFERENCES)


@_tree
def split_text(root: etree._Element, rng: Random) -> bytes:
    """A text cut by a comment, an element or a line."""
    found = rng.choice(_with_text(root))
    text = found.text or ""
    place = rng.randrange(len(text) + 1)
    found.text = f"{text[:place]}{MARK}{text[place:]}"
    return rng.choice(
        (b"<!-- a -->", b"<b>", b"<b></b>", b"<br>", b"<wbr>", b"<p>", b":", b"<i>a</i>", b"&shy;")
    )


def noise_inside(data: bytes, rng: Random) -> bytes:
    """Scripts, comments, forms and stray tags somewhere between the tags."""
    place = rng.choice([match.start() for match in _TAG.finditer(data)] or [0])
    return data[:place] + rng.choice(NOISE) + data[place:]


def drop_tag(data: bytes, rng: Random) -> bytes:
    place = rng.choice([match.span() for match in _TAG.finditer(data)] or [(0, 0)])
    return data[: place[0]] + data[place[1] :]


def drop_end_tags(data: bytes, rng: Random) -> bytes:
    share = rng.choice((0.2, 1.0))
    return re.sub(rb"</[^<>]*>", lambda tag: b"" if rng.random() < share else tag[0], data)


def break_tag(data: bytes, rng: Random) -> bytes:
    """A sign of a tag too few or too many."""
    place = rng.choice([at for at, byte in enumerate(data) if byte in b"<>\"'=/"] or [0])
    return data[:place] + rng.choice((b"", b"<", b">", b'"', b"<<", b"</", b"=")) + data[place + 1 :]


def no_tags(data: bytes, rng: Random) -> bytes:
    return _TAG.sub(rng.choice((b"", b" ", b"\n", b"<br>")), data)


def upper_case(data: bytes, rng: Random) -> bytes:
    return (
        _TAG.sub(lambda tag: tag[0].upper(), data) if rng.random() < 0.5 else decoded(data).upper().encode()
    )


def declare_charset(data: bytes, rng: Random) -> bytes:
    """The page says that it is in an encoding that its bytes are not in."""
    meta = f'<meta charset="{rng.choice(CHARSETS)}">'.encode()
    return re.sub(rb"<meta[^<>]*>", meta, data, count=1)


def in_other_charset(data: bytes, rng: Random) -> bytes:
    """The page is in the encoding that it says."""
    name = rng.choice(CHARSETS[:4])
    text = re.sub(r"<meta[^<>]*>", f'<meta charset="{name}">', decoded(data), count=1)
    return text.encode(name, "xmlcharrefreplace")


def in_xml(data: bytes, rng: Random) -> bytes:
    root = parsed(data)
    return b"<?xml version='1.0' encoding='UTF-8'?>" + etree.tostring(root, encoding="utf-8", method="xml")


def only_text(data: bytes, rng: Random) -> bytes:
    return etree.tostring(parsed(data), encoding="utf-8", method="text")


def _into_body(data: bytes, put: bytes, rng: Random) -> bytes:
    """`put` between two tags."""
    place = rng.choice([match.start() for match in _TAG.finditer(data)] or [0])
    return data[:place] + put + data[place:]


def nest_deep(data: bytes, rng: Random) -> bytes:
    """Elements within each other, some hundred to some ten thousand times."""
    tag, times = (
        rng.choice((b"div", b"b", b"p", b"table><tr><td")),
        rng.choice((100, 190, 260, 5_000, 60_000)),
    )
    return _into_body(data, b"<%s>" % tag * times + b"a", rng)


def huge_attribute(data: bytes, rng: Random) -> bytes:
    return _into_body(data, b"<p title='" + b"a" * rng.choice((2_500_000, 20_000_000)) + b"'>a</p>", rng)


def huge_text(data: bytes, rng: Random) -> bytes:
    one = rng.choice((b"a", b" ", b"&lt;", b"\xd0\x90 ", b"&nbsp;", b"Condena: "))
    return _into_body(data, one * (rng.choice((2_500_000, 15_000_000)) // len(one)), rng)


def huge_comment(data: bytes, rng: Random) -> bytes:
    return _into_body(
        data, b"<!--" + b"a" * rng.choice((2_500_000, 20_000_000)) + rng.choice((b"-->", b"")), rng
    )


def many_elements(data: bytes, rng: Random) -> bytes:
    """Tens of thousands of one element, and of links to other pages."""
    links = b"".join(
        b"<a href='/prisioneros/p%d/'>a</a>" % number for number in range(rng.choice((40_000, 80_000)))
    )
    return _into_body(
        data, rng.choice((b"<p>a" * 45_000, b"<i>a</i>" * 300_000, links, b"<h1>" * 45_000)), rng
    )


@_tree
def repeated_text(root: etree._Element, rng: Random) -> None:
    """The same sign hundreds of thousands of times, in some texts."""
    for found in _elements(root):
        if found.tail and found.tail.strip() and rng.random() < 0.3:
            found.tail = repeated(rng)
        elif found.text and found.text.strip() and rng.random() < 0.1:
            found.text = repeated(rng)


MUTATIONS: tuple[Mutation, ...] = (
    remove_element,
    repeat_element,
    rename_element,
    rename_everywhere,
    rename_all,
    unwrap_everywhere,
    empty_element,
    move_element,
    copy_elsewhere,
    shuffle_children,
    swap_texts,
    odd_text,
    odd_value,
    odd_value,
    odd_throughout,
    odd_throughout,
    odd_attribute,
    many_attributes,
    references,
    split_text,
    noise_inside,
    noise_inside,
    drop_tag,
    drop_end_tags,
    break_tag,
    no_tags,
    upper_case,
    declare_charset,
    in_other_charset,
    in_xml,
    only_text,
    nest_deep,
)
HEAVY: tuple[Mutation, ...] = (
    repeated_text,
    repeated_text,
    repeated_text,
    huge_attribute,
    huge_text,
    huge_comment,
    many_elements,
)
