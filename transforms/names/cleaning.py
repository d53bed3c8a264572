"""What all sources' names share: cleaning, script, and a key for exact matching."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from anyascii import anyascii

from transforms.reading.characters import count, scrubbed

# The first word of a letter's Unicode name, and the ISO 15924 code of its script.
_SCRIPTS = {
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "BENGALI": "Beng",
    "CJK": "Hani",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor",
    "GREEK": "Grek",
    "GURMUKHI": "Guru",
    "HANGUL": "Hang",
    "HEBREW": "Hebr",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "KHMER": "Khmr",
    "LAO": "Laoo",
    "LATIN": "Latn",
    "MONGOLIAN": "Mong",
    "MYANMAR": "Mymr",
    "SINHALA": "Sinh",
    "SYRIAC": "Syrc",
    "TAMIL": "Taml",
    "THAANA": "Thaa",
    "THAI": "Thai",
    "TIBETAN": "Tibt",
}
# Texts in one script that most names are in, with signs beside the letters. Latin with its accents ends at
# U+024F, but for the block from U+1E00; the signs are ASCII's, Latin 1's and the general punctuation.
_ONE_SCRIPT = (
    (re.compile("[\\x00-\u024f\u1e00-\u1eff\u2000-\u206f]*"), "Latn"),
    (re.compile("[\\x00-@\\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u0400-\u052f\u2000-\u206f]*"), "Cyrl"),
)
MAX_NAME = 1_000
"""Characters of a name, at most: the longest on the lists has 245. A longer text is not taken for one."""

_APOSTROPHES = re.compile("['`]")
_TOKEN = re.compile("[a-z0-9]+")


def clean(text: str) -> str:
    """`text` in Unicode NFC, without outer whitespace and with each inner run of it as one space.

    Characters that nobody sees are left out (`characters.scrubbed`).
    """
    if not (printable := text.isprintable()):
        text = scrubbed(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if printable and "  " not in text:  # most texts: no whitespace but single spaces
        return text.strip()
    return " ".join(text.split())


def is_too_long(name: str) -> bool:
    """Whether a text is too long for a name; it is then counted as such, for the caller leaves it out."""
    if len(name) <= MAX_NAME:
        return False
    count(f"name of more than {MAX_NAME:,} characters, left out")
    return True


def term(text: str) -> str:
    """A word of a publisher's vocabulary as it is compared: cleaned, without regard to case."""
    return clean(text).casefold()


def split(text: str) -> list[str]:
    """The names that semicolons part, Arabic ones too, cleaned, empty ones left out.

    Within brackets nothing is parted: `A (b; c); D` is `A (b; c)` and `D`. A bracket that is never
    closed is none.
    """
    text = text.replace("؛", ";")
    if ";" not in text:
        return [name] if (name := clean(text)) else []
    found: list[str] = []
    open_: list[str] = []
    depth = 0
    for piece in text.split(";"):
        open_.append(piece)
        depth = max(0, depth + piece.count("(") - piece.count(")"))
        if not depth:
            found.append("; ".join(open_))
            open_ = []
    return [name for part in found + open_ if (name := clean(part))]


@lru_cache(maxsize=4_096)
def _script_of(letter: str) -> str | None:
    return _SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0]) if letter.isalpha() else None


def script(text: str) -> str | None:
    """The ISO 15924 code of the script most letters of `text` are in; None if it has no known letter.

    Simplified and traditional Chinese are both `Hani`: a name's characters rarely tell them apart.
    """
    for only, one in _ONE_SCRIPT:
        if only.fullmatch(text):
            return one if any(map(str.isalpha, text)) else None
    counted = Counter(code for letter in text if (code := _script_of(letter)))
    return max(sorted(counted), key=counted.__getitem__) if counted else None


def key(text: str) -> str:
    """A key under which two writings of one name are equal: in ASCII and lower case, letters and
    digits only, tokens sorted. Apostrophes join (`Shar'a` is `shara`), all else parts.
    """
    ascii_text = _APOSTROPHES.sub("", anyascii(clean(text))).lower()
    return " ".join(sorted(_TOKEN.findall(ascii_text)))
