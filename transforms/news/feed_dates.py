"""Parse times in feeds: RFC 822 and its common variants, and ISO 8601.

A text with any word that is not understood gives no time, such as `4:35 Uhr +0200`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

FIRST_YEAR = 1990
"""The first year of the web. An earlier time, mostly 1970-01-01 or year 1, is a missing value."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}
# Minutes ahead of UTC: zones of RFC 822 with its military ones (there is no J), of Europe, and of East Asia.
_ZONES = (
    {"ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120}
    | {"met": 60, "mest": 120, "eet": 120, "eest": 180, "msd": 240, "jst": 540, "kst": 540, "hkt": 480}
    | {"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420}
    | {letter: -60 * hours for hours, letter in enumerate("abcdefghiklm", 1)}
    | {letter: 60 * hours for hours, letter in enumerate("nopqrstuvwxy", 1)}
)
# Moscow was one hour further ahead between these times.
_MOSCOW_AHEAD = (datetime(2011, 3, 27, 2), datetime(2014, 10, 26, 2))
_FARTHEST = 14 * 60

_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?"
)
_ZONE = (
    r"\s*(?:(?P<zone>[a-z]{1,4})|(?:gmt|utc?)?\s*(?P<sign>[+-])(?P<ahead>\d{1,2})(?::?(?P<ahead_minutes>\d\d))?)"
    r"(?:\s*\([^()]*\))?"
)
_DAY_NAME = r"(?:[^,\d]{1,20},\s*|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?\s+)?"
_MONTH = r"(?P<month>[a-z]+)\.?"
_NUMBERS = r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})[/-]"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        # Thu, 28 Jul 2022 04:35:05 GMT
        rf"{_DAY_NAME}(?P<day>\d{{1,2}})[\s-]+{_MONTH}[\s,-]+(?P<year>\d{{4}}|\d\d),?\s+{_TIME}{_ZONE}",
        # Jul 28, 2022 4:35 PM EDT; Thu Jul 28 2022 04:35:05 GMT+0300 (MSK)
        rf"{_DAY_NAME}{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}}),?\s+(?:at\s+)?{_TIME}{_ZONE}",
        # Thu Jul 28 04:35:05 GMT 2022
        rf"{_DAY_NAME}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>\d{{4}})",
        # 2022-07-28 04:35:05 +0300
        rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?:T|,?\s+){_TIME}{_ZONE}",
        # 2022/07/28 04:35 +0900
        rf"(?P<year>\d{{4}})(?P<sign_between>[/.])(?P<month>\d{{1,2}})(?P=sign_between)(?P<day>\d{{1,2}}),?\s+"
        rf"{_TIME}{_ZONE}",
        # 28.07.2022 04:35 MSK
        rf"{_DAY_NAME}(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}),?\s+{_TIME}{_ZONE}",
        # 28/07/2022 4:35 PM EST, 7/28/2022 4:35 PM EST
        rf"{_DAY_NAME}{_NUMBERS}(?P<year>\d{{4}}),?\s+{_TIME}{_ZONE}",
    )
)
_EITHER_WAY = re.compile(rf"{_DAY_NAME}{_NUMBERS}\d{{4}}\b.*", re.IGNORECASE | re.ASCII)


def has_day_first(texts: Iterable[str]) -> bool | None:
    """Return whether a feed with numeric dates (`28/07/2022`) writes the day first.

    None if none of its dates shows it, or if they contradict each other.
    """
    found = set()
    for text in texts:
        if match := _EITHER_WAY.fullmatch(" ".join(text.split())):
            found |= {
                first for first, number in ((True, match["one"]), (False, match["two"])) if int(number) > 12
            }
    return found.pop() if len(found) == 1 else None


def moment(text: str, day_first: bool | None = None) -> datetime | None:
    """Parse a time into UTC; None if its form or time zone is unknown or missing.

    `day_first`: the order of day and month where both are possible.
    """
    text = " ".join(text.split())
    found: datetime | None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = next((_moment(match, day_first) for form in _FORMS if (match := form.fullmatch(text))), None)
    try:
        return found.astimezone(UTC) if found and found.tzinfo else None
    except OverflowError:  # year 1 or 9999
        return None


def _moment(match: re.Match[str], day_first: bool | None) -> datetime | None:
    day, number = _day_and_month(match, day_first)
    hour = _hour(int(match["hour"]), (match["half"] or "").lower())
    if day is None or number is None or hour is None:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:  # RFC 2822, 4.3
        year += 2000 if year < 50 else 1900
    try:
        local = datetime(year, number, day, hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return None
    ahead = _ahead(match, local)
    return None if ahead is None else local.replace(tzinfo=timezone(timedelta(minutes=ahead)))


def _day_and_month(match: re.Match[str], day_first: bool | None) -> tuple[int | None, int | None]:
    """Return the day and the number of the month; None where unknown."""
    parts = match.groupdict()
    if "one" in parts:
        one, two = int(parts["one"]), int(parts["two"])
        if max(one, two) > 12 or one == two:
            day_first = one > 12
        return {True: (one, two), False: (two, one), None: (None, None)}[day_first]
    month = parts["month"].lower()
    return int(parts["day"]), int(month) if month.isdecimal() else _MONTHS.get(month)


def _hour(hour: int, half: str) -> int | None:
    """Return the hour (0 to 23); None if it contradicts am or pm. `17:10 PM` is common and valid."""
    if half == "a":
        return hour % 12 if hour <= 12 else None
    if half == "p":
        return None if hour == 0 else hour if hour >= 12 else hour + 12
    return hour


def _ahead(match: re.Match[str], local: datetime) -> int | None:
    """Return the minutes that a zone is ahead of UTC; None if unknown."""
    if match["zone"]:
        if (zone := match["zone"].lower()) == "msk":
            return 240 if _MOSCOW_AHEAD[0] <= local < _MOSCOW_AHEAD[1] else 180
        return _ZONES.get(zone)
    minutes = int(match["ahead_minutes"] or 0)
    ahead = int(match["ahead"]) * 60 + minutes
    if minutes >= 60 or ahead > _FARTHEST:
        return None
    return -ahead if match["sign"] == "-" else ahead
