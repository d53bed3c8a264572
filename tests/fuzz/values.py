"""Values that a list may hold by mistake or by malice, in place of a name, a date or a number."""

from __future__ import annotations

from random import Random

DATES = (
    "00/00/0000",
    "00/05/1980",
    "31/02/2020",
    "29/02/1900",
    "12/31/9999",
    "1/1/0001",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "-0044-03-15",
    "2020-02-30",
    "2020-13-01",
    "2020-1-1",
    "20200101",
    "1980",
    "980",
    "0",
    "1980-05",
    "1980 or 1981",
    "circa",
    "circa circa 1980",
    "1980 to",
    "to 1980",
    "1980 to 1970",
    "between 1950 and",
    "32 Jan 1980",
    "00 Jan 0000",
    "Feb 29, 1900",
    "29 Feb 1900",
    "Smarch 1980",
    "a) 1 January 1955 b) c) 31.12.1956",
    "Approximately 1955-1958",
    "1399-12-30",
    "2020-01-01T25:61:61Z",
    "2020-01-01T00:00:00+99:99",
    "2012-05-25-04:00",
    "2020-01-01T00:00:00.0000000000000001",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "45292",
    "60",
    "-1",
    "2958466",
    "1e308",
)
NUMBERS = (
    "0",
    "-0",
    "-1",
    "1.5",
    "1,5",
    "1e309",
    "inf",
    "-Infinity",
    "NaN",
    "0x1F",
    "1_000",
    " 7 ",
    "+7",
    "²",
    "½",
    "Ⅻ",
    "٣",
    "１９８０",
    "१९८०",
    "9" * 20,
    "9" * 400,
    "9" * 5_000,  # more digits than int() takes
    "0" * 5_000,
)
TEXTS = (
    "",
    " ",
    "\t\r\n",
    "\u00a0",
    "\u200b",
    "\u2028\u2029\u0085",
    "\ufeff",
    "\u202eDEDERR\u202c",
    "\u200fשלום عليكم\u200e",
    "Лукашэнка Аляксандр Рыгоравіч",
    "毛澤東",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "Z̸̡̛͎̺͇a̶͝l̴g̸o",
    "İıſßŉǰΐ",
    "\U0010fffd",
    "\ufffd",
    "null",
    "None",
    "-0- ",
    "N/A",
    "#REF!",
    "=HYPERLINK(1)",
    "a;b;c",
    ";;;",
    "(((",
    ")))(((",
    "(1) Germany. (2) Morocco (3)",
    "(UK Sanctions List Ref):",
    "a|b||c",
    "a,b",
    "'",
    '"',
    "\\",
    "%s%n{}{0}$1\\1",
    "'; DROP TABLE sanctions; --",
    "../../etc/passwd",
    "true",
    "00",
    "XX",
    "Region: Crimea",
    "Atlantis",
    "a" * 100_000,
    "a " * 50_000,
    "(" * 20_000,
    ";" * 20_000,
    "\u0301" * 20_000,
    "1" + " 1" * 20_000,
)
# Repeated to no end, these take quadratic time where a pattern searches on from each of them.
REPEATED = (
    "(",
    ")",
    "((a",
    ";",
    "; (",
    "1 ",
    "1",
    "a) ",
    "(1) ",
    "-",
    " - ",
    ",",
    ". ",
    "\n",
    " ",
    "a/",
    "\u0301",
)
REPEATS = 300_000
ILLEGAL = (  # in XML, and nowhere of use
    "\x00",
    "\x01\x02\x1f",
    "\x7f\x80\x9f",
    "\ufffe\uffff",
    "\ud800",  # half a pair
    "\udfff\ud800",
)


def odd(rng: Random) -> str:
    """An odd value; it may hold what XML or UTF-8 cannot."""
    kind = rng.choice((DATES, DATES, NUMBERS, TEXTS, TEXTS, ILLEGAL))
    value = rng.choice(kind)
    return f"{value}{rng.choice(TEXTS[:8])}" if rng.random() < 0.1 else value


def repeated(rng: Random) -> str:
    """A text of hundreds of thousands of one thing, with something else at its end."""
    return rng.choice(REPEATED) * REPEATS + rng.choice(("", "a", ")", ";"))


def odd_like(value: str, rng: Random) -> str:
    """An odd value that XML and UTF-8 can hold, mostly of the sort of `value`: number, date or words."""
    likely = NUMBERS if value.strip().isdecimal() else DATES if any(c.isdecimal() for c in value) else TEXTS
    return rng.choice(rng.choice((DATES, NUMBERS, TEXTS, likely, likely, likely)))


def encoded(text: str) -> bytes:
    """`text` in UTF-8, halves of pairs as if they were characters, which no reader may take."""
    return text.encode("utf-8", "surrogatepass")
