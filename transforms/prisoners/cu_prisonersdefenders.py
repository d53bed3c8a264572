"""Prisoners Defenders' list of political prisoners in Cuba: one web page a person, `<slug>.html`.

Read are the values of the labels in `_READ`, wherever they stand on the page (`reading/html.py`). Labels
of `_IGNORED` say nothing that the tables have room for, or nothing sure; those of `_WITHHELD` tell of homes,
health, relatives, third persons, faces and lives. Both are known so that a value ends where they begin.
What stands under no label is never read, but for the name and the person's sex. Parts of the page that lead
to another person's page are that person's, and are left out.

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
from transforms.prisoners.vocabulary import charges, date_words, institutions, sentences
from transforms.prisoners.vocabulary.charges import Charge
from transforms.prisoners.vocabulary.institutions import Institution
from transforms.prisoners.vocabulary.sentences import Sentence
from transforms.reading.html import Line, PageError, Value, document, fold, lines, values
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
_WITHHELD = (
    *("provincia", "municipio", "direccion", "domicilio", "residencia", "lugar de residencia"),
    *("estado medico", "estado de salud", "salud", "enfermedad", "enfermedades", "padecimientos"),
    *("familia", "familiar", "familiares", "hijos", "madre", "padre", "esposa", "esposo", "hermanos"),
    *("contacto", "telefono", "abogado", "abogada", "juez", "jueza", "fiscal"),
    *("raza", "color de piel", "religion", "foto", "fotos", "observaciones", "observacion"),
    *("descripcion", "resumen", "historia", "biografia", "notas", "comentarios"),
)
_LABELS = dict.fromkeys((*_IGNORED, *_WITHHELD), "")
_LABELS |= {label: name for name, group in _READ.items() for label in group}

# The words of offences, from Cuba's criminal codes of 1987 and 2022.
_OFFENCE_WORDS = """
a abandono abuso abusos acaparamiento actividad actividades acto actos adulteracion agentes agresion
agresiones alteracion amenaza amenazas apropiacion arma armas asesinato asociacion asociaciones atentado
autoridad autoridades autor ayuda bandidaje bienes blanca blancas calumnia capacidad capitales caracter
civil clandestinidad clandestino coaccion cohecho colectivo comercio como complice con constitucional
contagio contra contrabando cosas crimenes cumplimiento danos de deber deberes del delincuencia delinquir
delito delitos denegacion denuncia desacato desobediencia desorden desordenes detenidos difamacion difusion
disparo divisas documento documentos domicilio drogas e economia economica economicas el electronica en
encubrimiento enemiga enemigo enemigos engano enriquecimiento entrada epidemias especulacion espionaje
establecimiento establecimientos estado estafa estrago estragos evasion exhibiciones explosivos extorsion
exterior extranjero falsa falsas falsedad falsificacion familia fe forzada fuego fuerza funcionario
funcionarios funciones genero grado grave graves gubernativas hecho hechos heroes himno homicidio hurto
identidad ilegal ilegales ilicita ilicitas ilicito impedimento impresos incendio incitacion incumplimiento
indebida indebido informacion informaciones infraccion ingreso injuria inmuebles instigacion instituciones
intimidacion intrusismo la las lavado lesiones leve leves ley libertad los lucro malversacion manifestacion
manifestaciones martires medidas mercenarismo moral muebles multiple negociacion nacional nacionales normas
noticias o obediencia obligaciones odio orden organizacion organizaciones otros otro participacion patria
patrios paz peligrosidad perjudicial perjudiciales personas perturbacion pirateria por portacion posesion
predelictiva presos prevaricacion prevencion privacion privada proceso produccion propaganda propagacion
prostitucion proxenetismo publica publicas publico publicos quebrantamiento rebelion receptacion reclusos
redes resistencia reunion reuniones revelacion robo sabotaje salida sancion sanciones secreto secretos
sedicion seguridad sexual sexuales sin simbolos social sociales sustraccion tenencia tentativa territorio
terrorismo trafico traicion transito tratados ultraje usurpacion vandalismo vehiculo violacion violencia
violencias y
"""
_OFFENCES = frozenset(_OFFENCE_WORDS.split())
_WORD = re.compile(r"[^\W_]+")
_BARE_TERM = re.compile(r"[0-9]{1,2}")

_NOTHING = frozenset(
    {"no disponible", "no disponibles", "desconocido", "desconocida", "sin datos", "n/a", "-"}
)
_MOST = 200  # characters of what is a term, a charge or an institution, and no story

# How a status may begin, in the order in which they are tried. Of `released` nothing may follow but the day.
_UNDER_CONDITIONS = (
    r"(?:en |bajo )?(?:libertad (?:condicional|limitada|provisional|bajo fianza)|limitacion de libertad)"
    r"|licencia extrapenal|(?:en |bajo )?(?:prision|reclusion|arresto) domiciliari[ao]"
    r"|regimen carcelario-domiciliar|subsidio de pena (?:domiciliar|no privativa)"
    r"|trabajos? (?:forzosos?|correccional(?:es)?) sin internamiento"
    r"|(?:bajo )?auto (?:fiscal )?de medida cautelar(?: de (?:fianza|reclusion domiciliaria))?"
    r"|excarcelad[oa]"  # from prison, the sentence going on: the publisher says that it is no release
)
_STATUSES: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("died", re.compile(r"(?:fallecid[oa]|muert[oa] en prision)\b")),
    ("exiled", re.compile(r"(?:desterrad[oa]|exiliad[oa])\b")),
    (
        "released",
        re.compile(
            r"(?:liberad[oa]|(?:puest[oa] )?en libertad|libertad plena"
            r"|excarcelad[oa] por cumplimiento (?:integro )?de (?:la )?(?:condena|sancion))"
            r"(?: el (?P<day>\d\d/\d\d/\d{4}))?(?=\.?$)"
        ),
    ),
    ("unknown", re.compile(rf"(?:{_UNDER_CONDITIONS})\b(?: bajo amenazas(?: de facto)?| y amenazas)?")),
    (
        "detained",
        re.compile(r"(?:en prision(?: provisional)?|pres[oa]|encarcelad[oa]|detenid[oa]|recluid[oa])\b"),
    ),
)
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
    """A status as far as a field's text says it: None if it says none that we know."""

    status: Status | None = None
    raw: str | None = None
    release: PartialDate = PartialDate()


def _given(found: Mapping[str, Value], name: str) -> str:
    """What the page says under a label, empty if it says that there is nothing."""
    text = found[name].text if name in found else ""
    return "" if fold(text).rstrip(".") in _NOTHING else text


def _date(text: str, label: str, unknown: Counter[str]) -> PartialDate:
    """A date, with the day first; of a text that is none nothing is kept, for it may be a story."""
    read = date_words.read_date(text, f"{label}: not a date", unknown, "day")
    return read if read.date else PartialDate()


def _standing(text: str, label: str, unknown: Counter[str]) -> _Standing:
    """The status that a text begins with; what follows is left out."""
    folded = fold(text)
    for status, phrase in _STATUSES:
        if match := phrase.match(folded):
            day = match.groupdict().get("day") or ""
            unknown[f"{label}: more than a status, left out"] += bool(folded[match.end() :].strip(" ."))
            return _Standing(status, text[: match.end()], _date(day, label, unknown))
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


def _charges(found: Mapping[str, Value], unknown: Counter[str]) -> list[Charge]:
    """The charges, which commas part."""
    read: list[Charge] = []
    for line in found["charges"].lines if "charges" in found else ():
        for text in map(cleaning.clean, line.split(",")):
            if len(text) > _MOST:
                unknown["delito: more than a charge"] += 1
            elif not set(_WORD.findall(fold(text))) <= _OFFENCES:
                unknown["delito: no offence that we know"] += bool(text) and fold(text) not in _NOTHING
            else:
                read += charges.read(text, _COUNTRY)
    return read


def _institution(text: str, label: str, unknown: Counter[str]) -> Institution:
    if len(text) > _MOST:
        unknown[f"{label}: more than an institution"] += 1
        return Institution()
    read = institutions.court if label == "tribunal" else institutions.prison
    return read(text, unknown) if text else Institution()


def _gender(found: Mapping[str, Value], page: Iterable[Line], unknown: Counter[str]) -> Gender | None:
    if text := fold(_given(found, "gender")):
        unknown["genero: not known"] += text not in _GENDERS
        return _GENDERS.get(text)
    texts = [_given(found, "typology"), *(" ".join(line.texts) for line in page)]
    said = {match[1] for text in texts if (match := _SEX.fullmatch(fold(text)))}
    return _GENDERS[said.pop()] if len(said) == 1 else None


def _designation(text: str, unknown: Counter[str]) -> str:
    """In which words the list calls the person a prisoner."""
    folded = re.sub(r"(convict|condenad|otr|pres|prisioner|politic)(?:a|os|as)\b", r"\1o", fold(text))
    unknown["categoria: not known"] += bool(text) and folded not in _DESIGNATIONS
    return _DESIGNATIONS.get(folded, _DESIGNATION)


def _prisoner(slug: str, name: str, page: Collection[Line], unknown: Counter[str]) -> Prisoner:
    """The person of a page. PageError if there is no label on it that we know."""
    found = values(page, _LABELS, unknown)
    if not found.keys() & _READ.keys():
        raise PageError("no label that we know")
    condena, prison = _given(found, "sentence"), _given(found, "prison")
    said = _standing(status_text := _given(found, "status"), "estado penal", unknown)
    held = _standing(prison, "prision", unknown)
    facility = Institution() if held.status else _institution(prison, "prision", unknown)
    if not status_text:
        said = held
        if not held.status and (match := _PRE_TRIAL.match(fold(condena))):
            said = _Standing("detained", condena[: match.end()])
        elif facility.name:
            said = _Standing("detained")
    elif not said.status:
        unknown["estado penal: not known"] += 1
    sentence_raw, sentence = _sentence(condena, unknown)
    court = _institution(_given(found, "court"), "tribunal", unknown)
    return Prisoner(
        key=slug,
        name=name,
        name_lang="es",
        country=_COUNTRY,
        designation=_designation(_given(found, "category"), unknown),
        status=said.status or "unknown",
        status_raw=said.raw,
        gender=_gender(found, page, unknown),
        birth=_date(_given(found, "birth"), "fecha de nacimiento", unknown),
        arrest=_date(_given(found, "arrest"), "fecha de detencion", unknown),
        release=said.release,
        sentence=sentence,
        sentence_raw=sentence_raw,
        charges=_charges(found, unknown),
        facility=facility,
        facility_country=_COUNTRY if facility.name else None,
        court=court,
        court_country=_COUNTRY if court.name else None,
        url=_ADDRESS.format(slug),
    )


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
    says = _TO_PERSON.search(canonical.get("href", "") if canonical is not None else "")
    if says and says[1] != slug:
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
    snapshot = started(files)
    for name, stream in files.items():
        match = _FILE.fullmatch(name)
        if not match:
            raise SourceFormatError(f"{name}: not a file of this source")
        report = snapshot.files[name]
        report.declared += 1
        try:
            person = _page(match["slug"], stream.read(), snapshot.unknown)
        except PageError as error:
            snapshot.reject(name, "page", str(error), key=match["slug"])
            continue
        write(snapshot, source_id, person)
        report.parsed += 1
    if not any(report.parsed for report in snapshot.files.values()):
        first = snapshot.quarantine[0] if snapshot.quarantine else None
        raise SourceFormatError(
            f"{first['file']}: {first['reason']}; nor can any other page be read"
            if first
            else "no page of a person"
        )
    snapshot.unknown = +snapshot.unknown
    return snapshot
