"""Tokenise charges: the words that name articles of law, in Belarusian, Russian and English.

Tokens are words for an article, its parts and points, numbers, codes of law, joining words and list
separators. Everything else is `other`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

Code: TypeAlias = Literal["by_administrative", "by_criminal", "ru_administrative", "ru_criminal"]
CODES: dict[tuple[str | None, str], Code] = {
    ("BY", "administrative"): "by_administrative",
    ("BY", "criminal"): "by_criminal",
    ("RU", "administrative"): "ru_administrative",
    ("RU", "criminal"): "ru_criminal",
}

# A number may have several parts: `361-1`, `205.2`, `20.3.3`, `361¹`. With a letter at its end it is not a
# number, unless the code of law begins there.
_NUMBER = r"[0-9]{1,4}(?:[.‐‑–-][0-9]{1,4}){0,3}[¹²³⁰⁴⁵⁶⁷⁸⁹]{0,2}(?!(?!УК|КК|К[оа]АП)\w)"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_RUSSIA = r"(?:the )?(?:RF|Russian Federation|Russia)\b|РФ\b|России\b|Российской Федерации|Расі[йі]\w*"
_BELARUS = r"(?:the )?(?:RB|(?:Republic of )?Belarus)\b|РБ\b|(?:Республики |Рэспублікі )?Беларус(?:и|ь|і)\b"
_OTHER_STATE = (
    r"(?<= of )(?:the )?\w+"
    r"|(?:ДНР|ЛНР|БССР|УССР|РСФСР|СССР|РК|КР)\b|(?:Украін|Украин|Казах|Груз|Узбек|Таджик|К[иы]рг[иы]з"
    r"|Молдо|Армен|Азербайджан|Латви|Литв|Эстон|Польш)\w*"
)
# Codes of law. The state follows, or in English precedes.
_CODE = (
    r"(?P<adjective>Russian |Belarus[is]?[ai]?an )?"
    r"(?:(?P<criminal>Criminal Code|CC\b|[УY][КK]\b|К[КK]\b"
    r"|Уголовн\w{2,3} кодекс\w{0,2}|Крымінальн\w{2,3} кодэкс\w{0,2})"
    r"|(?P<administrative>Code o[fn] (?:the )?Administrative (?:Offen[cs]|Violation)\w+"
    r"|Administrative (?:Offen[cs]es? )?Code|К[оа]АП\b"
    r"|Кодекс\w{0,2} (?:(?:РФ|РБ) )?об административных правонарушениях"
    r"|Кодэкс\w{0,2} аб адміністрацыйных правапарушэннях)"
    r"|(?P<foreign>Criminal Procedure Code|Code of Criminal Procedure|Penal Code|УПК\b|КПК\b|ПИКоАП\b"
    r"|УИК\b|КВК\b|ГК\b|Constitution\b|Конституци\w+|Канстытуцы\w+))"
    rf"(?:[ ,]? ?(?:of )?(?:(?P<russia>{_RUSSIA})|(?P<belarus>{_BELARUS})|(?P<elsewhere>{_OTHER_STATE})))?"
)
_KINDS = {
    "code": _CODE,
    "article": (
        r"Articles?\b|Arts?\.|Art(?= [0-9])"
        r"|[сc]т\. ?[сc]т\.|[сc]т\.|[сc]т(?= ?[0-9])|стать(?:я|и|е|ей|ю|ям|ями|ях)\b|статей\b"
        r"|артыкул\w{0,3}\b|[аa]рт\.|[аa]рт(?= ?[0-9])"
    ),
    "part": (
        r"Parts?\b(?= [0-9])|Pt\.?(?= ?[0-9])|p\.?(?= ?[0-9])"
        r"|чч?\.?(?= ?[0-9])|c\.(?= ?[0-9]{1,2} ?(?:[сc]т|[аa]рт))|част\w{1,3}\b(?= [0-9])"
    ),
    "point": r"Points?\b|Items?\b|Clauses?\b|п\. ?п\.|пп?\.|пп?(?= ?[0-9«\"„“])|п(?= \w\b)|пункт\w{0,3}\b",
    "paragraph": r"Paragraphs?\b|Paras?\.?(?= [0-9])",
    "number": _NUMBER,
    "bracketed_number": r"\([0-9]{1,2}\)",
    "letter": r"[«\"„“'‘(][^\W\d_][»\"”“'’)]",
    "of": r"(?:of|under) the\b|of\b|the\b",
    "and": r"and\b|и\b|і\b|й\b|i\b|&",
    "via": r"(?:через|праз|via|through)\b",
    "lead": r"(?:по|па|паводле|under)\b",
    "comma": ",",
    "separator": r"[;|]",
    "dash": r"[-–—]",
    "open": r"\(",
    "close": r"\)",
    "quote": '[«»"„“”]',
    "other": r"\w+|\S",
}
_TOKEN = re.compile(
    r" *(?:" + "|".join(rf"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()) + ")", re.IGNORECASE
)


class Token(NamedTuple):
    """A word or sign of a text with its position. The last token of a text has the kind `end`."""

    kind: str
    text: str
    start: int
    end: int


def code(text: str, country: str | None) -> Code | None:
    """Return the code of law named by a `code` token, that of `country` if the token names no state.

    None if it is not a supported code.
    """
    match = re.match(_CODE, text, re.IGNORECASE)
    if not match or match["foreign"] or match["elsewhere"]:
        return None
    adjective = (match["adjective"] or "").lower()
    if match["russia"] or adjective.startswith("russia"):
        country = "RU"
    elif match["belarus"] or adjective.startswith("belarus"):
        country = "BY"
    return CODES.get((country, "criminal" if match["criminal"] else "administrative"))


def numbers(text: str) -> tuple[list[int], str]:
    """Return a number's parts and the signs between them; `^` stands for a superscript."""
    digits = text.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")
    found = [int(part) for part in re.split("[.‐‑–-]", digits)]
    signs = re.sub("[0-9]", "", digits)
    if high := text[len(digits) :]:
        return [*found, int(high.translate(_SUPERSCRIPTS))], f"{signs}^"
    return found, signs


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text whose whitespace is single spaces."""
    found = [
        Token(
            str(match.lastgroup), match[match.lastgroup or 0], match.start(match.lastgroup or 0), match.end()
        )
        for match in _TOKEN.finditer(text)
    ]
    return [*found, Token("end", "", len(text), len(text))]
