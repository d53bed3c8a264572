"""Dates keep the precision that the source gives, and its words."""

from __future__ import annotations

import calendar
import re
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from prefixdate import parse_formats

from contracts import PRECISIONS
from tests.transforms.prisoners.phrases import DATES, NOT_DATES
from transforms.fields.dates import PartialDate, between, from_excel, from_parts, moment, partial
from transforms.fields.dates_in_text import Order, figure_order, read_cell, read_dates
from transforms.fields.dates_in_words import read_date_in_words

OFAC = ("%d %b %Y", "%b %Y", "%Y")


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("1980", ("%Y-%m-%d", "%Y-%m", "%Y"), ("1980", "year")),
        ("1980-05", ("%Y-%m-%d", "%Y-%m", "%Y"), ("1980-05", "month")),
        ("1980-05-17", ("%Y-%m-%d", "%Y-%m", "%Y"), ("1980-05-17", "day")),
        ("10 Dec 1948", OFAC, ("1948-12-10", "day")),
        ("Dec 1948", OFAC, ("1948-12", "month")),
        ("12/18/2025", ("%m/%d/%Y",), ("2025-12-18", "day")),
        ("2025-12-18 23:10", ("%Y-%m-%d %H:%M",), ("2025-12-18", "day")),
    ],
)
def test_the_precision_is_the_formats(text: str, formats: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert partial(text, formats) == PartialDate(*expected, text)


@pytest.mark.parametrize(
    "text",
    [
        "20th century",
        "1955 to 1958",
        "31/02/1980",
        "1980-13",
        "1980-02-30",
        "0001-01-01",
        "0001",
        "1402-06-24",
    ],
)
def test_what_fits_no_format_keeps_its_words_alone(text: str) -> None:
    assert partial(text) == PartialDate(None, None, text)
    assert partial(text).edtf is None


@pytest.mark.parametrize("text", ["", "  ", None])
def test_nothing_gives_nothing(text: str | None) -> None:
    assert partial(text) == PartialDate()


def test_circa_is_said_in_edtf_and_not_in_the_date() -> None:
    found = partial("1955", circa=True)
    assert (found.date, found.precision, found.edtf) == ("1955", "circa", "1955~")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((1980, None, None), ("1980", "year")),
        (("1980", "00", "00"), ("1980", "year")),
        ((1980, 5, None), ("1980-05", "month")),
        ((1980, 5, 7), ("1980-05-07", "day")),
        ((1980, None, 7), ("1980", "year")),
        ((1980, 2, 30), (None, None)),
        ((1980, 13, 1), (None, None)),
        ((None, 5, 7), (None, None)),
        (("198x", 5, 7), (None, None)),
    ],
)
def test_parts(parts: tuple[str | int | None, ...], expected: tuple[str | None, str | None]) -> None:
    assert from_parts(*parts, raw="as written") == PartialDate(*expected, "as written")


@pytest.mark.parametrize(
    ("start", "end", "date_", "precision"),
    [
        ("1955", "1958", "1955/1958", "range"),
        ("1955-03", "1955-03-20", "1955-03/1955-03-20", "range"),
        ("1955", "1955", "1955", "year"),
        ("1958", "1955", None, None),
        ("1955", None, None, None),
        ("early", "1955", None, None),
    ],
)
def test_ranges(start: str, end: str | None, date_: str | None, precision: str | None) -> None:
    assert between(start, end, "raw") == PartialDate(date_, precision, "raw")


def test_columns_are_the_contracts_three() -> None:
    assert partial("1980-05").columns("birth_date") == {
        "birth_date": "1980-05",
        "birth_date_precision": "month",
        "birth_date_raw": "1980-05",
    }


@pytest.mark.parametrize(
    "text",
    [
        "2020-09-28",
        "2020-09-28T00:00:00",
        "2020-09-28 00:00:00",
        "2020-09-28T00:00:00Z",
        "2020-09-28T23:30:00.000+02:00",
        "2020-09-28T23:30-0500",
        "2020-09-28Z",
        "2020-09-28-05:00",
    ],
)
@pytest.mark.parametrize("formats", [("%d/%m/%Y",), ("%m/%d/%Y",), ("%d %B %Y", "%Y"), OFAC, ("%Y-%m-%d",)])
def test_an_iso_day_is_read_wherever_a_lists_own_form_is(text: str, formats: tuple[str, ...]) -> None:
    assert partial(text, formats) == PartialDate("2020-09-28", "day", text)
    assert read_dates(text) == (PartialDate("2020-09-28", "day", text),)


def test_an_iso_date_is_as_precise_as_the_lists_own_forms_can_be() -> None:
    assert partial("1980-05", OFAC) == PartialDate("1980-05", "month", "1980-05")
    assert partial("1980", ("%d/%m/%Y", "%Y")).precision == "year"
    for text in ("1980", "1980-05", "2020-02-30", "1402-06-24", "2020-09-28T", "2020-09-28 or so"):
        assert partial(text, ("%d/%m/%Y",)) == PartialDate(raw=text)


@given(
    st.dates(min_value=date(1800, 1, 1), max_value=date(2099, 12, 31)),
    st.sampled_from(["day", "month", "year"]),
    st.booleans(),
)
def test_printed_and_read_again_a_date_is_the_same(day: date, precision: str, circa: bool) -> None:
    text = day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]
    found = partial(text, circa=circa)
    assert found.date == text
    assert found.precision == ("circa" if circa else precision)
    parts = [int(part) for part in text.split("-")]
    assert from_parts(*parts, circa=circa, raw=text) == found


@given(st.integers(1, 2200), st.integers(0, 14), st.integers(0, 33))
def test_parts_never_make_a_date_that_is_not_there(year: int, month: int, day: int) -> None:
    found = from_parts(year, month, day)
    exists = 1800 <= year < 2100 and (
        month == 0 or (month <= 12 and day <= calendar.monthrange(year, month)[1])
    )
    assert (found.date is not None) == exists
    if found.date:
        assert found.date.count("-") <= (month > 0) + (day > 0)


@given(st.text(max_size=30))
def test_any_text_is_read_or_kept(text: str) -> None:
    found = partial(text, OFAC)
    assert found.raw == (text.strip() or None)
    assert (found.date is None) == (found.precision is None)
    assert found.precision is None or found.precision in PRECISIONS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-13T17:44:28.283+02:00", datetime(2024, 5, 13, 15, 44, 28, 283000, tzinfo=UTC)),
        ("2025-11-29T00:00:06Z", datetime(2025, 11, 29, 0, 0, 6, tzinfo=UTC)),
        ("2025-11-29T00:00:06", datetime(2025, 11, 29, 0, 0, 6, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_moment_is_in_utc_wherever_the_machine_stands(
    text: str | None, expected: datetime | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert moment(text, Counter()) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("text", ["yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_text_that_is_no_moment_is_counted(text: str) -> None:
    unknown: Counter[str] = Counter()
    assert moment(text, unknown) is None
    assert unknown == {f"date {text}": 1}


@given(
    st.one_of(
        st.text(max_size=12),
        st.from_regex(r"\d{1,4}[-/ ][0-9A-Za-z]{1,3}([-/ ]\d{1,4})?( \d\d:\d\d)?", fullmatch=True),
        st.dates().map(lambda day: day.strftime("%d  %b %Y")),
    ),
    st.lists(
        st.sampled_from([*OFAC, "%Y-%m-%d", "%Y-%m", "%m/%d/%Y", "%B %Y", "%Y-%m-%d %H:%M", "%y", "%A"])
    ),
)
@example("١٩٨٠", ["%Y"])
@example("\n1980", ["%Y"])
def test_the_shape_of_a_format_rules_out_nothing_that_fits_it(text: str, formats: list[str]) -> None:
    found = parse_formats(text.strip(), formats).text
    found = found if found and "1800" <= found[:4] < "2100" else None  # in other years no date of a list is
    read = partial(text, tuple(formats)).date
    assert read == (found and found[:10]) or (found is None and read == text.strip())  # in ISO 8601


def reading(text: str) -> list[str | tuple[str | None, str]]:
    """Dates in EDTF; of a plain one alone, of others with what they were read from."""
    return [found.edtf or (None, found.raw or "") for found in read_dates(text)]


def unread(raw: str) -> tuple[None, str]:
    return (None, raw)


FREE_TEXTS: list[tuple[str, list[str | tuple[None, str]]]] = [
    # no more than a decade, two years, or the year of a part of it
    ("1960s", ["1960/1969"]),
    ("late 1950s", ["1950/1959"]),
    ("circa 1970's", ["1970/1979"]),
    ("early 1960s to late 1970s", ["1960/1979"]),
    ("late 1980", ["1980"]),
    ("end of 1960", ["1960"]),
    ("1955-58", ["1955/1958"]),
    ("approx. 1958/59", ["1958/1959"]),
    ("1999/13", [unread("1999/13")]),
    ("1955-12", ["1955-12"]),
    # circa before and after
    ("1955 (approximately)", ["1955~"]),
    ("1955 approx., 1957", ["1955~", "1957"]),
    ("est. 1955", ["1955~"]),
    ("Approximately: 1955", ["1955~"]),
    # either
    ("Either 1960 or 1962", ["1960", "1962"]),
    ("May or June 1960", ["1960-05/1960-06"]),
    ("May/June 1960", ["1960-05/1960-06"]),
    ("between 1970 & 1973", ["1970/1973"]),
    ("1960 until 1965", ["1960/1965"]),
    # one date
    ("22/08/1990", ["1990-08-22"]),
    ("01/01/1980", ["1980-01-01"]),
    ("1/03/1961", ["1961-03-01"]),
    ("00/00/1980", ["1980"]),
    ("00/05/1980", ["1980-05"]),
    ("0/5/1980", ["1980-05"]),
    ("12/00/1980", ["1980"]),
    ("dd/mm/1980", ["1980"]),
    ("dd/05/1980", ["1980-05"]),
    ("DD/MM/1980", ["1980"]),
    ("09/1962", ["1962-09"]),
    ("09/11/ 1954", ["1954-11-09"]),
    ("05.09.1990", ["1990-09-05"]),
    ("19-05-1980", ["1980-05-19"]),
    ("1965-04-29", ["1965-04-29"]),
    (" 1953-10-27\n", ["1953-10-27"]),
    ("1980/05/19", ["1980-05-19"]),
    ("1955-11", ["1955-11"]),
    ("1955-11-00", ["1955-11"]),
    ("1955-00-00", ["1955"]),
    ("1954", ["1954"]),
    ("1944,", ["1944"]),
    ("1965.\xa0", ["1965"]),
    ("10 Dec 1948", ["1948-12-10"]),
    ("1 Jan. 1967\xa0\xa0", ["1967-01-01"]),
    ("24 Jan.1973", ["1973-01-24"]),
    ("21. Jul 1997", ["1997-07-21"]),
    ("19-Dec-1992", ["1992-12-19"]),
    ("3rd of May 1982", ["1982-05-03"]),
    ("18 September 1963", ["1963-09-18"]),
    ("12 SEPT 1963", ["1963-09-12"]),
    ("Nov. 1973", ["1973-11"]),
    ("August, 1961", ["1961-08"]),
    ("April 1, 1978", ["1978-04-01"]),
    ("March 16 1972", ["1972-03-16"]),
    ("1980 May 19", ["1980-05-19"]),
    ("1980 May", ["1980-05"]),
    ("29 Feb 1980", ["1980-02-29"]),
    ("born 1955", ["1955"]),
    ("DOB: 19/03/1967", ["1967-03-19"]),
    # circa
    ("circa 1951", ["1951~"]),
    ("Circa 1957", ["1957~"]),
    ("c. 1962", ["1962~"]),
    ("c1962", ["1962~"]),
    ("ca. 1962", ["1962~"]),
    ("Approximately 1963", ["1963~"]),
    ("Approx 1977", ["1977~"]),
    ("about May 1977", ["1977-05~"]),
    ("circa 07 Jul 1966", ["1966-07-07~"]),
    ("circa 1955 to circa 1955", ["1955~"]),
    # a circa before a list is about the years and months of the list
    ("Approximately 1981, 1984", ["1981~", "1984~"]),
    ("Circa 1961, 1963 and 1964", ["1961~", "1963~", "1964~"]),
    ("c. 1946 or 1949 or 1960", ["1946~", "1949~", "1960~"]),
    ("about 1970 or May 1972", ["1970~", "1972-05~"]),
    ("1981 or circa 1984, 1985", ["1981", "1984~", "1985~"]),
    ("circa 1955-1958, 1960", ["1955/1958", "1960~"]),
    ("circa 1960, 1955-1958", ["1960~", "1955/1958"]),
    ("circa 3 May 1977 or 5 May 1977", ["1977-05-03~", "1977-05-05~"]),
    # but not about a day that is known, nor about what other words or marks set apart
    ("Approximately 1975, 3 May 1977, 1978", ["1975~", "1977-05-03", "1978~"]),
    ("Approximately 1955, alt DOB 1969", ["1955~", "1969"]),
    ("c. 1968 (as Ali) 1970", ["1968~", (None, "(as Ali)"), "1970"]),
    ("a) Approximately 1963 b) 1956", ["1963~", "1956"]),
    # a time of day is left out
    ("1980-01-01T00:00:00", ["1980-01-01"]),
    ("1980-01-01 00:00:00 or 1981-02-03 00:00:00", ["1980-01-01", "1981-02-03"]),
    ("19/05/1980 00:00", ["1980-05-19"]),
    ("19/05/1980 12:00:00 AM", ["1980-05-19"]),
    # ranges
    ("1951 to 1953", ["1951/1953"]),
    ("1956-1957", ["1956/1957"]),
    ("1956 – 1957", ["1956/1957"]),
    ("Mar 1962 to Feb 1963", ["1962-03/1963-02"]),
    ("01 Jan 1961 to 31 Dec 1962", ["1961-01-01/1962-12-31"]),
    ("01/01/1961-31/12/1962", ["1961-01-01/1962-12-31"]),
    ("Between 1968 and 1973", ["1968/1973"]),
    ("Between 1963 to 1968", ["1963/1968"]),
    ("between about 1963 and about 1968", ["1963/1968"]),
    ("Between Jan 1955 and Mar 1958", ["1955-01/1958-03"]),
    ("Between Aug. and Sep. 1977", ["1977-08/1977-09"]),
    ("from 1955 to 1958", ["1955/1958"]),
    ("Approximately 1960- 1962", ["1960/1962"]),
    ("Circa 1979-1982", ["1979/1982"]),
    ("approximately 1977/1978", ["1977/1978"]),
    ("1955 to 1955", ["1955"]),
    # several
    ("a) 1945; b) 1950", ["1945", "1950"]),
    ("a)1994 b)1993 c)1995 d)1992", ["1994", "1993", "1995", "1992"]),
    ("a) 1966 b) 1964 c) 1969 c) 1971", ["1966", "1964", "1969", "1971"]),
    ("a) Approximately 1962\xa0\xa0b) 1961", ["1962~", "1961"]),
    ("a) Approximately 1955- 1958 b) Approximately 1945-1950", ["1955/1958", "1945/1950"]),
    ("a) 1966, b) 1961, c) Between 1968 and 1970, d) 1962", ["1966", "1961", "1968/1970", "1962"]),
    ("a) 14/10/1974;                     b) 19/11/1974", ["1974-10-14", "1974-11-19"]),
    ("a) 7/02/1950 b) November 1950 c) 08/08/1945", ["1950-02-07", "1950-11", "1945-08-08"]),
    ("e) 18 Sep. 1964 f) (Aug. 1961)", [unread("e) 18 Sep. 1964 f) (Aug. 1961)")]),
    ("a) 18 Sep. 1964 b) (Aug. 1961)", ["1964-09-18", "1961-08"]),
    ("a) 15/03/1955\nb) 06/03/1955", ["1955-03-15", "1955-03-06"]),
    ("(1) 1 Jan 1955. (2) 1958.", ["1955-01-01", "1958"]),
    ("(i) 1955 (ii) 1958", ["1955", "1958"]),
    ("1961;\nFebruary 1961;\n13 March 1961", ["1961", "1961-02", "1961-03-13"]),
    ("1987;1988;1991;1992;1993 ", ["1987", "1988", "1991", "1992", "1993"]),
    ("14 Mar 1974 >> 13 Apr 1974 >> 1 Aug 1970", ["1974-03-14", "1974-04-13", "1970-08-01"]),
    ("5/06/1953   15/06/1953", ["1953-06-05", "1953-06-15"]),
    ("01/10/1983,15/10/1983, 01/01/1980", ["1983-10-01", "1983-10-15", "1980-01-01"]),
    ("1965-07-15 OR 1969-09-28", ["1965-07-15", "1969-09-28"]),
    ("1963 or 1964 or 1965", ["1963", "1964", "1965"]),
    ("1955, 1 May 1958 and 1960", ["1955", "1958-05-01", "1960"]),
    ("1964 or 1967, ", ["1964", "1967"]),
    ("c. 1957 or 14 March 1942", ["1957~", "1942-03-14"]),
    ("19 December 1980, or 19 January 1980 ", ["1980-12-19", "1980-01-19"]),
    ("Approximately 1967, or approximately 1961", ["1967~", "1961~"]),
    ("07/08/1957; alt DOB: 08/07/1957", ["1957-08-07", "1957-07-08"]),
    ("Approximately 1955. For this aka only, alt DOB 01/01/1969", ["1955~", "1969-01-01"]),
    ("27/05/1979 (this aka only, alt DOB 1973)", ["1979-05-27", "1973"]),
    ("5 Feb. 1970\xa0(this aka only, born 5 Feb. 1969 \xa0", ["1970-02-05", "1969-02-05"]),
    # read in part
    (
        "15 May 1968 (as Yasir) 1970 (as Ali)",
        ["1968-05-15", unread("(as Yasir)"), "1970", unread("(as Ali)")],
    ),
    (
        "3 Dec 1979; 3 March 1979 (from\nfalse passport)",
        ["1979-12-03", "1979-03-03", unread("(from\nfalse passport)")],
    ),
    ("8 Aug. 1980, (appears in passport S335026)", ["1980-08-08", unread("(appears in passport S335026)")]),
    ("07/05/1962; alt DOB: 07/04/62", ["1962-05-07", unread("alt DOB: 07/04/62")]),
    ("a) 1/01/1968 b) 23-Apr-68", ["1968-01-01", unread("23-Apr-68")]),
    ("a) 19 Apr. 1982 b) 24/06/1402 (Hijri Calendar)", ["1982-04-19", unread("24/06/1402 (Hijri Calendar)")]),
    ("1955\nunknown", ["1955", unread("unknown")]),
    ("31/02/1980 or 1981", [unread("31/02/1980"), "1981"]),
    # nothing given
    ("", []),
    (" \n\xa0", []),
    (";", []),
]

UNREAD = [
    "born in the early 1970s",
    "30-35 years old",
    "Approximately (30-35 years old)",
    "Approximately",
    "unknown",
    "n/a",
    "na",
    "20th century",
    "from false passport",
    "Sep.",
    "Sep-99",
    "23-Apr-68",
    "07/04/62",
    "10/061962",
    "29-Aprl-1967",
    "1965, 29 March",
    "24/06/1402",
    "1 Jan 1955 (Hijri calendar)",
    "1 Jan 1955 (as per Hijri calendar)",
    "before 1955",
    "1955 or earlier",
    "since 1955",
    "from 1955",
    "between 1955",
    "1955-",
    "1955?",
    "1955, unknown",
    "1955 May 1958",
    "1955 May 1 1958",
    "1955 May 1 Jun 1958",
    "1955 May, 1958",
    "1958 to 1955",
    "1955-05-1958",
    "1980-05-19-1981",
    "1980-05-19 25 years",
    "05/1955/1958",
    "31/02/1980",
    "29/02/1981",
    "12/13/1980",
    "05/19/1980",
    "1980-13",
    "1980-02-30",
    "00/00/0000",
    "29221",
]


@pytest.mark.parametrize(("text", "expected"), FREE_TEXTS)
def test_free_text(text: str, expected: list[str | tuple[None, str]]) -> None:
    assert reading(text) == expected


@pytest.mark.parametrize("text", UNREAD)
def test_free_text_that_is_no_certain_date_is_kept_and_not_read(text: str) -> None:
    assert read_dates(text) == (PartialDate(raw=text),)


def test_each_date_keeps_its_own_words() -> None:
    raws = [found.raw for found in read_dates("a) Approximately  1955-1958; b) (Aug. 1961). alt DOB: 1960, ")]
    assert raws == ["Approximately  1955-1958", "Aug. 1961", "alt DOB: 1960"]
    assert read_dates(None) == ()


def test_a_circa_is_a_circa_of_any_precision_and_a_range_a_range() -> None:
    precisions = [
        found.precision for found in read_dates("c. 1955; c. May 1955; c. 1 May 1955; c. 1955-1958")
    ]
    assert precisions == ["circa", "circa", "circa", "range"]


DAY_FORMS = ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%d %b. %Y", "%d %B %Y"]
DAY_FORMS += ["%d-%b-%Y", "%B %d, %Y", "%b %d %Y", "%Y %b %d", "%Y %B %d"]
MONTH_FORMS = [
    "%m/%Y",
    "00/%m/%Y",
    "dd/%m/%Y",
    "%Y-%m",
    "%b %Y",
    "%b. %Y",
    "%B %Y",
    "%B, %Y",
    "%Y %B",
    "%Y-%m-00",
]
YEAR_FORMS = ["%Y", "00/00/%Y", "dd/mm/%Y", "%d/00/%Y", "%Y-00-00"]
FORMS = {"day": DAY_FORMS, "month": MONTH_FORMS, "year": YEAR_FORMS}
LENGTHS = {"day": 10, "month": 7, "year": 4}
SEPARATORS = ["; ", ";", "\n", " or ", " and ", " >> ", ", or "]
births = st.dates(min_value=date(1800, 1, 1), max_value=date(2099, 12, 31))


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str, str]:
    """A date in one of the publishers' forms, with the date in ISO 8601 and its precision."""
    precision = draw(st.sampled_from(sorted(FORMS)))
    day = draw(births)
    text = day.strftime(draw(st.sampled_from(FORMS[precision])))
    return text, day.isoformat()[: LENGTHS[precision]], precision


@given(written(), st.sampled_from(["", "circa ", "Approximately ", "c. "]))
@example(("29 Feb 2000", "2000-02-29", "day"), "")
def test_in_every_form_a_date_is_the_same(one: tuple[str, str, str], circa: str) -> None:
    text, iso, precision = one
    assert read_dates(circa + text) == (PartialDate(iso, "circa" if circa else precision, circa + text),)


@given(written(), written(), st.sampled_from(["{} to {}", "between {} and {}", "{} - {}", "from {} to {}"]))
def test_a_range_is_in_order_or_not_read(
    start: tuple[str, str, str], end: tuple[str, str, str], form: str
) -> None:
    text = form.format(start[0], end[0])
    (found,) = read_dates(text)
    if "-" not in form or start[2] == end[2]:  # a dash is only sure between dates of one kind
        assert found == between(start[1], end[1], text)
    if found.precision == "range":
        first, last = (found.date or "").split("/")
        assert first[: len(last)] <= last


@given(st.lists(written(), min_size=1, max_size=4), st.sampled_from(SEPARATORS))
def test_dates_in_a_row_are_each_read(dates: list[tuple[str, str, str]], separator: str) -> None:
    text = separator.join(one[0] for one in dates)
    assert [(found.raw, found.date, found.precision) for found in read_dates(text)] == dates
    marked = " ".join(f"{letter}) {one[0]}" for letter, one in zip("abcd", dates, strict=False))
    assert [(found.raw, found.date, found.precision) for found in read_dates(marked)] == dates


WORDS = [
    "1955",
    "1 Jan 1955",
    "May",
    "31/02/1980",
    "00/05/1980",
    "circa",
    "between",
    "and",
    "or",
    "to",
    "-",
    "/",
]
WORDS += [
    "(",
    ")",
    "a)",
    "b)",
    "(1)",
    ";",
    ",",
    ".",
    "\n",
    "unknown",
    "1960s",
    "(as X)",
    "alt DOB:",
    "30",
    "1955-58",
]


def letters(text: str) -> str:
    """The letters and figures of `text` other than marks, `or` and `and`."""
    rest = re.sub(r"\b(or|and)\b|\(?([a-z]|\d\d?|[ivx]+)\)", "", text, flags=re.IGNORECASE)
    return "".join(filter(str.isalnum, rest))


free_texts = st.one_of(
    st.text(max_size=30),
    st.text("0123456789/-. JanMyto,;", max_size=25),
    st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join),
)


@given(free_texts, st.booleans())
def test_any_free_text_is_read_or_kept_and_no_word_of_it_lost(text: str, serials: bool) -> None:
    dates = read_dates(text, serials)
    for found in dates:
        assert (found.date is None) == (found.precision is None)
        assert found.precision is None or found.precision in PRECISIONS
        assert found.raw
        assert found.raw in text
    assert not Counter(letters(text)) - Counter("".join(found.raw or "" for found in dates))


@given(free_texts)
def test_no_date_has_more_parts_than_its_text(text: str) -> None:
    for found in read_dates(text):
        ends = (found.date or "").split("/")
        said_once = len(ends) - 1  # the year or month of a range may be
        parts = re.findall(r"\d+|[^\W\d_]{3,}", found.raw or "")
        assert sum(len(re.findall(r"\d+", end)) for end in ends) <= len(parts) + said_once


@pytest.mark.parametrize(
    ("serial", "expected"),
    [
        (1, "1900-01-01"),
        (59, "1900-02-28"),
        (60, None),
        (60.5, None),
        (61, "1900-03-01"),
        (29221.0, "1980-01-01"),
        (29221.75, "1980-01-01"),
        (36585, "2000-02-29"),
        (2_958_465, "9999-12-31"),
        (2_958_466, None),
        (0, None),
        (0.5, None),
        (-1, None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_excel_serials(serial: float, expected: str | None) -> None:
    found = from_excel(serial)
    assert (found.date, found.precision) == (expected, expected and "day")
    assert found.raw == str(serial).removesuffix(".0")


@given(st.dates(min_value=date(1900, 3, 1)))
def test_excel_counts_from_the_day_before_1900_and_a_day_that_was_not(day: date) -> None:
    assert from_excel((day - date(1899, 12, 30)) / timedelta(days=1)).date == day.isoformat()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (date(1951, 6, 19), [("1951-06-19", "1951-06-19")]),
        (datetime(1951, 6, 19), [("1951-06-19", "1951-06-19 00:00:00")]),
        (1969.0, [("1969", "1969")]),
        (1969, [("1969", "1969")]),
        (29221.0, [("1980-01-01", "29221")]),
        ("29221", [("1980-01-01", "29221")]),
        (29221.5, [("1980-01-01", "29221.5")]),
        (7.0, [(None, "7")]),
        ("a) 1955 b) c. 1956", [("1955", "1955"), ("1956~", "c. 1956")]),
        ("na", [(None, "na")]),
        ("", []),
        (None, []),
    ],
)
def test_cells(cell: object, expected: list[tuple[str | None, str]]) -> None:
    assert [(found.edtf, found.raw) for found in read_cell(cell)] == expected


def test_a_number_in_a_text_is_a_serial_only_if_asked() -> None:
    assert read_dates("29221") == (PartialDate(raw="29221"),)
    assert read_dates("29221", serials=True) == (PartialDate("1980-01-01", "day", "29221"),)
    assert read_dates("1980", serials=True) == (PartialDate("1980", "year", "1980"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("29221.0", ["1980-01-01"]),
        ("29221; 1981", ["1980-01-01", "1981"]),
        ("a) 29221 b) May 1980", ["1980-01-01", "1980-05"]),
        ("29221 or 29586", ["1980-01-01", "1980-12-31"]),
        ("29221, 29586", ["1980-01-01", "1980-12-31"]),
        ("10000", ["1927-05-18"]),
        ("73050", ["2099-12-31"]),
        # neither days of this age nor anything else that is sure
        ("73051", [None]),
        ("90210", [None]),
        ("8818", [None]),
        ("2978", [None]),
        ("229221", [None]),
        ("29221 years", [None]),
        ("29221/29586", [None]),
        ("29,221", [None]),
    ],
)
def test_serials_in_a_list_made_from_a_sheet(text: str, expected: list[str | None]) -> None:
    found = read_dates(text, serials=True)
    assert [one.date for one in found] == expected
    assert all(one.raw in text for one in found if one.raw)


ORDERS: list[tuple[list[str | None], Order | None]] = [
    (["05/06/1978", "30/09/1978"], "day"),
    (["05/06/1978", "09/30/1978"], "month"),
    (["30/09/1978", "09/30/1978"], None),
    (["05/06/1978", "05/05/1978", "1980", None, ""], None),
    (["05/06/1978 or 30.09.1978"], "day"),
    (["a) 5/6/1978 b) 9/30/1978"], "month"),
    (["12/31/1978"], "month"),
    (["31/12/1978"], "day"),
    (["01/01/1961-31/12/1962"], "day"),
    (["30/09/1978 00:00:00"], "day"),
    # no such dates
    (
        ["1978-09-30", "1980-05-19-1981", "30/09/78", "30/32/1978", "00/30/1978", "13/13/1978", "30.09/1978"],
        None,
    ),
    (["24/06/1402", "130/09/1978", "30/09/19781"], None),
]


@pytest.mark.parametrize(("texts", "expected"), ORDERS)
def test_the_dates_of_a_file_that_can_be_read_one_way_decide(
    texts: list[str | None], expected: Order | None
) -> None:
    assert figure_order(texts) == expected


def test_an_order_that_the_publisher_describes_is_given_up_where_the_file_is_against_it() -> None:
    assert figure_order(["05/06/1978"], "day") == "day"
    assert figure_order(["30/09/1978"], "day") == "day"
    assert figure_order(["05/06/1978", "09/30/1978"], "day") is None


@pytest.mark.parametrize(
    ("text", "day", "month", "neither"),
    [
        ("05/06/1978", "1978-06-05", "1978-05-06", "1978"),
        ("5.6.1978", "1978-06-05", "1978-05-06", "1978"),
        ("05-06-1978 00:00", "1978-06-05", "1978-05-06", "1978"),
        ("circa 05/06/1978", "1978-06-05~", "1978-05-06~", "1978~"),
        ("05/06/1978 to 07/08/1979", "1978-06-05/1979-08-07", "1978-05-06/1979-07-08", "1978/1979"),
        ("05/06/1978 to 07/08/1978", "1978-06-05/1978-08-07", "1978-05-06/1978-07-08", "1978"),
        ("05/05/1978", "1978-05-05", "1978-05-05", "1978-05-05"),
        ("30/09/1978", "1978-09-30", None, "1978-09-30"),
        ("09/30/1978", None, "1978-09-30", "1978-09-30"),
        ("31/02/1978", None, None, None),
        ("13/13/1978", None, None, None),
        ("05/06/78", None, None, None),
        ("00/05/1978", "1978-05", "1978", "1978"),
        ("05/00/1978", "1978", "1978-05", "1978"),
        ("00/00/1978", "1978", "1978", "1978"),
        ("dd/05/1978", "1978-05", "1978-05", "1978-05"),
        ("05/1978", "1978-05", "1978-05", "1978-05"),
        ("1978/05/06", "1978-05-06", "1978-05-06", "1978-05-06"),
        ("5 June 1978", "1978-06-05", "1978-06-05", "1978-06-05"),
    ],
)
def test_figures_in_an_order(text: str, day: str | None, month: str | None, neither: str | None) -> None:
    orders: list[tuple[Order | None, str | None]] = [("day", day), ("month", month), (None, neither)]
    for order, expected in orders:
        (found,) = read_dates(text, order=order)
        assert (found.edtf, found.raw) == (expected, text)
        assert read_cell(text, order) == (found,)
        if "circa" not in text and "to" not in text:
            assert read_date_in_words(text, order) == found


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from("/.-"))
def test_without_an_order_a_date_of_figures_is_right_or_its_year(day: date, sign: str) -> None:
    for form in ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y"):
        (found,) = read_dates(day.strftime(form.format(sign)), order=None)
        sure = day.day > 12 or day.day == day.month
        assert found.date == (day.isoformat() if sure else str(day.year))


@pytest.mark.parametrize(("lang", "phrase", "expected", "precision"), DATES)
def test_dates_in_words(lang: str, phrase: str, expected: str, precision: str) -> None:
    assert read_date_in_words(phrase) == PartialDate(expected, precision, phrase), lang
    spaced = phrase.replace(" ", "\u00a0 ").upper()
    assert read_date_in_words(f" {spaced}\n") == PartialDate(expected, precision, spaced)


@pytest.mark.parametrize(("lang", "phrase"), NOT_DATES)
def test_what_is_more_or_less_than_one_date_stays_in_words(lang: str, phrase: str) -> None:
    assert read_date_in_words(phrase) == PartialDate(raw=phrase), lang


def test_no_text_is_no_date_in_words() -> None:
    assert read_date_in_words("") == read_date_in_words(" ") == read_date_in_words(None) == PartialDate()


# As one writes a date: the months after a day, and on their own.
_GENITIVES = {
    "be": "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "en": "January February March April May June July August September October November December",
}
_NOMINATIVES = _GENITIVES | {
    "be": "студзень люты сакавік красавік май чэрвень ліпень жнівень верасень кастрычнік лістапад снежань",
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
}
_LATIN = (
    "studzienia lutaha sakavika krasavika traŭnia červienia lipienia žniŭnia vieraśnia kastryčnika "
    "listapada śniežnia"
)


def _in_language(day: date, lang: str) -> tuple[str, str]:
    """The day, and its month, as one writes them."""
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日", f"{day.year}年{day.month:02}月"
    month, alone = (words[lang].split()[day.month - 1] for words in (_GENITIVES, _NOMINATIVES))
    of = " de " if lang == "es" else " "
    return f"{day.day}{of}{month}{of}{day.year}", f"{alone}{of}{day.year}"


@given(
    st.dates(date(1800, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["be", "ru", "es", "en", "zh"]),
    st.sampled_from(["", " г.", " года"]),
)
def test_a_date_in_words_reads_back(day: date, lang: str, suffix: str) -> None:
    whole, month = (text + (suffix if lang in ("be", "ru") else "") for text in _in_language(day, lang))
    assert read_date_in_words(whole) == PartialDate(day.isoformat(), "day", whole)
    assert read_date_in_words(month) == PartialDate(day.isoformat()[:7], "month", month)
    for figures in (day.isoformat(), f"{day:%d.%m.}{day.year}", f"{day.day}/{day.month}/{day.year}"):
        assert read_date_in_words(figures) == PartialDate(day.isoformat(), "day", figures)
    for around in (f"~{whole}", f"{whole}?", f"{whole} x", f"не {whole}", f"{whole}, {whole}", whole[:-6]):
        assert read_date_in_words(around).precision in (None, "month", "year")
        assert read_date_in_words(around).date is None or day.isoformat().startswith(
            read_date_in_words(around).date or "?"
        )


def test_belarusian_months_in_latin_script() -> None:
    for number, month in enumerate(_LATIN.split(), 1):
        assert read_date_in_words(f"5 {month} 2022 hoda").date == f"2022-{number:02}-05"


@given(st.one_of(st.text(), st.from_regex(r"\A[0-3]?[0-9] (мая|de may|марта|年|月) ?(19|20)[0-9]{2}\Z")))
def test_any_text_is_a_date_in_words_or_stays_raw(text: str) -> None:
    found = read_date_in_words(text)
    assert found.raw == (text.strip() or None)
    assert (found.date is None) == (found.precision is None)
    assert found.precision in (None, "day", "month", "year")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", ["5 марта 2022 ", "1", "мая ", "年", " ", "de ", "may ", "2022 "])
def test_dates_in_words_take_linear_time(piece: str) -> None:
    assert read_date_in_words(piece * 200_000).date is None
