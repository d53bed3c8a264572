"""Decode a feed's bytes as feed readers do: by the actual encoding, tolerating damaged characters."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import NamedTuple

from transforms.reading.parse_result import SourceFormatError

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")

# If one begins like another, the longer comes first.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))

# The encoding that is meant by a declared label, usually a superset (WHATWG Encoding Standard, "Names and
# labels").
_MEANT = {
    label: encoding
    for encoding, labels in {
        "utf-8": "utf8 unicode-1-1-utf-8 x-unicode20utf8 utf-16 utf-16le utf-16be ucs-2 unicode",
        "gb18030": "gb2312 gbk gb_2312 gb_2312-80 csgb2312 csiso58gb231280 chinese iso-ir-58 x-gbk cp936 "
        "euc-cn",
        "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950",
        "cp949": "euc-kr euckr ks_c_5601 ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 cseuckr iso-ir-149 "
        "korean windows-949",
        "cp932": "shift_jis shift-jis sjis ms_kanji x-sjis csshiftjis windows-31j ms932",
        "cp1252": "iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 latin1 latin-1 l1 cp819 ibm819 "
        "csisolatin1 iso-ir-100 us-ascii ascii ansi_x3.4-1968 windows-1252 x-cp1252",
        "cp1254": "iso-8859-9 iso8859-9 iso88599 iso_8859-9 latin5 l5 csisolatin5 iso-ir-148 windows-1254 "
        "x-cp1254",
        "cp874": "iso-8859-11 iso8859-11 iso885911 tis-620 dos-874 windows-874",
        "iso8859-8": "iso-8859-8-i logical csiso88598i",
        "cp1251": "x-cp1251 win-1251 windows1251",
        # KOI8-U has Ukrainian letters where KOI8-R has box-drawing characters.
        "koi8-u": "koi koi8 koi8-r koi8_r cskoi8r koi8-ru",
        "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "iso8859-6": "iso-8859-6-e iso-8859-6-i",
        "iso2022_jp_ext": "iso-2022-jp iso2022_jp csiso2022jp",
    }.items()
    for label in labels.split()
}
# Encodings that use ASCII bytes only: decoding them as UTF-8 succeeds but is wrong.
_ESCAPED = {"iso2022_jp_ext", "iso2022_kr", "hz"}

# Fallbacks of encodings, for texts with invalid bytes.
_INSTEAD = {"big5hkscs": "cp950"}
# Windows encodings have characters where ISO encodings have control characters, which do not occur in text.
# Since their letters differ in other places, they are used only if such a byte occurs.
_OF_WINDOWS = {
    "iso8859-2": "cp1250",
    "iso8859-5": "cp1251",
    "iso8859-6": "cp1256",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-13": "cp1257",
}
_CONTROL_BYTES = re.compile(rb"[\x80-\x9f]")
# The charset that servers declare by default.
_DEFAULT = "cp1252"

# What Python decodes invalid bytes of Shift JIS to.
_NO_CHARACTERS = dict.fromkeys(map(ord, "\uf8f0\uf8f1\uf8f2\uf8f3"), "\ufffd")

_MOST_BAD = 0.01
# Minimum number of valid non-ASCII characters per damaged one in a text accepted as UTF-8.
_WHOLE_TO_BAD = 5

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]0*+([0-9a-fA-F]*)|0*+([0-9]*));?")
_MOST_DIGITS = 7  # of a character reference
# The declaration of an entity, complete or cut off.
_ENTITY = re.compile(r"<!ENTITY(?:[^<>]*+>)?", re.IGNORECASE)


class _Read(NamedTuple):
    encoding: str
    text: str
    bad: int


def decoded(name: str, data: bytes, charset: str | None, unknown: Counter[str]) -> str:
    """Decode a feed. Raises SourceFormatError if no candidate encoding fits.

    Candidates, in this order: that of a byte order mark; UTF-8, because text in other encodings is rarely
    valid UTF-8; the `charset` of HTTP's Content-Type (RFC 7303), unless it is Latin-1, which servers send by
    default and which fits any text; the XML declaration. The first one without damaged characters is used,
    otherwise the first with at most one in a hundred. Damaged characters are replaced. Characters that XML
    does not allow, and entity declarations, are removed. All of these are counted in `unknown`.
    """
    found = _found(name, data, charset, unknown)
    if found.bad:
        unknown[f"bytes not {found.encoding.upper()}, replaced"] += found.bad
    text, entities = _ENTITY.subn("", _allowed(found.text, unknown))
    if entities:
        unknown["declaration of an entity in a feed, left out"] += entities
    return text


def _found(name: str, data: bytes, charset: str | None, unknown: Counter[str]) -> _Read:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _bearable(name, [_read(data[len(mark) :], encoding)])
    for start, encoding in _WIDE:
        if data.startswith(start):
            return _bearable(name, [_read(data, encoding)])
    match = _DECLARED.match(data)
    named = [label for label in (charset, match[1].decode("ascii") if match else None) if label]
    meant = list(dict.fromkeys(filter(None, map(_encoding, named))))
    if len(meant) > 1 and meant[0] == _DEFAULT:
        meant.reverse()
    if meant and meant[0] in _ESCAPED:
        return _bearable(name, [read for encoding in meant if (read := _read(data, encoding))])
    plain = _read(data, "utf-8")
    if not plain.bad:
        if not data.isascii() and named and "utf-8" not in meant:
            unknown["feed in UTF-8 that declares another encoding"] += 1
        return plain
    if not named:
        meant = ["utf-8"]
    reads = [plain if encoding == "utf-8" else _read(data, encoding) for encoding in meant]
    beyond = sum(character > "\x7f" for character in plain.text) - plain.bad
    if plain in reads and beyond >= _WHOLE_TO_BAD * plain.bad:
        reads = [plain]
    return _bearable(name, reads)


def _encoding(label: str) -> str | None:
    """Return the encoding that a label means; None if it is not a text encoding."""
    label = label.strip().lower()
    try:
        encoding = _MEANT.get(label) or codecs.lookup(label).name
        encoding = _MEANT.get(encoding, encoding)
        b"".decode(encoding)
    except (LookupError, ValueError):
        return None
    return encoding


def _read(data: bytes, encoding: str) -> _Read:
    if encoding in _OF_WINDOWS and _CONTROL_BYTES.search(data):
        windows = _decoded(data, _OF_WINDOWS[encoding])
        return windows if not windows.bad else _decoded(data, encoding)
    found = _decoded(data, encoding)
    if found.bad and encoding in _INSTEAD:
        return min(found, _decoded(data, _INSTEAD[encoding]), key=lambda read: read.bad)
    return found


def _decoded(data: bytes, encoding: str) -> _Read:
    text = data.decode(encoding, "replace").translate(_NO_CHARACTERS if encoding == "cp932" else {})
    bad = text.count("\ufffd")
    if bad and encoding == "utf-8":
        bad -= data.count("\ufffd".encode())
    return _Read(encoding, text, bad)


def _bearable(name: str, reads: list[_Read]) -> _Read:
    """Return the first result without damaged characters, else with few, else raise SourceFormatError."""
    few = [read for read in reads if read.bad <= max(1, _MOST_BAD * len(read.text))]
    if not few:
        raise SourceFormatError(f"{name}: not in the encoding it declares")
    return next((read for read in few if not read.bad), few[0])


def _allowed(text: str, unknown: Counter[str]) -> str:
    """Remove characters that XML does not allow, and references to them."""

    def reference(match: re.Match[str]) -> str:
        digits = match[1] or match[2] or "0"
        code = int(digits, 16 if match[1] else 10) if len(digits) <= _MOST_DIGITS else 0
        if (
            code in {0x9, 0xA, 0xD}
            or 0x20 <= code < 0xD800
            or 0xE000 <= code < 0xFFFE
            or 0xFFFF < code < 0x110000
        ):
            return match[0]
        unknown["control characters in a feed, left out"] += 1
        return ""

    text, count = _CONTROL.subn("", text.removeprefix("\ufeff"))
    if count:
        unknown["control characters in a feed, left out"] += count
    return _REFERENCE.sub(reference, text)
