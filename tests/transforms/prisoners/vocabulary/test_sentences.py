"""Sentences in five languages: the phrases of real lists, and what no text may do."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from random import Random
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts import contract
from tests.transforms.prisoners.phrases import DATES, NOT_UNDERSTOOD, SENTENCES
from transforms.prisoners.vocabulary.sentence_words import fold
from transforms.prisoners.vocabulary.sentences import Kind, Sentence, read, tells_of_health

KINDS = get_args(Kind)
_FINES = {
    "en": " and a fine of 500 base values",
    "ru": " и штраф 300 000 рублей",
    "be": " і штраф 500 базавых велічынь",
    "es": " y multa de 200 cuotas",
    "zh": "，并处罚金1万元",
    "uk": " та штраф 5000 гривень",
}


@pytest.mark.parametrize(("lang", "phrase", "months", "kind"), SENTENCES)
def test_phrases(lang: str, phrase: str, months: float | None, kind: Kind | None) -> None:
    assert read(phrase) == Sentence(months, kind), lang
    spaced = f" {phrase.replace(' ', chr(160) + ' ')}\n"
    assert read(spaced) == Sentence(months, kind)
    if not re.search("°|º", phrase):
        assert read(phrase.upper()) == Sentence(months, kind)


@pytest.mark.parametrize(("lang", "phrase"), NOT_UNDERSTOOD)
def test_no_number_is_better_than_a_wrong_one(lang: str, phrase: str) -> None:
    assert read(phrase) == Sentence(understood=False), lang


def test_the_table_has_phrases_of_each_language_and_kind() -> None:
    assert len(SENTENCES) + len(DATES) >= 130
    assert (
        {lang for lang, *_ in SENTENCES}
        == {lang for lang, *_ in DATES}
        == {"be", "ru", "uk", "en", "es", "zh"}
    )
    assert {kind for *_, kind in SENTENCES if kind} == set(KINDS)


def test_the_kinds_are_those_of_the_contract() -> None:
    column = next(column for column in contract("prisoners").columns if column.name == "sentence_kind")
    assert set(column.enum or ()) == set(KINDS)


def test_empty_text_says_nothing() -> None:
    assert read("") == read(" \n") == Sentence()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Numbers
        ("half a year", Sentence(6)),
        ("полгода", Sentence(6)),
        ("半年", Sentence(6)),
        ("2½ years", Sentence(30)),
        ("2 years and a half", Sentence(30)),
        ("2.25 years", Sentence(27)),
        ("99 years", Sentence(1188)),
        ("100 years", Sentence(1200)),
        ("100 years and 1 month", Sentence(understood=False)),
        ("0 years 6 months", Sentence(6)),
        ("5 years 0 months", Sentence(60)),
        ("5 (пять) лет 6 (шесть) месяцев", Sentence(66)),
        ("5 (шесть) лет", Sentence(understood=False)),
        ("twenty five", Sentence(understood=False)),
        ("twenty 5 years", Sentence(understood=False)),
        ("five twenty years", Sentence(understood=False)),
        # Days are of no month
        ("3 months 15 days of arrest", Sentence(None, "arrest")),
        ("2 weeks of arrest", Sentence(None, "arrest")),
        # Whose term it is
        ("2-year suspended sentence", Sentence(24, "suspended")),
        ("2 years suspended with a 3-year probation period", Sentence(24, "suspended")),
        ("3 years' probation", Sentence(None, "suspended")),
        ("suspended for 3 years", Sentence(None, "suspended")),
        ("3 years, suspended, 4 years", Sentence(understood=False)),
        ("3 года, условно", Sentence(36, "suspended")),
        ("5 years of pre-trial detention", Sentence()),
        ("10 years, deprivation of political rights for life", Sentence(120)),
        ("有期徒刑十年，剥夺政治权利终身", Sentence(120, "imprisonment")),
        ("3 года ссылки", Sentence(understood=False)),
        ("under arrest for 3 months", Sentence()),
        ("2 месяца под арестом", Sentence()),
        ("3 years served in prison", Sentence(understood=False)),
        ("2 years and 200 hours of community service", Sentence(24)),
        ("4 года, 6 месяцев ограничения свободы", Sentence(understood=False)),
        ("4 года 6 месяцев ограничения свободы", Sentence(54, "restricted_freedom")),
        ("5 years in prison and 2 years of restricted freedom", Sentence(understood=False)),
        ("死刑，缓期二年执行，剥夺政治权利终身", Sentence(kind="death")),
        ("无期徒刑，有期徒刑十年", Sentence(kind="life")),
        # Of several kinds the gravest, or the more exact
        ("restricted freedom and a fine", Sentence(kind="restricted_freedom")),
        ("колония, тюрьма", Sentence(kind="prison")),
        ("imprisonment, arrest", Sentence(kind="imprisonment")),
        ("life imprisonment or fine", Sentence(understood=False)),
    ],
)
def test_the_grammar(text: str, expected: Sentence) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("lang", "phrase", "months", "kind"), SENTENCES)
def test_a_fine_beside_it_changes_no_term(
    lang: str, phrase: str, months: float | None, kind: Kind | None
) -> None:
    with_fine = read(phrase + _FINES[lang])
    assert with_fine.understood
    assert with_fine.months == months
    assert with_fine.kind == (kind or (None if months else "fine"))


# Round trips: a term in the grammar of each language, in figures and in words, with an institution or none.

_INSTITUTIONS: dict[str, dict[str, Kind]] = {
    "en": {" in a general-security penal colony": "colony", " of restricted freedom": "restricted_freedom"},
    "ru": {
        " колонии строгого режима": "colony",
        " принудительных работ": "forced_labour",
        " условно": "suspended",
    },
    "be": {
        " калоніі ўзмоцненага рэжыму": "colony",
        " хатняй хіміі": "restricted_freedom",
        " арышту": "arrest",
    },
    "uk": {
        " колонії суворого режиму": "colony",
        " позбавлення волі": "imprisonment",
        " обмеження волі": "restricted_freedom",
    },
    "es": {" de privación de libertad": "imprisonment", " de limitación de libertad": "restricted_freedom"},
    "zh": {"有期徒刑": "imprisonment", "管制": "restricted_freedom", "拘役": "arrest"},
}
_UNITS = {
    "en": (("year", "years", "years"), ("month", "months", "months")),
    "ru": (("год", "года", "лет"), ("месяц", "месяца", "месяцев")),
    "be": (("год", "гады", "гадоў"), ("месяц", "месяцы", "месяцаў")),
    "es": (("año", "años", "años"), ("mes", "meses", "meses")),
    "uk": (("рік", "роки", "років"), ("місяць", "місяці", "місяців")),
    "zh": (("年",) * 3, ("个月",) * 3),
}
_HALVES = {
    "en": "{} 1/2 years",
    "ru": "{},5 года",
    "be": "{},5 года",
    "uk": "{},5 року",
    "es": "{} años y medio",
    "zh": "{}年半",
}
_JOINTS = {
    "en": [" ", ", ", " and "],
    "ru": [" ", " и "],
    "be": [" ", " і "],
    "uk": [" ", " і ", " та "],
    "es": [" y "],
    "zh": ["", "零"],
}


def _counted(number: int, forms: tuple[str, str, str], lang: str) -> str:
    """The form of a word after a number, as in Russian: 1, 21 год, 2 года, 5, 11 лет."""
    if lang not in ("ru", "be", "uk"):
        return forms[number != 1]
    if number % 10 == 1 and number != 11:
        return forms[0]
    return forms[1] if number % 10 in (2, 3, 4) and not 11 < number < 15 else forms[2]


def _sign_number(number: int) -> str:
    """A number below 100 in Chinese signs."""
    tens, ones = divmod(number, 10)
    signs = " 一二三四五六七八九"
    return f"{signs[tens] if tens > 1 else ''}{'十' if tens else ''}{signs[ones]}".replace(" ", "")


@given(
    st.sampled_from(sorted(_UNITS)),
    st.integers(1, 99),
    st.integers(0, 11),
    st.booleans(),
    st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=300)
def test_a_term_reads_back_in_each_language(
    lang: str, years: int, months: int, half: bool, random: Random
) -> None:
    figure = _sign_number if lang == "zh" and random.random() < 0.5 else str
    gap = "" if lang == "zh" else " "
    year_forms, month_forms = _UNITS[lang]
    if half:
        months = 6
        text = _HALVES[lang].format(figure(years))
    else:
        text = f"{figure(years)}{gap}{_counted(years, year_forms, lang)}"
        if months:
            text += random.choice(_JOINTS[lang])
            text += f"{figure(months)}{gap}{_counted(months, month_forms, lang)}"
    assert read(text) == Sentence(years * 12 + months), text
    institution, kind = random.choice(sorted(_INSTITUTIONS[lang].items()))
    whole = institution + text if lang == "zh" else text + institution
    if "," not in text or half:  # of what stands after a comma it is not said what is in it
        assert read(whole) == Sentence(years * 12 + months, kind), whole


_WORDS = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty twenty-one twenty-two",
    "ru": "один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
    "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать",
    "be": "адзін два тры чатыры пяць шэсць сем восем дзевяць дзесяць адзінаццаць дванаццаць трынаццаць "
    "чатырнаццаць пятнаццаць шаснаццаць семнаццаць васямнаццаць дзевятнаццаць дваццаць",
    "uk": "один два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять "
    "чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять",
    "es": "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte",
}


@pytest.mark.parametrize("lang", sorted(_WORDS))
def test_number_words(lang: str) -> None:
    for number, word in enumerate(_WORDS[lang].split(), 1):
        text = f"{word} {_counted(number, _UNITS[lang][0], lang)}"
        assert read(text) == Sentence(number * 12), text


def test_number_signs() -> None:
    for number in range(1, 100):
        assert read(f"有期徒刑{_sign_number(number)}年").months == number * 12


# What no text may do

_PIECES = sorted({piece for _, phrase, *_ in SENTENCES for piece in re.split(r"(\s+|\d+|[,;()])", phrase)})
_TEXTS = st.one_of(st.text(), st.lists(st.sampled_from([*_PIECES, " "]), max_size=9).map("".join))


@given(_TEXTS)
@settings(deadline=None, max_examples=400)
def test_any_text(text: str) -> None:
    sentence = read(text)
    assert sentence.months is None or 0 < sentence.months <= 1_200
    assert sentence.kind is None or sentence.kind in KINDS
    assert sentence.understood or sentence == Sentence(understood=False)
    assert sentence.months is None or sentence.kind not in ("fine", "life", "death")
    assert isinstance(tells_of_health(text), bool)


_LETTER = "[A-Za-z\u00c0-\u024f\u0400-\u04ff]"  # a Chinese sign next to a word is no part of it
_NUMBERS = re.compile(
    rf"[0-9０-９½一二三四五六七八九十两半]|(?<!{_LETTER})"
    r"(?:an?|half|un|medio|пол\w*|паў\w*|два|восемь|двума|пяць|пять|четыре|"
    + "|".join(word for words in _WORDS.values() for word in words.split())
    + rf")(?!{_LETTER})",
    re.IGNORECASE,
)


@given(_TEXTS)
@settings(deadline=None, max_examples=200)
@example("CINCO十年")
def test_a_text_without_numbers_has_no_term(text: str) -> None:
    without = _NUMBERS.sub(" ", text)
    if not re.search(r"[0-9½]", fold(without)):
        assert read(without).months is None, without


@pytest.mark.parametrize("phrase", [phrase for _, phrase, *_ in SENTENCES])
def test_phrases_without_their_numbers_have_no_term(phrase: str) -> None:
    assert read(_NUMBERS.sub(" ", phrase)).months is None


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "piece",
    [
        "5 years, ",
        "a ",
        "(",
        "1 000 ",
        "1/2 ",
        "half a ",
        "лишение прав ",
        "ban on a ",
        "十",
        "半",
        "'",
        "\u0301",
    ],
)
def test_hostile_text_takes_no_time(piece: str) -> None:
    for text in (piece * 100_000, (piece * 400)[:399]):
        assert not read(text).understood


@pytest.mark.timeout(120)
def test_a_story_is_searched_for_health_in_linear_time() -> None:
    assert not tells_of_health("принуд медвед lech " * 100_000)


# Health

_HEALTH = [
    "compulsory psychiatric treatment",
    "Ordered to undergo coercive alcoholism treatment",
    "transferred to a hospital",
    "released because of an illness",
    "принудительное лечение",
    "ПРИНУДИТЕЛЬНЫЕ МЕРЫ МЕДИЦИНСКОГО ХАРАКТЕРА",
    "принудлечение",
    "психиатрический стационар",
    "признан невменяемым",
    "инвалидность",
    "прымусовае лячэнне",
    "прымусовыя меры мэдыцынскага характару",
    "псіхіятрычная бальніца",
    "псыхіятрычная лякарня",
    "інвалід",
    "prymusovaje lačennie",
    "prinuditelnoe lechenie",
    "tratamiento psiquiátrico",
    "hospital psiquiatrico",
    "licencia extrapenal por enfermedad",
    "por embarazo",
    "отсрочка в связи с беременностью",
    "强制医疗",
    "強制醫療",
    "保外就医",
    "精神病院",
]


@pytest.mark.parametrize("text", _HEALTH)
def test_what_tells_of_health(text: str) -> None:
    assert tells_of_health(text)
    assert tells_of_health(text.upper())
    assert tells_of_health(f"2 года; {text}, 3 years")
    assert read(text) == read(f"2 years, {text}") == Sentence()


@pytest.mark.parametrize("phrase", [phrase for _, phrase, *_ in [*SENTENCES, *NOT_UNDERSTOOD]])
def test_what_does_not(phrase: str) -> None:
    assert not tells_of_health(phrase)


@pytest.mark.parametrize(
    "text", ["привлечён к ответственности", "fundamental", "trabajo con internamiento", "лекцыя"]
)
def test_words_that_only_look_like_it(text: str) -> None:
    assert not tells_of_health(text)


# Real lists


def test_viasnas_sentences_are_all_understood(shared_data: Path) -> None:
    path = shared_data / "by_viasna/2023-03-01/prisoners.en.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 30
    assert all(read(row[column]).understood for row in rows for column in ("decision", "penalty"))
    assert sum(read(row["decision"]).months is not None for row in rows) == len(rows) - 3
    assert sum(read(row["penalty"]).kind is not None for row in rows) == len(rows) - 1
