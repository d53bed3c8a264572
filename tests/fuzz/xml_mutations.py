"""Damage to XML: what a publisher's new export may bring, and what an attacker would try."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from random import Random

from lxml import etree

from tests.fuzz.bytes_mutations import Mutation
from tests.fuzz.values import encoded, odd, odd_like, repeated

# Stands in a tree for what a tree cannot hold, and is put in when it has become bytes.
MARK = "fuzz-mark"
# If this text turns up in a table, a file beside the list was read.
CANARY = "canary-of-the-fuzz-5d1e"
HERE = Path(__file__).as_uri()

ROOTS = ("html", "Workbook", "sdnList", "export", "CONSOLIDATED_LIST", "data-set", "x:y:z", "é", "a" * 5_000)
# Names that Python knows as codecs are among them: not all of them are for text.
DECLARED = (
    "UTF-16",
    "utf-32",
    "US-ASCII",
    "ISO-8859-1",
    "windows-1252",
    "windows-1251",
    "cp037",
    "utf-7",
    "big5",
    "idna",
    "rot13",
    "base64",
    "zip",
    "unicode_escape",
    "undefined",
    "no-such-encoding",
    "",
    "x" * 2_000,
)


def parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data)


def written(root: etree._Element, put: bytes | None = None) -> bytes:
    """The tree as bytes, with `put` in the place of the mark."""
    data = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data if put is None else data.replace(MARK.encode(), put)


def elements(root: etree._Element) -> list[etree._Element]:
    """All elements but the root."""
    return [found for found in root.iter() if isinstance(found.tag, str) and found is not root]


def any_element(root: etree._Element, rng: Random) -> etree._Element:
    return rng.choice(elements(root) or [root])


def with_attributes(root: etree._Element, rng: Random) -> etree._Element:
    return rng.choice([found for found in (root, *elements(root)) if found.attrib] or [root])


def _start(data: bytes) -> int:
    """Where the root's line begins: after the declaration."""
    return data.index(b"?>") + 2 if data.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else 0


def _put_after(root: etree._Element, found: etree._Element, put: bytes) -> bytes:
    """The tree as bytes with `put` after the element `found`, or in it if it is the root."""
    place = etree.Element(MARK)
    if found is root:
        root.append(place)
    else:
        found.addnext(place)
    return written(root).replace(f"<{MARK}/>".encode(), put)


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
    gone = any_element(root, rng)
    if (parent := gone.getparent()) is not None:
        parent.remove(gone)


@_tree
def remove_everywhere(root: etree._Element, rng: Random) -> None:
    tag = any_element(root, rng).tag
    etree.strip_elements(root, tag, with_tail=False)


@_tree
def repeat_element(root: etree._Element, rng: Random) -> None:
    found = any_element(root, rng)
    for _ in range(rng.choice((1, 1, 3, 100))):
        found.addnext(copy.deepcopy(found))


@_tree
def rename_element(root: etree._Element, rng: Random) -> None:
    found = any_element(root, rng)
    names = [
        *(e.tag for e in elements(root)),
        "new",
        "{urn:other}new",
        f"{found.tag}s",
        str(found.tag).upper(),
    ]
    found.tag = rng.choice(names)


@_tree
def rename_everywhere(root: etree._Element, rng: Random) -> None:
    old, new = any_element(root, rng).tag, rng.choice((any_element(root, rng).tag, "new"))
    for found in root.iter(old):
        found.tag = new


@_tree
def empty_element(root: etree._Element, rng: Random) -> None:
    found = any_element(root, rng)
    found.attrib.clear()
    found.text, found[:] = None, []


@_tree
def empty_root(root: etree._Element, rng: Random) -> None:
    root[:] = []


@_tree
def move_element(root: etree._Element, rng: Random) -> None:
    moved, target = any_element(root, rng), any_element(root, rng)
    if target not in set(moved.iter()):
        target.append(moved)


@_tree
def copy_elsewhere(root: etree._Element, rng: Random) -> None:
    any_element(root, rng).append(copy.deepcopy(any_element(root, rng)))


@_tree
def shuffle_children(root: etree._Element, rng: Random) -> None:
    for found in root.iter():
        found[:] = rng.sample(list(found), len(found))


@_tree
def wrap_children(root: etree._Element, rng: Random) -> None:
    found = any_element(root, rng)
    inner = list(found)
    found[:] = []
    etree.SubElement(found, rng.choice(("group", str(found.tag)))).extend(inner)


@_tree
def odd_text(root: etree._Element, rng: Random) -> bytes:
    with_text = [e for e in elements(root) if e.text and e.text.strip()]
    rng.choice(with_text or [root]).text = MARK
    return encoded(odd(rng)).replace(b"&", b"&amp;").replace(b"<", b"&lt;")


@_tree
def odd_texts(root: etree._Element, rng: Random) -> bytes:
    """The same odd value in every element of a name: rare names as often as frequent ones."""
    for found in root.iter(rng.choice(sorted({str(e.tag) for e in elements(root)}) or [str(root.tag)])):
        found.text = MARK
    return encoded(odd(rng)).replace(b"&", b"&amp;").replace(b"<", b"&lt;")


@_tree
def odd_throughout(root: etree._Element, rng: Random) -> None:
    """Odd values all over the file, each another."""
    share = rng.choice((0.05, 0.3, 1.0))
    for found in root.iter("*"):
        if found.text and found.text.strip() and rng.random() < share:
            found.text = odd_like(found.text, rng)
        for name, value in found.attrib.items():
            if rng.random() < share:
                found.set(name, odd_like(str(value), rng))


@_tree
def text_beside_elements(root: etree._Element, rng: Random) -> None:
    found = any_element(root, rng)
    found.text, found.tail = "words", "more words"


@_tree
def swap_texts(root: etree._Element, rng: Random) -> None:
    one, other = any_element(root, rng), any_element(root, rng)
    one.text, other.text = other.text, one.text


@_tree
def references(root: etree._Element, rng: Random) -> bytes:
    """References to characters that are none, to entities that nobody declared."""
    any_element(root, rng).text = MARK
    wrong = (b"&#0;", b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"&nbsp;", b"&;", b"&", b"&#x;", b"&#1;")
    return rng.choice((*wrong, b"&#x41;", b"&amp;amp;", b"]]>", b"&lt;b&gt;"))


@_tree
def split_text(root: etree._Element, rng: Random) -> bytes:
    """A text cut by a comment, an instruction, a CDATA section or an element."""
    found = rng.choice([e for e in elements(root) if e.text and e.text.strip()] or [root])
    found.text = f"{MARK}{found.text}"
    cuts = (b"a<!-- b -->c", b"a<?b c?>d", b"<![CDATA[a<b>&]]>", b"<![CDATA[]]>", b"a<b>c</b>", b"a<!---->")
    return rng.choice(cuts)


@_tree
def remove_attribute(root: etree._Element, rng: Random) -> None:
    found = with_attributes(root, rng)
    if found.attrib:
        del found.attrib[rng.choice(list(found.attrib))]


@_tree
def remove_attribute_everywhere(root: etree._Element, rng: Random) -> None:
    if names := list(with_attributes(root, rng).attrib):
        etree.strip_attributes(root, rng.choice(names))


@_tree
def rename_attribute(root: etree._Element, rng: Random) -> None:
    found = with_attributes(root, rng)
    if found.attrib:
        value = found.attrib.pop(rng.choice(list(found.attrib)))
        found.set(rng.choice(("new", "{urn:other}new", "id")), value)


@_tree
def repeat_attribute(root: etree._Element, rng: Random) -> bytes:
    """The same attribute twice in an element: not well-formed."""
    found = with_attributes(root, rng)
    name = rng.choice([name for name in found.attrib if "}" not in str(name)] or ["id"])
    found.set(MARK, "twice")
    return str(name).encode()


@_tree
def odd_attribute(root: etree._Element, rng: Random) -> bytes:
    found = with_attributes(root, rng)
    found.set(rng.choice([*found.attrib, "new"]), MARK)
    return encoded(odd(rng)).replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b'"', b"&quot;")


@_tree
def odd_attribute_everywhere(root: etree._Element, rng: Random) -> bytes:
    name = rng.choice(sorted({name for found in (root, *elements(root)) for name in found.attrib}) or ["new"])
    for found in root.iter():
        if name in found.attrib:
            found.set(name, MARK)
    return encoded(odd(rng)).replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b'"', b"&quot;")


@_tree
def many_attributes(root: etree._Element, rng: Random) -> None:
    found = any_element(root, rng)
    for number in range(rng.choice((10, 2_000))):
        found.set(f"a{number}", "")


@_tree
def wide_character_names(root: etree._Element, rng: Random) -> None:
    etree.SubElement(any_element(root, rng), rng.choice(("имя", "名", "n" * 20_000)))


def nest_deep(data: bytes, rng: Random) -> bytes:
    """An element within itself, some hundred to some ten thousand times."""
    root = parsed(data)
    found = any_element(root, rng)
    tag, times = etree.QName(found).localname.encode(), rng.choice((70, 300, 1_000, 5_000, 60_000))
    inner = etree.tostring(found, with_tail=False)
    return _put_after(root, found, b"<%s>" % tag * times + inner + b"</%s>" % tag * times)


@_tree
def include(root: etree._Element, rng: Random) -> None:
    element = etree.SubElement(
        any_element(root, rng), "{http://www.w3.org/2001/XInclude}include", parse="text"
    )
    element.set("href", rng.choice((HERE, "file:///etc/hostname", "http://127.0.0.1:9/list.xml")))


def other_root(data: bytes, rng: Random) -> bytes:
    root = parsed(data)
    name = rng.choice(ROOTS)
    inner = b"".join(etree.tostring(child) for child in root)
    return f"<{name}>".encode() + inner + f"</{name}>".encode()


def wrap_root(data: bytes, rng: Random) -> bytes:
    name = etree.QName(parsed(data)).localname.encode()
    tag = rng.choice((b"soap", b"n:" + name, name))
    return b'<%s xmlns:n="urn:n">' % tag + data[_start(data) :] + b"</%s>" % tag


def declare_encoding(data: bytes, rng: Random) -> bytes:
    """The declaration names an encoding that the bytes are not in."""
    return f'<?xml version="1.0" encoding="{rng.choice(DECLARED)}"?>'.encode() + data[_start(data) :]


def odd_declaration(data: bytes, rng: Random) -> bytes:
    declarations = (
        b'<?xml version="1.1"?>',
        b'<?xml version="9.9" encoding="UTF-8"?>',
        b'<?xml version="1.0" standalone="maybe"?>',
        b" <?xml version='1.0'?>",
        b"<?xml version='1.0'?><?xml version='1.0'?>",
        b"<?xml?>",
        b"",
    )
    return rng.choice(declarations) + data[_start(data) :]


def entity_bomb(data: bytes, rng: Random) -> bytes:
    """Entities that grow to gigabytes: tenfold each, or one long one used many times."""
    root = parsed(data)
    name = etree.QName(root).localname
    if rng.random() < 0.5:
        grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
        entities, use = f'<!ENTITY e0 "lol">{grown}', b"&e10;"
    else:
        entities, use = f'<!ENTITY e0 "{"a" * 50_000}">', b"&e0;" * 50_000
    any_element(root, rng).text = MARK
    return f"<!DOCTYPE {name} [{entities}]>".encode() + etree.tostring(root).replace(MARK.encode(), use)


def external_entity(data: bytes, rng: Random) -> bytes:
    root = parsed(data)
    name = etree.QName(root).localname
    any_element(root, rng).text = MARK
    url = rng.choice((HERE, "file:///etc/hostname", "http://127.0.0.1:9/x", "/dev/zero", "data:,x"))
    kind = rng.choice(
        (
            f'[<!ENTITY x SYSTEM "{url}">]',
            f'[<!ENTITY % x SYSTEM "{url}"> %x;]',
            f'SYSTEM "{url}"',
            f'PUBLIC "-//X//EN" "{url}"',
        )
    )
    return f"<!DOCTYPE {name} {kind}>".encode() + etree.tostring(root).replace(MARK.encode(), b"&x;")


def instructions(data: bytes, rng: Random) -> bytes:
    """Comments, instructions and style sheets before, within and after the root."""
    extra = rng.choice((b"<!-- c -->", b"<?php echo 1; ?>", b"<?xml-stylesheet href='x'?>", b"<!-- -- -->"))
    place = rng.choice((_start(data), len(data), data.rindex(b"</")))
    return data[:place] + extra * rng.choice((1, 1, 1_000)) + data[place:]


def huge_attribute(data: bytes, rng: Random) -> bytes:
    root = parsed(data)
    found = with_attributes(root, rng)
    found.set(rng.choice([*found.attrib, "new"]), MARK)
    return written(root, b"a" * 20_000_000)


def huge_text(data: bytes, rng: Random) -> bytes:
    root = parsed(data)
    any_element(root, rng).text = MARK
    return written(root, rng.choice((b"a", b" ", b"&lt;", b"\xd0\x90 ")) * 6_000_000)


@_tree
def repeated_text(root: etree._Element, rng: Random) -> None:
    """The same sign hundreds of thousands of times, in a text and an attribute of each name."""
    seen: set[str | bytes] = set()
    for found in root.iter("*"):
        if found.text and found.text.strip() and found.tag not in seen and rng.random() < 0.2:
            seen.add(found.tag)
            found.text = repeated(rng)
        for name in found.attrib:
            if name not in seen and rng.random() < 0.2:
                seen.add(name)
                found.set(name, repeated(rng))


def huge_comment(data: bytes, rng: Random) -> bytes:
    place = rng.choice((_start(data), data.rindex(b"</")))
    return data[:place] + b"<!--" + b"a" * 20_000_000 + b"-->" + data[place:]


def many_copies(data: bytes, rng: Random) -> bytes:
    """Twenty megabytes of one element, again and again."""
    root = parsed(data)
    found = any_element(root, rng)
    one = etree.tostring(found, with_tail=False)
    return _put_after(root, found, one * (20_000_000 // len(one)))


def many_names(data: bytes, rng: Random) -> bytes:
    """A hundred thousand elements, none called like another."""
    root = parsed(data)
    new = b"".join(b"<n%d/>" % number for number in range(100_000))
    return _put_after(root, any_element(root, rng), new)


def nest_very_deep(data: bytes, rng: Random) -> bytes:
    """Elements that open and open."""
    root = parsed(data)
    name = etree.QName(rng.choice((any_element(root, rng), root))).localname.encode()
    end = data.rindex(b"</")
    return (
        data[:end] + b"<%s>" % name * 1_000_000 + rng.choice((b"", b"</%s>" % name * 1_000_000 + data[end:]))
    )


MUTATIONS: tuple[Mutation, ...] = (
    remove_element,
    remove_everywhere,
    repeat_element,
    rename_element,
    rename_everywhere,
    empty_element,
    empty_root,
    move_element,
    copy_elsewhere,
    shuffle_children,
    wrap_children,
    odd_text,
    odd_texts,
    odd_texts,
    odd_throughout,
    odd_throughout,
    text_beside_elements,
    swap_texts,
    references,
    split_text,
    remove_attribute,
    remove_attribute_everywhere,
    rename_attribute,
    repeat_attribute,
    odd_attribute,
    odd_attribute_everywhere,
    odd_attribute_everywhere,
    many_attributes,
    wide_character_names,
    nest_deep,
    include,
    other_root,
    wrap_root,
    declare_encoding,
    odd_declaration,
    entity_bomb,
    external_entity,
    instructions,
)
HEAVY: tuple[Mutation, ...] = (
    repeated_text,
    repeated_text,
    repeated_text,
    huge_attribute,
    huge_text,
    huge_comment,
    many_copies,
    many_names,
    nest_very_deep,
)
