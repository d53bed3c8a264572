"""What the United Kingdom's two lists, OFSI's until 2026 and the UK Sanctions List, share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from transforms.fields import countries
from transforms.fields.dates import PartialDate
from transforms.fields.dates_in_text import Order, figure_order, read_dates, single_day
from transforms.fields.documents.fields import number_type, read_document_field, read_document_fields
from transforms.fields.documents.numbers import find_numbers
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Country, Identifier
from transforms.names import cleaning
from transforms.sanctions.target import country

# Languages as the lists name them, by their ISO 639-1 codes.
_LANGUAGES = {
    "am": ("Amharic",),
    "ar": ("Arabic",),
    "az": ("Azerbaijani",),
    "be": ("Belarusian",),
    "bg": ("Bulgarian",),
    "bs": ("Bosnian",),
    "cs": ("Czech",),
    "el": ("Greek",),
    "es": ("Spanish", "Spanish; Castilian"),
    "fa": ("Persian", "Persian/Farsi", "Farsi", "Dari"),
    "fr": ("French",),
    "he": ("Hebrew",),
    "hi": ("Hindi",),
    "hr": ("Croatian",),
    "hy": ("Armenian",),
    "ja": ("Japanese",),
    "ka": ("Georgian",),
    "kk": ("Kazakh",),
    "ko": ("Korean",),
    "ku": ("Kurdish",),
    "ky": ("Kyrgyz", "Kirghiz; Kyrgyz"),
    "mk": ("Macedonian",),
    "my": ("Burmese",),
    "pa": ("Punjabi", "Panjabi; Punjabi"),
    "pl": ("Polish",),
    "ps": ("Pashto", "Pushto; Pashto"),
    "ro": ("Romanian", "Romanian; Moldavian; Moldovan"),
    "ru": ("Russian",),
    "so": ("Somali",),
    "sr": ("Serbian",),
    "tg": ("Tajik",),
    "th": ("Thai",),
    "ti": ("Tigrinya",),
    "tk": ("Turkmen",),
    "tr": ("Turkish",),
    "uk": ("Ukrainian",),
    "ur": ("Urdu",),
    "uz": ("Uzbek",),
    "vi": ("Vietnamese",),
    "zh": ("Chinese",),
}
LANGUAGES = {cleaning.term(text): code for code, texts in _LANGUAGES.items() for text in texts}


# ---------------------------------------------------------------- dates


def order(texts: Iterable[str]) -> Order | None:
    """Which of day and month comes first in dates of one kind: the day, unless one of them contradicts."""
    return figure_order(texts, "day")


def same_day(text: str, order: Order | None) -> str:
    """A date as it is compared, whatever its form; the text itself if it is none."""
    found = single_day(text, order)
    return found.isoformat() if found else text


def day(text: str | None, order: Order | None, unknown: Counter[str]) -> date | None:
    """A date as a day, in the lists' own form, in ISO 8601 or as Excel's number of it.

    Any other text, and one that may be two days, counts as unknown.
    """
    if not text or is_placeholder(text):
        return None
    found = single_day(text, order)
    if found is None:
        unknown[f"date {text}"] += 1
    return found


def birth_dates(text: str, order: Order | None, unknown: Counter[str]) -> tuple[PartialDate, ...]:
    """The dates of birth that one field gives, those that are not read among them."""
    if text.startswith("'"):  # a spreadsheet's mark of a cell that is text, which at times gets here
        found = read_dates(text[1:], serials=True, order=order)
        found = tuple(read._replace(raw=f"'{read.raw}") for read in found)
    else:
        found = read_dates(text, serials=True, order=order)
    for read in found:
        if read.date is None and not is_placeholder(read.raw or ""):
            unknown[f"date {read.raw}"] += 1
    return found


def nationalities(text: str, unknown: Counter[str]) -> list[Country]:
    """The states that one field gives by name or demonym; `NA` is none, and not Namibia."""
    if is_placeholder(text):
        return []
    found = countries.several(text)
    return [Country(*each) for each in found if each[0]] or [country(text, unknown)]


# Texts in OFSI's columns for countries that name none.
_NO_STATE = frozenset({"115088", "Crimea", "Moscow", "Yakut Autonomous SSR"})
# Slips of the pen; what is meant is beyond doubt.
_SLIPS = {
    "Belrus": "BY",
    "Britain": "GB",
    "Repubic of Moldova": "MD",
    "Sundan": "SD",
    "Uzbekhistan": "UZ",
}
_NOW = re.compile(r"\b(?:now|currently)\s+([^()]+)", re.IGNORECASE)
_NOTED = re.compile(r"([^(.,]+?)[\s.,]*(?:\([^()]*\)|(?<=[.,] )former .+)", re.IGNORECASE)
_BETWEEN_STATES = re.compile(r"[.,;]\s*")


@lru_cache(maxsize=4_096)
def current_state(text: str) -> str | None:
    """The code of the state that a place is in now: `Former USSR Currently Belarus` is Belarus."""
    now = _NOW.search(text)
    return countries.code(now[1].strip()) if now else None


@lru_cache(maxsize=8_192)
def _known_state(text: str) -> str | None:
    """The code of the state that a text names, with notes on what was before or is now."""
    code = countries.code(text) or _SLIPS.get(text)
    if len(text) > _LONGEST:
        return None
    if code is None and _NOW.search(text):
        return current_state(text)
    if code is None and (noted := _NOTED.fullmatch(text)):
        return countries.code(noted[1])
    return code


def state(text: str | None, unknown: Counter[str]) -> Country:
    """The state that a text of OFSI's names; one that is none counts as unknown."""
    if not text or is_placeholder(text):
        return Country()
    code = _known_state(text)
    return Country(code, text) if code else country(text, unknown, _NO_STATE)


def states(text: str, unknown: Counter[str]) -> list[Country]:
    """The state, or states, that a text of OFSI's names."""
    if is_placeholder(text):
        return []
    parts = [text] if _known_state(text) else _BETWEEN_STATES.split(text)
    if not all(map(_known_state, parts)):
        parts = [raw for _, raw in countries.several(text)]
    return [state(part, unknown) for part in parts]


@lru_cache(maxsize=16_384)
def is_nothing(part: str) -> bool:
    """Whether a part of a name or address means a missing one."""
    return is_placeholder(part, "part")


# ---------------------------------------------------------------- regimes and measures

# Both as the lists write them; a list that writes one in other letters means the same.
_REGIMES = (
    "Afghanistan",
    "Belarus",
    "Bosnia and Herzegovina",
    "Burundi",
    "Central African Republic",
    "Chemical Weapons",
    "Counter-Terrorism (Domestic)",
    "Counter-Terrorism (International)",
    "Cyber",
    "Democratic People's Republic of Korea",
    "Democratic Republic of the Congo",
    "Global Anti-Corruption",
    "Global Human Rights",
    "Global Irregular Migration",
    "Guinea",
    "Guinea-Bissau",
    "Haiti",
    "ISIL (Da'esh) and Al-Qaida",
    "Iran",
    "Iran (Nuclear)",
    "Iraq",
    "Lebanon",
    "Libya",
    "Mali",
    "Misappropriation",
    "Myanmar",
    "Nicaragua",
    "Russia",
    "Somalia",
    "South Sudan",
    "Sudan",
    "Syria",
    "Venezuela",
    "Yemen",
    "Zimbabwe",
    "The Afghanistan (Sanctions) (EU Exit) Regulations 2020",
    "The Bosnia and Herzegovina (Sanctions) (EU Exit) Regulations 2020",
    "The Burundi (Sanctions) Regulations 2021",
    "The Central African Republic (Sanctions) (EU Exit) Regulations 2020",
    "The Chemical Weapons (Sanctions) (EU Exit) Regulations 2019",
    "The Counter-Terrorism (International Sanctions) (EU Exit) Regulations 2019",
    "The Counter-Terrorism (Sanctions) (EU Exit) Regulations 2019",
    "The Cyber (Sanctions) (EU Exit) Regulations 2020",
    "The Democratic People's Republic of Korea (Sanctions) (EU Exit) Regulations 2019",
    "The Democratic Republic of the Congo (Sanctions) (EU Exit) Regulations 2019",
    "The Global Anti-Corruption Sanctions Regulations 2021",
    "The Global Human Rights Sanctions Regulations 2020",
    "The Global Irregular Migration and Trafficking in Persons Sanctions Regulations 2025",
    "The Guinea (Sanctions) (EU Exit) Regulations 2019",
    "The Guinea-Bissau (Sanctions) (EU Exit) Regulations 2019",
    "The Haiti (Sanctions) Regulations 2022",
    "The Iran (Sanctions) (Nuclear) (EU Exit) Regulations 2019",
    "The Iran (Sanctions) Regulations 2023",
    "The Iraq (Sanctions) (EU Exit) Regulations 2020",
    "The ISIL (Da'esh) and Al-Qaida (United Nations Sanctions) (EU Exit) Regulations 2019",
    "The Libya (Sanctions) (EU Exit) Regulations 2020",
    "The Mali (Sanctions) (EU Exit) Regulations 2020",
    "The Misappropriation (Sanctions) (EU Exit) Regulations 2021",
    "The Myanmar (Sanctions) Regulations 2021",
    "The Nicaragua (Sanctions) (EU Exit) Regulations 2020",
    "The Republic of Belarus (Sanctions) (EU Exit) Regulations 2019",
    "The Russia (Sanctions) (EU Exit) Regulations 2019",
    "The Somalia (Sanctions) (EU Exit) Regulations 2020",
    "The South Sudan (Sanctions) (EU Exit) Regulations 2019",
    "The Sudan (Sanctions) (EU Exit) Regulations 2020",
    "The Syria (Sanctions) (EU Exit) Regulations 2019",
    "The Venezuela (Sanctions) (EU Exit) Regulations 2019",
    "The Yemen (Sanctions) (EU Exit) (No. 2) Regulations 2020",
    "The Zimbabwe (Sanctions) (EU Exit) Regulations 2019",
)
_MEASURES = (
    "Arms embargo",
    "Asset freeze",
    "Charter of ships",
    "Chartering of ships",
    "Closure of representative offices",
    "Crew servicing of ships and aircraft",
    "De-flag",
    "Director Disqualification Sanction",
    "Prevention of business arrangements",
    "Prevention of charter of ships",
    "Prevention of charter of ships and aircraft",
    "Prevention of chartering of ships",
    "Prevention of chartering of ships and aircraft",
    "Prohibition of port entry",
    "Targeted arms embargo",
    "Technical assistance related to aircraft",
    "Travel Ban",
    "Trust Services Sanctions",
)
_SPELLINGS = {cleaning.term(text): text for text in (*_REGIMES, *_MEASURES)}


@lru_cache(maxsize=1_024)
def spelt(text: str) -> str:
    """A regime or measure in the letters that the lists mostly have, else as it is given."""
    return _SPELLINGS.get(cleaning.term(text), cleaning.clean(text))


# ---------------------------------------------------------------- numbers of bodies

_LABELS = {  # `INN: 7713226814 OGRN: 1027700285612`
    "INN": ("tax_id", "Taxpayer identification number"),
    "TIN": ("tax_id", "Taxpayer identification number"),
    "KPP": ("other", "Code of the reason for tax registration (Russia)"),
    "OGRN": ("registration", "Primary state registration number (Russia)"),
}
_GLUED = re.compile(r"(?<=\d)(?=(?:INN|TIN|KPP|OGRN|SRN|BIN)\b)")
_REGISTERED = re.compile(
    r"[\s;,.]*(?P<label>(?:[^\W\d_]+(?:\s*[:–]\s*|\s+-\s*|-\s+|\.(?:\s*:\s*|\s+)|/|\s+)){1,5}?|)"
    r"(?P<number>(?:(?<=: )(?!(?:BIN|INN|KPP|SRN|TIN|VAT)\b)[A-Z]{1,3} )?[A-Z]{0,3}\d[\w/-]*)"
    r"(?:,? (?P<dated>dated \d[\d/.]*\d))?"
    r"(?: \((?P<country>[A-Za-z ]+)\)| [–-] (?P<after>[A-Za-z ]+))?[\s;,.]*"
)
_TAX = re.compile(r"\b(?:tax\w*|TIN|INN|fiscal|VAT)\b", re.IGNORECASE)
_CODE = re.compile(r"\b(?:SWIFT|BIC)\b")
_WORD = re.compile("[a-z]{2}")
_LONG_NUMBER = re.compile(r"\d{5,}")
_LONGEST = 300  # characters of a text that is looked at closely


def registrations(text: str, column: str) -> list[Identifier]:
    """The numbers of one field on a body's registration, whose name is `column`.

    Taken apart if the field is nothing but numbers, all but one with a label, and countries: `Tax ID No.
    7813491943 (Russia)`, `1117746568829 (Russia). Tax ID No. 7735579027 (Russia)`. Else as it is.
    """
    text = cleaning.clean(text).strip('"“”')
    whole = Identifier("registration", column, None, text)
    if len(text) > _LONGEST:
        return [whole]
    found = _taken_apart(_GLUED.sub(" ", text), column)
    if sum(each.type_raw == column for each in found) > 1:
        found = []
    if not found:
        found = list(find_numbers(text))
        numbers = " ".join(each.number for each in found)
        wanted = _LONG_NUMBER.findall(text)
        if not all(number in numbers for number in wanted) or (not wanted and not _is_all(text, found)):
            found = []
    single = read_document_field("registration", column, text)
    return found or [whole if single is None or _WORD.search(single.number) else single]


def numbers_of_documents(
    type_: str, column: str, given: Iterable[tuple[str | None, str | None]]
) -> Iterator[Identifier]:
    """The numbers of a column with what another states on each; a cell can hold several with labels."""
    for number, note in given:
        labelled = find_numbers(number) if number and " " in number else ()
        if len(labelled) > 1:
            yield from labelled
            continue
        for read in read_document_fields(type_, column, number, note):
            is_tax = read.type == type_ and _TAX.search(f"{number} {note}")
            yield read._replace(type="tax_id") if is_tax else read


def _is_all(text: str, found: list[Identifier]) -> bool:
    """Whether a text is nothing but numbers with their labels: `SWIFT/BIC SABRRUMM`."""
    return len("".join([f"{each.type_raw}{each.number}" for each in found])) >= len("".join(text.split())) > 0


def _taken_apart(text: str, column: str) -> list[Identifier]:
    """The numbers that a text consists of; none if it has anything else in it."""
    found: list[Identifier] = []
    at = 0
    while at < len(text):
        match = _REGISTERED.match(text, at)
        if match is None:
            return []
        found.append(_registration(match, column))
        at = match.end()
    return found


def _registration(match: re.Match[str], column: str) -> Identifier:
    label = (match["label"] or match["after"] or "").strip(" /.:–-")
    land = match["country"] or label.partition(" ")[0]
    code = countries.code(land) if match["country"] or len(land) > 3 else None  # `BR No` is not Brazil's
    type_, type_name = _LABELS.get(label.rpartition(" ")[2], (_registered_as(label), None))
    number = match["number"]
    return Identifier(type_, label or column, type_name, number, code, land if code else None, match["dated"])


def _registered_as(label: str) -> str:
    """The type of a number by its label; what a field on registration has without one is that."""
    if _TAX.search(label) or number_type(label) == "tax_id":
        return "tax_id"
    return "swift_bic" if _CODE.search(label) else "registration"
