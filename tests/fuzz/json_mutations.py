"""Damage to JSON: what a new version of an interface, a proxy or an attacker does to it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.fuzz.bytes_mutations import Mutation, decoded
from tests.fuzz.values import encoded, odd, odd_like, repeated

# Stands in a document for what no document can hold, and is put in when it has become bytes.
MARK = "fuzz-mark"
NUMBERS = (
    *(b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"-0", b"-0.0", b"1E400", b"1e-400", b"0.1e1"),
    *(
        b"01",
        b"+1",
        b"1.",
        b".5",
        b"0x1F",
        b"1_000",
        b"9" * 25,
        b"9" * 5_000,
        b"-" + b"9" * 400,
        b"1.5",
        b"2e3",
    ),
)
STRINGS = (
    *(
        b'"\\x41"',
        b'"\\u12"',
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\\u0000"',
        b'"\\u202e"',
        b'"\\/"',
        b'"\\"',
    ),
    *(
        b'"a\nb"',
        b'"\x00"',
        b'"\x01"',
        b"'a'",
        b"a",
        b'"a" "b"',
        b'"\xff"',
        b'"\\uD83D\\uDE00"',
        b"undefined",
    ),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, 1e308, "", " ", "null", [], {}, [None], [[]], [{}], {"": ""}),
    *(
        {"a": {"b": ["c"]}},
        ["a", 1, None],
        [[["a"]]],
        {"rendered": "a"},
        {"rendered": None},
        "<p>a</p>",
        [1, 2],
    ),
)
OTHERS = (
    b"null",
    b"true",
    b"0",
    b'""',
    b"[]",
    b"{}",
    b"[[]]",
    b"[null]",
    b'{"data": null}',
    b'{"data": {}}',
    b'{"data": [null]}',
    b'{"data": [[]]}',
    b'{"data": [{}]}',
    b'{"error": "too many requests"}',
    b'{"code": "rest_post_invalid_page_number", "message": "", "data": {"status": 400}}',
    b'{"data": [], "data": [{}]}',
)


def parsed(data: bytes) -> Any:
    return json.loads(decoded(data))


def written(document: Any, put: bytes | None = None, indent: int | None = None) -> bytes:
    """The document as bytes, with `put` in the place of the mark."""
    data = encoded(json.dumps(document, ensure_ascii=False, indent=indent))
    return data if put is None else data.replace(json.dumps(MARK).encode(), put)


def places(document: Any) -> list[tuple[Any, Any]]:
    """Where a value stands: each a list or an object, and the index or the key in it."""
    return list(_places(document))


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    waiting = [document]
    while waiting:
        around = waiting.pop()
        inner: list[Any] = []
        if isinstance(around, dict):
            inner = list(around)
        elif isinstance(around, list):
            inner = list(range(len(around)))
        for at in inner:
            yield around, at
            waiting.append(around[at])


def records(document: Any) -> list[Any]:
    """The longest list in which a document has objects, to be changed in place; a new one if it has none."""
    lists = [document, *(around[at] for around, at in places(document))]
    found = [each for each in lists if isinstance(each, list) and any(isinstance(one, dict) for one in each)]
    return max(found, key=len, default=[])


def _document(change: Callable[[Any, Random], bytes | None]) -> Mutation:
    """A mutation made of a change to the document, which gives what stands for the mark."""

    def mutation(data: bytes, rng: Random) -> bytes:
        document = parsed(data)
        put = change(document, rng)
        return written(document, put)

    mutation.__name__ = change.__name__
    return mutation


def _place(document: Any, rng: Random) -> tuple[Any, Any]:
    return rng.choice(places(document) or [([None], 0)])


def objects(document: Any) -> list[dict[str, Any]]:
    """All objects of a document, itself among them."""
    return [each for each in (document, *(a[at] for a, at in places(document))) if isinstance(each, dict)]


def _key(document: Any, rng: Random) -> str:
    """Any key, rare ones as often as frequent ones."""
    return rng.choice(sorted({key for each in objects(document) for key in each}) or ["new"])


@_document
def drop_value(document: Any, rng: Random) -> None:
    around, at = _place(document, rng)
    del around[at]


@_document
def drop_key_everywhere(document: Any, rng: Random) -> None:
    key = _key(document, rng)
    for each in objects(document):
        each.pop(key, None)


@_document
def rename_key(document: Any, rng: Random) -> None:
    each = rng.choice(objects(document) or [{}])
    if each:
        key = rng.choice(list(each))
        each[rng.choice((f"{key}s", key.upper(), "", "new", f" {key}", "é"))] = each.pop(key)


@_document
def rename_key_everywhere(document: Any, rng: Random) -> None:
    old, new = _key(document, rng), rng.choice((_key(document, rng), "new"))
    for each in objects(document):
        if old in each:
            each[new] = each.pop(old)


@_document
def swap_values(document: Any, rng: Random) -> None:
    """What stands under two keys, each under the other."""
    key, other = _key(document, rng), _key(document, rng)
    for each in objects(document):
        if key in each and other in each:
            each[key], each[other] = each[other], each[key]


@_document
def other_type(document: Any, rng: Random) -> None:
    around, at = _place(document, rng)
    around[at] = copy.deepcopy(rng.choice(VALUES))


@_document
def other_type_everywhere(document: Any, rng: Random) -> None:
    key, value = _key(document, rng), rng.choice(VALUES)
    for each in objects(document):
        if key in each:
            each[key] = copy.deepcopy(value)


@_document
def other_types_throughout(document: Any, rng: Random) -> None:
    share = rng.choice((0.02, 0.1, 0.5))
    for around, at in places(records(document)):
        if rng.random() < share:
            around[at] = copy.deepcopy(rng.choice(VALUES))


@_document
def wrap_value(document: Any, rng: Random) -> None:
    around, at = _place(document, rng)
    around[at] = rng.choice(([around[at]], {"value": around[at]}, [around[at]] * 3))


@_document
def wrap_everywhere(document: Any, rng: Random) -> None:
    key, as_list = _key(document, rng), rng.random() < 0.5
    for each in objects(document):
        if key in each:
            each[key] = [each[key]] if as_list else {key: each[key]}


@_document
def odd_text(document: Any, rng: Random) -> None:
    around, at = _place(document, rng)
    around[at] = odd(rng)


@_document
def odd_texts(document: Any, rng: Random) -> None:
    """The same odd value under every key of a name."""
    key, value = _key(document, rng), odd(rng)
    for each in objects(document):
        if key in each:
            each[key] = value


@_document
def odd_throughout(document: Any, rng: Random) -> None:
    """Odd values all over the file, each another."""
    share = rng.choice((0.05, 0.3, 1.0))
    for around, at in places(records(document)):
        if isinstance(around[at], str | int | float) and rng.random() < share:
            around[at] = odd_like(str(around[at]), rng)


@_document
def odd_number(document: Any, rng: Random) -> bytes:
    """A number that JSON has not, or that is larger than any machine's."""
    around, at = _place(document, rng)
    around[at] = MARK
    return rng.choice(NUMBERS)


@_document
def odd_numbers(document: Any, rng: Random) -> bytes:
    key = _key(document, rng)
    for each in objects(document):
        if key in each:
            each[key] = MARK
    return rng.choice(NUMBERS)


@_document
def odd_string(document: Any, rng: Random) -> bytes:
    """A string with an escape or a character that JSON has not, or that is none."""
    around, at = _place(document, rng)
    around[at] = MARK
    return rng.choice(STRINGS)


@_document
def repeat_key(document: Any, rng: Random) -> bytes:
    """The same key twice in an object."""
    each = rng.choice([found for found in objects(document) if found] or [{"a": 1}])
    key = rng.choice(list(each))
    first, last = rng.sample((each[key], rng.choice(VALUES)), 2)
    each[key] = MARK
    return f"{json.dumps(first)}, {json.dumps(key)}: {json.dumps(last)}".encode()


@_document
def drop_records(document: Any, rng: Random) -> None:
    found = records(document)
    found[:] = [one for one in found if rng.random() < rng.choice((0.0, 0.5))]


@_document
def repeat_record(document: Any, rng: Random) -> None:
    if found := records(document):
        found.extend([copy.deepcopy(rng.choice(found))] * rng.choice((1, 1, 500)))


@_document
def shuffle_records(document: Any, rng: Random) -> None:
    rng.shuffle(records(document))


@_document
def odd_records(document: Any, rng: Random) -> None:
    found = records(document)
    found.insert(rng.randrange(len(found) + 1), copy.deepcopy(rng.choice(VALUES)))


@_document
def add_keys(document: Any, rng: Random) -> None:
    for number in range(rng.choice((1, 500))):
        for each in objects(document)[:20]:
            each[f"new{number}"] = copy.deepcopy(VALUES[number % len(VALUES)])


def shuffle_keys(data: bytes, rng: Random) -> bytes:
    document = parsed(data)
    for each in objects(document):
        items = rng.sample(list(each.items()), len(each))
        each.clear()
        each.update(items)
    return written(document, indent=rng.choice((None, 1, 4)))


def ascii_only(data: bytes, rng: Random) -> bytes:
    return json.dumps(parsed(data)).encode()


def other_document(data: bytes, rng: Random) -> bytes:
    return rng.choice(OTHERS)


def wrap_document(data: bytes, rng: Random) -> bytes:
    before, after = rng.choice(
        (
            (b"[", b"]"),
            (b'{"data":', b"}"),
            (b"callback(", b");"),
            (b")]}',\n", b""),
            (b'"', b'"'),
            (b"[[", b"]]"),
        )
    )
    return before + data + after


def only_records(data: bytes, rng: Random) -> bytes:
    """The list without what is around it, or a record a line."""
    found = records(parsed(data))
    return written(found) if rng.random() < 0.5 else b"\n".join(map(written, found))


def loose(data: bytes, rng: Random) -> bytes:
    """What readers of a looser kind take."""
    old, new = rng.choice(
        (
            (b"}", b",}"),
            (b"]", b",]"),
            (b'"', b"'"),
            (b":", b"="),
            (b",", b",,"),
            (b"{", b"{/* a */"),
            (b",", b", // a\n"),
            (b"null", b"None"),
            (b"true", b"True"),
            (b'": "', b'": u"'),
        )
    )
    return data.replace(old, new, rng.choice((1, -1)))


def drop_sign(data: bytes, rng: Random) -> bytes:
    """One bracket, comma, colon or quote too few."""
    found = [at for at, byte in enumerate(data) if byte in b'{}[],:"']
    place = rng.choice(found or [0])
    return data[:place] + data[place + 1 :]


def nest(data: bytes, rng: Random) -> bytes:
    """A value within lists or objects, some ten to some thousand times."""
    document = parsed(data)
    around, at = _place(document, rng)
    inner, times = written(around[at]), rng.choice((10, 60, 70, 900, 3_000))
    around[at] = MARK
    before, after = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return written(document, before * times + inner + after * times)


def nest_very_deep(data: bytes, rng: Random) -> bytes:
    """Brackets that open and open."""
    return rng.choice((b"[", b'{"a":', b'[{"a":', b'{"data":[')) * 1_000_000 + rng.choice((b"", data))


def huge_string(data: bytes, rng: Random) -> bytes:
    document = parsed(data)
    around, at = _place(document, rng)
    around[at] = MARK
    return written(
        document, b'"' + rng.choice((b"a", b" ", b"\\n", b"\\u0301", b"\xd0\x90 ")) * 4_000_000 + b'"'
    )


def huge_number(data: bytes, rng: Random) -> bytes:
    document = parsed(data)
    around, at = _place(document, rng)
    around[at] = MARK
    return written(document, rng.choice((b"9", b"0.", b"1e")) + b"9" * 2_000_000)


@_document
def repeated_text(document: Any, rng: Random) -> None:
    """The same sign hundreds of thousands of times, in a text of some keys."""
    seen: set[Any] = set()
    for around, at in places(records(document)):
        if isinstance(around[at], str) and at not in seen and rng.random() < 0.2:
            seen.add(at)
            around[at] = repeated(rng)


def many_records(data: bytes, rng: Random) -> bytes:
    """Ten megabytes of one record, again and again."""
    document = parsed(data)
    found = records(document)
    one = written(rng.choice(found or [{}]))
    found.append(MARK)
    return written(document, b",".join([one] * (10_000_000 // (len(one) + 1))))


def many_keys(data: bytes, rng: Random) -> bytes:
    """Two hundred thousand keys, none like another, in one object."""
    document = parsed(data)
    each = rng.choice(objects(document) or [{}])
    each["last"] = MARK
    return written(document, b"0," + b",".join(b'"k%d":0' % number for number in range(200_000)))


MUTATIONS: tuple[Mutation, ...] = (
    drop_value,
    drop_key_everywhere,
    rename_key,
    rename_key_everywhere,
    swap_values,
    other_type,
    other_type_everywhere,
    other_type_everywhere,
    other_types_throughout,
    wrap_value,
    wrap_everywhere,
    odd_text,
    odd_texts,
    odd_texts,
    odd_throughout,
    odd_throughout,
    odd_number,
    odd_numbers,
    odd_string,
    repeat_key,
    drop_records,
    repeat_record,
    shuffle_records,
    odd_records,
    add_keys,
    shuffle_keys,
    ascii_only,
    other_document,
    wrap_document,
    only_records,
    loose,
    drop_sign,
    nest,
)
HEAVY: tuple[Mutation, ...] = (
    repeated_text,
    repeated_text,
    repeated_text,
    nest_very_deep,
    huge_string,
    huge_number,
    many_records,
    many_keys,
)
