"""Prisoners Defenders' list of political prisoners in Cuba: one web page a person, `<slug>.html`.

Read are the values of the labels in `_READ`, wherever they are on the page (`reading/html.py`). What is
ignored or withheld is known so that a value ends where it begins. What has no label is never read, but for
the name and the person's sex. Parts of the page that lead to another person's page are that person's, and
are left out.

`Prisión` holds an institution or, as `Estado penal` does, a status from a short list of phrases: a phrase is
all that is taken from it. Who is out of prison under conditions is neither held nor free: `unknown`.

No text of a page goes to the quarantine, nor into a label of `unknown`, nor into a table if it is not
understood as what its label says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, BinaryIO, NamedTuple

from lxml import etree

from transforms.fields.dates import PartialDate
from transforms.names import cleaning
from transforms.prisoners.prisoner import Gender, Prisoner, Status, is_name, started, write
from transforms.prisoners.sinks import Context, DateColumn, Fields, Sink
from transforms.prisoners.vocabulary import charges, institutions, sentences
from transforms.prisoners.vocabulary.cuban_words import OFFENCE_WORDS, STATUSES
from transforms.prisoners.vocabulary.date_words import FileDates
from transforms.prisoners.vocabulary.institutions import Institution
from transforms.prisoners.vocabulary.sentences import Sentence
from transforms.reading.declaration import Node, compile_filling, ignored, texts, withheld, withheld_fields
from transforms.reading.html import Line, PageError, document, fold, lines, values
from transforms.reading.parse_result import ParseResult, SourceFormatError

_FILE = re.compile(r"(?P<slug>[a-z0-9-]{1,200})\.html")
_ADDRESS = "https://lista.prisonersdefenders.org/prisioneros/{}/"
_TO_PERSON = re.compile(r"/prisioneros/(?!page/)([a-z0-9-]+)")
_COUNTRY = "CU"
_SITE = "prisoners defenders"

# Labels without accents and in lower case, by what is read from them.
_READ = {
    "arrest": ("fecha de detencion", "fecha de arresto"),
    "sentence": ("condena", "sentencia"),
    "prison": ("prision", "centro penitenciario"),
    "status": ("estado penal", "situacion penal"),
    "charges": ("tipo de delito", "tipos de delito", "delito", "delitos"),
    "court": ("tribunal",),
    "gender": ("genero", "sexo"),
    "birth": ("fecha de nacimiento",),
    "typology": ("tipologia de detencion",),  # the sex and whether the person was of age
    "category": ("categoria", "tipo de preso"),
}
_IGNORED = (
    *("edad", "edad actual", "edad en la detencion", "edad al ser detenido"),  # no date
    *("organizacion", "organizacion politica"),  # no column for it
    *("documentos", "acceso a todos los documentos", "compartir"),
)
# By the entry of source.yml that gives the reason.
_WITHHELD = {
    "Provincia, Municipio": (
        *("provincia", "municipio", "direccion", "domicilio", "residencia", "lugar de residencia"),
    ),
    "Estado médico": (
        "estado medico",
        "estado de salud",
        "salud",
        "enfermedad",
        "enfermedades",
        "padecimientos",
    ),
    "Familiares, Contacto": (
        *("familia", "familiar", "familiares", "hijos", "madre", "padre", "esposa", "esposo", "hermanos"),
        *("contacto", "telefono"),
    ),
    "Abogado, Juez, Fiscal": ("abogado", "abogada", "juez", "jueza", "fiscal"),
    "Raza, Religión": ("raza", "color de piel", "religion"),
    "Foto": ("foto", "fotos"),
    "Observaciones, Descripción": (
        *("observaciones", "observacion", "descripcion", "resumen", "historia", "biografia", "notas"),
        "comentarios",
    ),
}
_DATES = FileDates("day", serials=False)
_WORD = re.compile(r"[^\W_]+")
_BARE_TERM = re.compile(r"[0-9]{1,2}")

_NOTHING = frozenset(
    {"no disponible", "no disponibles", "desconocido", "desconocida", "sin datos", "n/a", "-"}
)
_MOST = 200  # characters of what is a term, a charge or an institution, and no story

_PRE_TRIAL = re.compile(r"prision (?:provisional|preventiva)")
# In place of a sentence: none yet, or what the prosecution asks for.
_NO_SENTENCE = re.compile(
    r"pendiente\b|(?:a la )?espera\b|peticion fiscal|sin (?:juicio|condena|sentencia)\b"
)

_SEX = re.compile(r"(hombre|mujer)(?:, (?:mayor|menor) de edad en la detencion)")
_GENDERS: dict[str, Gender] = {
    "hombre": "male",
    "masculino": "male",
    "mujer": "female",
    "femenino": "female",
}
_DESIGNATION = "political prisoner"
_DESIGNATIONS = {
    "convicto de conciencia": f"{_DESIGNATION}: convict of conscience",
    "condenado de conciencia": f"{_DESIGNATION}: condemned of conscience",
    "otro preso politico": _DESIGNATION,
    "preso politico": _DESIGNATION,
    "prisionero politico": _DESIGNATION,
}


class _Standing(NamedTuple):
    """A status as far as a field's text states it: None if it has none that we know."""

    status: Status | None = None
    raw: str | None = None
    release: PartialDate = PartialDate()


def _is_nothing(text: str) -> bool:
    return not text or fold(text).rstrip(".") in _NOTHING


def _date(column: DateColumn, label: str) -> Sink:
    """A date, with the day first; of a text that is none nothing is kept, for it may be a story."""

    def sink(person: Prisoner, text: str, context: Context) -> None:
        read = context.dates.read(text, label, context.unknown)
        if read.date:
            setattr(person, column, read)

    return sink


def _standing(text: str, label: str, unknown: Counter[str]) -> _Standing:
    """The status that a text begins with; what follows is left out."""
    folded = fold(text)
    for status, phrase in STATUSES:
        if match := phrase.match(folded):
            day = match.groupdict().get("day") or ""
            unknown[f"{label}: more than a status, left out"] += bool(folded[match.end() :].strip(" ."))
            return _Standing(status, text[: match.end()], _DATES.read(day, label, unknown))
    return _Standing()


def _sentence(text: str, unknown: Counter[str]) -> tuple[str | None, Sentence]:
    """The sentence in the page's words and as read."""
    folded = fold(text)
    if not text or _PRE_TRIAL.match(folded) or _NO_SENTENCE.match(folded):
        return None, Sentence()
    if sentences.tells_of_health(text):
        unknown["condena: withheld, it tells of health"] += 1
        return None, Sentence()
    if len(text) > _MOST:
        unknown["condena: more than a sentence"] += 1
        return None, Sentence()
    sentence = sentences.read(text)
    unknown["condena: form not known"] += not sentence.understood
    return sentences.in_known_words(text) or (text if _BARE_TERM.fullmatch(text) else None), sentence


def _add_charges(person: Prisoner, text: str, context: Context) -> None:
    """The charges, which commas part."""
    unknown = context.unknown
    for charge in map(cleaning.clean, text.replace("\n", ",").split(",")):
        if len(charge) > _MOST:
            unknown["delito: more than a charge"] += 1
        elif not set(_WORD.findall(fold(charge))) <= OFFENCE_WORDS:
            unknown["delito: no offence that we know"] += bool(charge) and fold(charge) not in _NOTHING
        else:
            person.charges += charges.read(charge, _COUNTRY)


def _institution(text: str, label: str, unknown: Counter[str]) -> Institution:
    if len(text) > _MOST:
        unknown[f"{label}: more than an institution"] += 1
        return Institution()
    read = institutions.court if label == "tribunal" else institutions.prison
    return read(text, unknown) if text else Institution()


def _gender(row: Node, page: Iterable[Line], unknown: Counter[str]) -> Gender | None:
    if text := fold(row.get("gender", "")):
        unknown["genero: not known"] += text not in _GENDERS
        return _GENDERS.get(text)
    texts = [row.get("typology", ""), *(" ".join(line.texts) for line in page)]
    stated = {match[1] for text in texts if (match := _SEX.fullmatch(fold(text)))}
    return _GENDERS[stated.pop()] if len(stated) == 1 else None


def _add_designation(person: Prisoner, text: str, context: Context) -> None:
    """In which words the list calls the person a prisoner."""
    folded = re.sub(r"(convict|condenad|otr|pres|prisioner|politic)(?:a|os|as)\b", r"\1o", fold(text))
    context.unknown["categoria: not known"] += folded not in _DESIGNATIONS
    person.designation = _DESIGNATIONS.get(folded, _DESIGNATION)


def _add_court(person: Prisoner, text: str, context: Context) -> None:
    person.court = _institution(text, "tribunal", context.unknown)
    person.court_country = _COUNTRY if person.court.name else None


def _finish(person: Prisoner, row: Node, context: Context) -> None:
    """The sentence, the institution and the status, which can be under one another's labels."""
    unknown = context.unknown
    condena, prison, status = (row.get(name, "") for name in ("sentence", "prison", "status"))
    standing = _standing(status, "estado penal", unknown)
    held = _standing(prison, "prision", unknown)
    person.facility = Institution() if held.status else _institution(prison, "prision", unknown)
    person.facility_country = _COUNTRY if person.facility.name else None
    if not status:
        standing = held
        if not held.status and (match := _PRE_TRIAL.match(fold(condena))):
            standing = _Standing("detained", condena[: match.end()])
        elif person.facility.name:
            standing = _Standing("detained")
    elif not standing.status:
        unknown["estado penal: not known"] += 1
    person.status, person.status_raw = standing.status or "unknown", standing.raw
    person.release = standing.release
    person.sentence_raw, person.sentence = _sentence(condena, unknown)


FIELDS: Fields = {
    "arrest": _date("arrest", "fecha de detencion"),
    "birth": _date("birth", "fecha de nacimiento"),
    "charges": _add_charges,
    "court": _add_court,
    "category": _add_designation,
    **texts("sentence", "prison", "status", "gender", "typology"),
    **dict.fromkeys(_IGNORED, ignored("no column for it, or nothing sure")),
    **{label: withheld(entry) for entry, labels in _WITHHELD.items() for label in labels},
}
WITHHELD_FIELDS = withheld_fields(FIELDS)
_FILL = compile_filling(FIELDS, _finish)
_LABELS = dict.fromkeys(FIELDS.keys() - _READ.keys(), "")
_LABELS |= {label: name for name, labels in _READ.items() for label in labels}


def _prisoner(slug: str, name: str, page: Collection[Line], unknown: Counter[str]) -> Prisoner:
    """The person of a page. PageError if there is no label on it that we know."""
    found = values(page, _LABELS, unknown)
    if not found.keys() & _READ.keys():
        raise PageError("no label that we know")
    given = {name: value.text for name, value in found.items() if not _is_nothing(value.text)}
    row = Node(given)
    if "charges" in found:
        row["charges"] = "\n".join(found["charges"].lines)
    person = Prisoner(
        key=slug,
        name=name,
        name_lang="es",
        country=_COUNTRY,
        designation=_DESIGNATION,
        gender=_gender(row, page, unknown),
        url=_ADDRESS.format(slug),
    )
    _FILL(person, row, Context(unknown, _DATES))
    return person


def _heading(root: etree._Element) -> tuple[etree._Element | None, str]:
    """The page's heading with the name in it; without one, the name as the title has it."""
    for heading in root.iter("h1"):
        for end in heading.iter("br"):
            end.tail = f" {end.tail or ''}"
        name = cleaning.clean("".join(map(str, heading.itertext())))
        if name and _SITE not in fold(name):
            return heading, name
    title = cleaning.clean(root.findtext(".//title") or "")
    return None, re.split(r"\s[-|·«»\u2013\u2014]\s", title)[0]


def _others(root: etree._Element, slug: str, heading: etree._Element | None) -> set[etree._Element]:
    """The parts of a page, with all in them, that lead to one other person's page and hold no heading."""
    leads: dict[etree._Element, str] = {}  # to whom; empty if to several
    for link in root.iter("a"):
        match = _TO_PERSON.search(link.get("href", ""))
        if match and match[1] != slug:
            for part in (link, *link.iterancestors()):
                before = leads.get(part)
                if before in {"", match[1]}:
                    break  # so it is with all around it
                leads[part] = match[1] if before is None else ""
    around = set() if heading is None else {heading, *heading.iterancestors()}
    return {part for part, other in leads.items() if other and part not in around}


def _page(slug: str, data: bytes, unknown: Counter[str]) -> Prisoner:
    """The person of a page. PageError if it is none that can be read."""
    root = document(data)
    heading, name = _heading(root)
    canonical = root.find(".//link[@rel='canonical']")
    canonical_slug = _TO_PERSON.search(canonical.get("href", "") if canonical is not None else "")
    if canonical_slug and canonical_slug[1] != slug:
        raise PageError("the page is another person's")
    if not name or len(name) > _MOST or _SITE in fold(name):
        raise PageError("no name")
    person = _prisoner(slug, name, lines(root, heading, _others(root, slug, heading)), unknown)
    if not is_name(name):
        raise PageError("no name")
    return person


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads every `<slug>.html`.

    Fills `prisoners`, `names` and `charges`. A page that cannot be read is one record in the quarantine.
    SourceFormatError for another file, and if there is no page that can be read.
    """
    result = started(files)
    for name, stream in files.items():
        match = _FILE.fullmatch(name)
        if not match:
            raise SourceFormatError(f"{name}: not a file of this source")
        report = result.files[name]
        report.declared += 1
        try:
            person = _page(match["slug"], stream.read(), result.unknown)
        except PageError as error:
            result.reject(name, "page", str(error), key=match["slug"])
            continue
        write(result, source_id, person)
        report.parsed += 1
    if not any(report.parsed for report in result.files.values()):
        first = result.quarantine[0] if result.quarantine else None
        raise SourceFormatError(
            f"{first['file']}: {first['reason']}; nor can any other page be read"
            if first
            else "no page of a person"
        )
    result.unknown = +result.unknown
    return result
