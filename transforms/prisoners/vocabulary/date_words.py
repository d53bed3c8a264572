"""Dates of prisoner lists as they may be shown: the words of a date and no others.

A cell for a date can hold a story: how somebody died, where they were taken, another column's text where a
row is shifted. Only what is understood as a date is kept of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from transforms.fields import dates_in_text
from transforms.fields.dates import PartialDate
from transforms.fields.dates_in_text import Order, read_dates
from transforms.fields.dates_in_words import MONTH_WORDS, read_date_in_words
from transforms.names import cleaning

# What comes first in figures; "both" if some dates of a file go one way and some the other.
FigureOrder: TypeAlias = Order | Literal["both"] | None

_NOTHING = PartialDate()
_LONGEST = 60  # signs; what is longer says more than a date
_MOST_WORDS = 6  # of a date: on or about 19th of May, 1980
_MONTH = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
# Words that stand beside a date and say how much of it is known, or that nothing is.
_SMALL_WORDS = """
a about after ago and approximately approx around at before between born by c ca circa dd dob early end
fall first from gmt half hd hh in late later mid middle mm nd no not of on or rd second since spring st
summer th the till to until utc winter year years yy yyyy z am pm autumn beginning date earlier unclear
unknown known undated в во г гг год года году годов и или конце конец конца лет лета летом мае начало
начале начала не неизвестно неясно около осень осенью осени от по после примерно середина середине до зима
зимой зимы весна весной весны между й го або ад вясна вясной вясны восень восенню восені годзе гадоў да
зіма зімой зімы з каля канец канцы летам невядома паміж пасля пачатак пачатку прыкладна сярэдзіна
сярэдзіне у ў ці і га близько від взимку навесні восени влітку кінець кінці між невідомо після початок
початку приблизно р рік року роки та листопад листопада январе феврале марте апреле июне июле августе
сентябре октябре ноябре декабре студзені лютым сакавіку красавіку траўні чэрвені ліпені жніўні верасні
кастрычніку лістападзе снежні antes alrededor aproximadamente de del desde despues después desconocido
desconocida el en entre fines finales hacia hasta inicios invierno la mediados o otoño primavera
principios verano y años año
年 月 日 号 號 约 約 前 后 後 初 底 中 中旬 上旬 下旬 左右 春 夏 秋 冬
年初 年底 年中 月初 月底 不详 不明 未知 至 到 或
"""
_WORDS = frozenset(_SMALL_WORDS.split())
_NOTHING_KNOWN = frozenset(
    (
        *("unknown", "unclear", "undated", "неизвестно", "неясно", "невядома", "невідомо"),
        *("desconocido", "desconocida", "不详", "不明", "未知"),
    )
)
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+|\S")
_SIGNS = frozenset("/.,-–—~?()[]:ºª°'’+<>=*")
_CLOCK = re.compile(r"(?<=[0-9])[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?", re.IGNORECASE)
_FOREIGN_DIGITS = re.compile(r"[０-９]")
_YEAR = re.compile(r"(?:1[89]|20)[0-9]{2}")
_SHORT = re.compile(r"(?P<first>[0-9]{1,2})([/.-])(?P<second>[0-9]{1,2})\2[0-9]{2}")
_SLIP = re.compile(r"(?:1[89]|20)[0-9]{2}[/.-][0-9]{1,5}")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_SERIALS_AMONG = 20
_FIGURES = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{4}")
_SPACED = re.compile(r"\b([0-9]{1,2}) ?([/.-]) ?([0-9]{1,2}) ?\2 ?((?:1[89]|20)[0-9]{2})\b")
_IN_A_MONTH = re.compile(r"(?:в|во|у|ў|in|en) (?P<date>[^\W\d_]{3,12} (?:1[89]|20)[0-9]{2})", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:около|примерно|приблизительно|каля|прыкладна|приблизно|близько|alrededor de|aproximadamente|hacia)"
    r" (?P<date>(?:[^\W\d_]{3,12} )?(?:1[89]|20)[0-9]{2})(?: (?:г\.?|год[ау]?|року|р\.))?",
    re.IGNORECASE,
)
_CHINESE_ABOUT = re.compile(r"[约約大]{1,2} ?(?P<date>(?:1[89]|20)[0-9]{2} ?年)")
_DOTTED = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")
# A time of another zone's day: the day that it is of where the person was is not known.
_ZONED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?!00:00(?::00)?)[0-9]{2}:[0-9]{2}[0-9:.,]*(?:Z|[+-][0-9]{2}:?[0-9]{2})",
    re.IGNORECASE,
)
_DAY_ALONE = re.compile(
    r"\s*(?:(?:1[89]|20)[0-9]{2}([/.-])[0-9]{1,2}\1[0-9]{1,2}(?:[T ][0-9:.,]+Z?)?"
    r"|[0-9]{1,2}([/.-])[0-9]{1,2}\2(?:1[89]|20)[0-9]{2})\s*"
)
_CHINESE = re.compile(r"[0-9]{4} ?年(?: ?[0-9]{1,2} ?月(?: ?[0-9]{1,2} ?[日号號])?)?")
# Behind a date these may change it: it is not read then.
_CHANGES = re.compile(
    r"[0-9０-９?~]|^[/–—-]\s*$"
    r"|\b(?:or|to|till|until|and|before|after|earlier|later|latest|approx\w*|about|circa|around"
    r"|или|либо|до|по|после|около|примерно|раньше|ранее|позже|позднее|не|и|або|ці|чи|да|пасля|каля|раней|пазней|після"
    r"|o|y|hasta|antes|despu[eé]s|aproximadamente)\b|[前后後或至到约約]|左右",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)
def only_date_words(text: str) -> bool:
    """Return whether all that a text says is a date, or how little of one is known."""
    if len(text) > _LONGEST:
        return False
    if _SLIP.fullmatch(text):
        return True
    if short := _SHORT.fullmatch(text):
        first, second = sorted((int(short["first"]), int(short["second"])))
        return 0 < first <= 12 and second <= 31
    plain = _CLOCK.sub("", _FOREIGN_DIGITS.sub(lambda digit: str(int(digit[0])), cleaning.term(text)))
    tokens = _TOKEN.findall(plain)
    if not all(map(_is_known, tokens)):
        return False
    return any(_YEAR.fullmatch(each) or _is_month(each) or each in _NOTHING_KNOWN for each in tokens)


def _is_known(token: str) -> bool:
    if token[0].isdigit():
        return len(token) <= 2 or _YEAR.fullmatch(token) is not None
    return token in _SIGNS or token in _WORDS or _is_month(token)


def _is_month(token: str) -> bool:
    return token in MONTH_WORDS or _MONTH.fullmatch(token) is not None


def is_day(text: str) -> bool:
    """Return whether a text is only a numeric day: elsewhere it is of another column."""
    return _DAY_ALONE.fullmatch(text) is not None


def figure_order(texts: Iterable[str]) -> FigureOrder:
    """What comes first in the figures of a file, as in `dates`; most texts begin with the year."""
    in_figures = [text for text in texts if not text[:4].isdigit() and _FIGURES.search(text)]
    if order := dates_in_text.figure_order(in_figures):
        return order
    both = {dates_in_text.figure_order([text]) for text in in_figures} >= {"day", "month"}
    return "both" if both else None


def has_serials(texts: Iterable[str]) -> bool:
    """Return whether dates of a file are a workbook's numbers of days: one number among many is a slip."""
    given = [text for text in map(str.strip, texts) if text]
    serials = sum(text[4:5].isdigit() and _SERIAL.fullmatch(text) is not None for text in given)
    return serials > 0 and serials * _SERIALS_AMONG >= len(given)


def shown(date: PartialDate) -> PartialDate:
    """The date with its text only if that is nothing but a date."""
    raw = date.raw
    if raw is None or raw == date.date or only_date_words(raw) or (date.date and _SERIAL.fullmatch(raw)):
        return date
    return date._replace(raw=None)


def read_date(
    text: str,
    reason: str,
    unknown: Counter[str],
    order: FigureOrder = None,
    *,
    serials: bool = False,
) -> PartialDate:
    """The date that a field holds, and of its text what says it.

    Read are ISO dates, figures, months in words of any language of these lists, `about 1962`, `1962 to 1964`,
    and with `serials` the days of a workbook. `order` is what comes first in figures, as in `dates`; between
    full stops the day does, unless the file shows otherwise. Words that follow a date are left out, unless
    they may change it; then nothing is read. Of a text that is no date nothing is kept but the words of dates
    (`before 1962`, `2021-02-30`). That counts in `unknown` under `reason` (`arrested: not a date`), and what
    is left out under its field.
    """
    if not text:
        return _NOTHING
    date, more = _read(text, order, serials)
    if more:
        unknown[f"{reason.partition(':')[0]}: more than a date, left out"] += 1
    elif date.date is None and not text.isspace():
        unknown[reason] += 1
    return date


@dataclass(frozen=True)
class FileDates:
    """How the dates of a file are written: what comes first in figures, and whether days are numbers."""

    order: FigureOrder
    serials: bool

    @classmethod
    def of(cls, texts: Iterable[str]) -> FileDates:
        """As these texts, all of a file's dates, show it."""
        given = list(texts)
        return cls(figure_order(given), has_serials(given))

    def read(self, text: str, field: str, unknown: Counter[str]) -> PartialDate:
        """The date that a field holds; a text that is none counts as `<field>: not a date`."""
        return read_date(text, f"{field}: not a date", unknown, self.order, serials=self.serials)


@lru_cache(maxsize=16_384)
def _read(text: str, order: FigureOrder, serials: bool) -> tuple[PartialDate, bool]:
    """The date that a text holds, and whether there is more in it that is left out."""
    text = cleaning.clean(text)
    date = _whole(text, order, serials)
    if not date.date and (ahead := _ahead(text, order)):
        return shown(ahead), True
    return shown(date), False


def _whole(text: str, order: FigureOrder, serials: bool = False) -> PartialDate:
    """The date that a text is; the text alone if it is none, or several."""
    if _ZONED.fullmatch(text):
        return PartialDate(raw=text)
    if order is None and _DOTTED.match(text):
        order = "day"
    known: Order | None = None if order == "both" else order
    if about := _ABOUT.fullmatch(text) or _CHINESE_ABOUT.fullmatch(text):
        read = _whole(about["date"], order)
        return read._replace(precision=read.date and "circa", raw=text)
    if (plain := _in_plain_words(text)) != text:
        return _whole(plain, order, serials)._replace(raw=text)
    date = read_date_in_words(text, known)
    if date.date:
        return date
    found = read_dates(text, serials=serials, order=known)
    return found[0]._replace(raw=text) if len(found) == 1 else PartialDate(raw=text)


def _in_plain_words(text: str) -> str:
    """The text as it says the same more plainly: `в марте 2021`, `3 / 2 / 2021`."""
    text = _SPACED.sub(r"\1\2\3\2\4", text)
    in_month = _IN_A_MONTH.fullmatch(text)
    return in_month["date"] if in_month else text


def _ahead(text: str, order: FigureOrder) -> PartialDate | None:
    """The date that a text begins with, if what follows cannot change it."""
    if chinese := _CHINESE.match(text):
        date = _whole(chinese[0], order)
        return date if date.date and not _CHANGES.search(text, chinese.end()) else None
    words = text.split(" ")
    for count in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
        date = _whole(" ".join(words[:count]).rstrip(" ,;:.(–—-"), order)
        if date.date:
            return None if _CHANGES.search(" ".join(words[count:])) else date
    return None
