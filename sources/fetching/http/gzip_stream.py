"""Streaming decompression of a gzip body: complete or refused, one piece in memory at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from sources.fetching.response_body import CHUNK, FaultError

_GZIP = 16 + zlib.MAX_WBITS


def decompress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a gzip body of one or several members (RFC 1952), in pieces of at most CHUNK bytes.

    A body of no bytes is empty. Raises FaultError if it is damaged, cut short, or followed by anything.
    """
    member = None
    for chunk in chunks:
        rest = chunk
        while rest:
            member = member or zlib.decompressobj(_GZIP)
            yield from _pieces(member, rest)
            rest = member.unused_data
            if member.eof:
                member = None
    if member is not None:
        raise FaultError("the compressed body is cut short", again=True)


def _pieces(member: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    more = True
    while more and not member.eof:
        try:
            piece = member.decompress(data, CHUNK)
        except zlib.error as error:
            raise FaultError("the compressed body is damaged") from error
        data = member.unconsumed_tail
        more = len(piece) == CHUNK or bool(data)  # a full piece: zlib may hold more, and no input
        if piece:
            yield piece
