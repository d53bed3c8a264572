"""Damage that befalls any file: on the way, on a disk, in an editor, behind a firewall."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]

BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"+/v8")
NOT_UTF8 = (
    b"\xff",
    b"\xc3\x28",
    b"\xe2\x82",
    b"\xed\xa0\x80",  # half a pair
    b"\xc0\xaf",  # overlong
    b"\xf8\x88\x80\x80\x80",
    b"\xf4\x90\x80\x80",  # beyond the last character
    b"\xe9",
)
ENCODINGS = ("cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7", "cp037")
RUNS = (
    *(
        "9",
        " ",
        "(",
        "()",
        "a",
        "a ",
        "1 ",
        "1-",
        "1)",
        ";",
        ",",
        ".",
        "-",
        "\u4e60",
        "\u0416",
        "\uae40",
        "\u0645",
        "\ufdfa",
    ),
    *(
        " and ",
        " or ",
        "aka ",
        "No. 1 ",
        "1980 ",
        "&amp;",
        "[",
        "\u0301",
        "\u200d",
        "\t",
        "Art. 1 ",
        "5 years ",
    ),
)
STRANGERS = (
    b"",
    b"\n",
    b" \r\n\t ",
    b"\x00" * 5_000,
    b"<!DOCTYPE html><html><body>Request blocked</body></html>",
    b"<html><head><title>403</title></head>",
    b'{"status":500,"error":"Internal Server Error"}',
    b"[]",
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"PK\x03\x04",
    b"PK\x05\x06" + b"\x00" * 18,  # a zip of nothing
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1_528,
    b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n",
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    b"Access denied",
    b"<?xml version='1.0'?>",
    b"<",
    b"<a",
    b"a,b\n1,2\n",
    b"\x1a",
)


def decoded(data: bytes) -> str:
    """A sample's text: UTF-8, or else cp1252."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def span(size: int, rng: Random, most: int = 2_000) -> slice:
    """A stretch of at most `most` of `size` places."""
    start = rng.randrange(size + 1)
    return slice(start, min(size, start + rng.randint(1, most)))


def flip_bits(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 10, 100))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def set_bytes(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 30))):
        changed[rng.randrange(len(changed))] = rng.choice((0, 9, 10, 13, 34, 38, 60, 62, 127, 255))
    return bytes(changed)


def truncate(data: bytes, rng: Random) -> bytes:
    return data[: rng.choice((rng.randrange(len(data)), len(data) - rng.randint(1, min(60, len(data)))))]


def cut_start(data: bytes, rng: Random) -> bytes:
    return data[rng.choice((rng.randint(1, len(data)), rng.randint(1, 5))) :]


def remove_span(data: bytes, rng: Random) -> bytes:
    cut = span(len(data), rng)
    return data[: cut.start] + data[cut.stop :]


def repeat_span(data: bytes, rng: Random) -> bytes:
    cut = span(len(data), rng)
    return data[: cut.stop] + data[cut] * rng.choice((1, 1, 2, 50)) + data[cut.stop :]


def move_span(data: bytes, rng: Random) -> bytes:
    cut = span(len(data), rng)
    rest = data[: cut.start] + data[cut.stop :]
    place = rng.randrange(len(rest) + 1)
    return rest[:place] + data[cut] + rest[place:]


def insert_noise(data: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.randbytes(rng.choice((1, 4, 64, 2_000))) + data[place:]


def insert_nuls(data: bytes, rng: Random) -> bytes:
    place = rng.choice((0, len(data), rng.randrange(len(data))))
    return data[:place] + b"\x00" * rng.choice((1, 2, 4_096)) + data[place:]


def break_utf8(data: bytes, rng: Random) -> bytes:
    for _ in range(rng.choice((1, 1, 5))):
        place = rng.randrange(len(data) + 1)
        data = data[:place] + rng.choice(NOT_UTF8) + data[place:]
    return data


def change_line_ends(data: bytes, rng: Random) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(
        b"\n", rng.choice((b"\n", b"\r\n", b"\r", b"\n\n", b"\r\r\n"))
    )


def add_bom(data: bytes, rng: Random) -> bytes:
    return rng.choice(BOMS) * rng.choice((1, 1, 2)) + data


def reencode(data: bytes, rng: Random) -> bytes:
    """In another encoding, without a word of it in the file."""
    return decoded(data).encode(rng.choice(ENCODINGS), "replace")


def encode_twice(data: bytes, rng: Random) -> bytes:
    return data.decode(rng.choice(("latin-1", "cp1251", "cp437")), "replace").encode()


def change_digits(data: bytes, rng: Random) -> bytes:
    share = rng.choice((0.01, 0.1, 1.0))
    return re.sub(rb"\d", lambda digit: b"%d" % rng.randrange(10) if rng.random() < share else digit[0], data)


def append_itself(data: bytes, rng: Random) -> bytes:
    return data + rng.choice((b"", b"\n")) + data


def append_noise(data: bytes, rng: Random) -> bytes:
    return data + rng.choice((b"\x1a", b"\x00", b"<!-- end -->", b"x", b"\n" * 1_000, rng.randbytes(100)))


def long_run(data: bytes, rng: Random) -> bytes:
    """One sign or word again and again, which takes a bad rule the square of its length."""
    place = rng.randrange(len(data) + 1)
    run = rng.choice(RUNS).encode() * rng.choice((400, 1_200, 20_000))
    return data[:place] + run + data[place:]


def noise(data: bytes, rng: Random) -> bytes:
    return rng.randbytes(rng.choice((1, 2, 3, 50, 5_000, 300_000)))


def stranger(data: bytes, rng: Random) -> bytes:
    return rng.choice(STRANGERS)


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    set_bytes,
    truncate,
    cut_start,
    remove_span,
    repeat_span,
    move_span,
    insert_noise,
    insert_nuls,
    break_utf8,
    change_line_ends,
    add_bom,
    reencode,
    encode_twice,
    change_digits,
    append_itself,
    append_noise,
    long_run,
    noise,
    stranger,
)
