"""Dates with their month in words, in the languages of the prisoner lists."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from transforms.fields.dates import PartialDate, from_parts
from transforms.fields.dates_in_text import Order, read_one_date

# Months in Belarusian (Cyrillic and Latin), Russian, Spanish and Ukrainian; slashes separate case forms and
# abbreviations. No word means different months in two of these languages. The Ukrainian word for November is
# left out: in related languages it is a different month (listopad: November in Czech, October in Croatian).
_MONTHS_IN_WORDS = (
    "январь/января/январе/янв студзень/студзеня/студзені/студз studzień/studzienia enero/ene "
    "січень/січня/січ",
    "февраль/февраля/феврале/фев/февр люты/лютага/лютым/лют luty/lutaha febrero/feb лютий/лютого",
    "март/марта/марте/мар сакавік/сакавіка/сакавіку/сак sakavik/sakavika marzo/mar березень/березня/берез",
    "апрель/апреля/апреле/апр красавік/красавіка/красавіку/крас krasavik/krasavika abril/abr "
    "квітень/квітня/квіт",
    "май/мая/мае травень/траўня/траўні/трав/траў travień/traŭnia mayo/may",
    "июнь/июня/июне/июн чэрвень/чэрвеня/чэрвені/чэрв/чэр červień/červienia junio/jun червень/червня/черв",
    "июль/июля/июле/июл ліпень/ліпеня/ліпені/ліп lipień/lipienia julio/jul липень/липня/лип",
    "август/августа/августе/авг жнівень/жніўня/жніўні/жнів žnivień/žniŭnia agosto/ago серпень/серпня/серп",
    "сентябрь/сентября/сентябре/сен/сент верасень/верасня/верасні/вер vierasień/vieraśnia "
    "septiembre/setiembre/sept/sep/set вересень/вересня",
    "октябрь/октября/октябре/окт кастрычнік/кастрычніка/кастрычніку/кастр/каст kastryčnik/kastryčnika "
    "octubre/oct жовтень/жовтня/жовт",
    "ноябрь/ноября/ноябре/ноя/нояб лістапад/лістапада/лістападзе/ліст listapad/listapada noviembre/nov",
    "декабрь/декабря/декабре/дек снежань/снежня/снежні/снеж śniežań/śniežnia diciembre/dic "
    "грудень/грудня/груд",
)
_MONTH_NUMBERS = {
    word: number for number, words in enumerate(_MONTHS_IN_WORDS, 1) for word in re.split("[ /]", words)
}
MONTH_WORDS = frozenset(_MONTH_NUMBERS)
_WORDED = re.compile(
    r"(?:(?P<day>[0-9]{1,2})(?:[º°]|-?го|-?га)?[ -](?:de )?)?(?P<month>[^\W\d_]{3,12})\.?,?[ -](?:del? )?"
    r"(?P<year>(?:1[89]|20)[0-9]{2})"
)
_CHINESE = re.compile(
    r"(?P<year>(?:1[89]|20)[0-9]{2}) ?年"
    r"(?: ?(?P<month>[0-9]{1,2}) ?月(?: ?(?P<day>[0-9]{1,2}) ?[日号號])?)?"
)
_YEAR_WORD = re.compile(r"(?<=[0-9]) ?(?:г\.?|год|года|hod|hoda|р\.|рік|року)$")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


@lru_cache(maxsize=8_192)
def read_date_in_words(text: str | None, order: Order | None = "day") -> PartialDate:
    """Parse one date with its month in words or figures.

    Belarusian (`5 сакавіка 2022`), Russian (`март 2022 г.`), Ukrainian (`5 березня 2022 року`), English
    (`March 5, 2022`), Spanish (`17 de julio de 2021`), Chinese (`2019年12月7日`); figures as in `read_dates`.
    An empty text gives an empty date. A text with anything else, or without a year, gives a date with only
    `raw`.
    """
    raw = (text or "").strip()
    if not raw:
        return PartialDate()
    folded = unicodedata.normalize("NFC", " ".join(raw.split())).casefold().translate(_WIDE_DIGITS)
    if chinese := _CHINESE.fullmatch(folded):
        return from_parts(chinese["year"], chinese["month"], chinese["day"], raw=raw)
    folded = _YEAR_WORD.sub("", folded)
    worded = _WORDED.fullmatch(folded)
    if worded and worded["month"] in _MONTH_NUMBERS:
        return from_parts(worded["year"], _MONTH_NUMBERS[worded["month"]], worded["day"], raw=raw)
    return read_one_date(folded, False, raw, order)
