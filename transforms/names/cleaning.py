"""Clean names, determine their script, and compute a key for exact matching."""

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
# Texts entirely in one of the two most frequent scripts, with punctuation. Accented Latin letters end at
# U+024F, except for the block from U+1E00. The punctuation is that of ASCII, Latin-1 and the general block.
_ONE_SCRIPT = (
    (re.compile("[\\x00-\u024f\u1e00-\u1eff\u2000-\u206f]*"), "Latn"),
    (re.compile("[\\x00-@\\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u0400-\u052f\u2000-\u206f]*"), "Cyrl"),
)
MAX_NAME = 1_000
"""Maximum number of characters of a name. The longest on the lists has 245; a longer text is not a name."""

_APOSTROPHES = re.compile("['`]")
_TOKEN = re.compile("[a-z0-9]+")


def clean(text: str) -> str:
    """Return `text` in Unicode NFC, stripped, with each run of whitespace as one space.

    Invisible characters are removed (`characters.scrubbed`).
    """
    if not (printable := text.isprintable()):
        text = scrubbed(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if printable and "  " not in text:  # the usual case: single spaces only
        return text.strip()
    return " ".join(text.split())


def is_too_long(name: str) -> bool:
    """Return whether a text is too long for a name. If so, count it: the caller leaves it out."""
    if len(name) <= MAX_NAME:
        return False
    count(f"name of more than {MAX_NAME:,} characters, left out")
    return True


def term(text: str) -> str:
    """Normalise a term of a publisher's vocabulary for comparison: cleaned and casefolded."""
    return clean(text).casefold()


def split(text: str) -> list[str]:
    """Split names at semicolons, including Arabic ones; clean them and drop empty ones.

    Text in brackets is not split: `A (b; c); D` gives `A (b; c)` and `D`. A bracket that is never closed is
    ignored.
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
    """Return the ISO 15924 code of the script of most letters of `text`; None if it has no known letter.

    Simplified and traditional Chinese are both `Hani`: the characters of a name rarely distinguish them.
    """
    for only, one in _ONE_SCRIPT:
        if only.fullmatch(text):
            return one if any(map(str.isalpha, text)) else None
    counted = Counter(code for letter in text if (code := _script_of(letter)))
    return max(sorted(counted), key=counted.__getitem__) if counted else None


def key(text: str) -> str:
    """Return a key that is equal for different ways to write the same name.

    ASCII, lower case, letters and digits only, tokens sorted. Apostrophes join (`Shar'a` is `shara`); every
    other character separates.
    """
    ascii_text = _APOSTROPHES.sub("", anyascii(clean(text))).lower()
    return " ".join(sorted(_TOKEN.findall(ascii_text)))
