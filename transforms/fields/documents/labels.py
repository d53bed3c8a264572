"""The words by which lists call numbers of documents and registers."""

from __future__ import annotations

import re

# By the contract's types, the words by which lists call numbers of that type; the first that fits counts.
_LABELS = (
    (
        "imo",
        r"(?:international maritime organi[sz]ation \()?imo(?: ship| vessel)?(?: identification)?"
        r"|vessel registration identification",
    ),
    ("mmsi", r"mmsi|maritime mobile service identity"),
    ("call_sign", r"(?:vessel )?call ?sign"),
    ("swift_bic", r"swift(?:[ /]{1,3}bic)?(?: code)?|(?:bic|bank identifier)(?: code)?"),
    ("passport", r"passports?|passeport|pasaporte"),
    (
        "tax_id",
        r"tax(?:payer)?(?:'s)? (?:personal )?(?:id(?:entification)?|registration|reference|code)(?: code)?"
        r"|(?:personal )?tax|taxpayer(?:'s)?|inn ?/ ?tin|tin ?/ ?inn|tin|inn|инн|унп|unp|унн|unn|itin"
        r"|fein|ein|(?:federal )?employer identification|(?:eu )?vat(?: reg(?:istration)?| id| tax)?"
        r"|value[- ]added tax|fiscal(?: identification)?(?: code)?|codice fiscale|rif|ruc|rfc|cuit|nif|nit",
    ),
    (
        "registration",
        r"(?:(?:business|company|commercial|corporate|entity|enterprise|charity|trade|state|public|primary|main"
        r"|unified|national|local|legal|central|principal|individual) ){0,3}"
        r"(?:registration|registry|register|registered|reg\.?)(?: (?:company|id|identification|certificate))*"
        r"|(?:company|business|enterprise|entity|organi[sz]ation)(?: identification| id| code)?"
        r"|(?:unified |uniform |united )?social credit(?: code)?|uscc|ogrnip|ogrn|огрн|psrn|usreou"
        r"|edrpou|okpo|legal entity(?: identifier)?|lei|government gazette|certificate of incorporation"
        r"|chamber of commerce"
        r"|(?:trade|commercial) licen[cs]e|crn|srn|brn|bin|uen|c\.?r\.?",
    ),
    (
        "national_id",
        r"national(?: (?:identification|identity|id|insurance|foreign id))+(?: card| document)?"
        r"|(?:personal|citizen(?:'s)?|civil|state) (?:identification|identity|id)(?: card| code)?"
        r"|identity (?:card|document)|identification card|id[ -]card|identity"
        r"|social (?:security|insurance)|ssn"
        r"|(?:e-?)?tazkira|c[eé]dula|birth certificate|residen(?:t|t's|ts|tial|ce) (?:card|permit)"
        r"|alien registration|voter(?:'s)? (?:id|card)|elect(?:oral|ion)(?: card| registry)?|identification"
        r"|id|national",
    ),
    (
        "other",
        r"driv(?:er'?s?|ing) licen[cs]e|travel document|laissez[- ]passer|seaman'?s? book"
        r"|military(?: (?:id(?:entification|entity)?|identity))?(?: card)?|student id|(?:schengen )?visa"
        r"|kpp|кпп|bik|бик|d-?u-?n-?s|ration card|isin",
    ),
)
_TYPES = tuple(type_ for type_, _ in _LABELS)
_ADJECTIVE = (
    r"(?:diplomatic|service|official|ordinary|foreign|travel|international|national|provisional|counterfeit"
    r"|stolen|forged|false|fake|old|new|current|previous|expired|temporary|biometric)"
)
_KIND = "|".join(f"(?P<{type_}>{words})" for type_, words in _LABELS)
NO = r"(?:numbers?|numéro|nos?\b\.?|n°|№|nr\.?|#)"
SAID = (
    rf"(?<![\w'’-])(?P<label>(?P<adjectives>(?:{_ADJECTIVE} ){{0,3}})(?:{_KIND})(?![\w’]|-(?!n))"
    rf"(?:(?<=imo)\))?(?P<aside> ?\([^()\d]{{1,40}}\))?)(?P<no>[\s-]?{NO})?"
)
LABEL = re.compile(rf"{SAID}[.:]*", re.IGNORECASE)


def label_type(found: re.Match[str]) -> str:
    """The contract's type of the number whose label `LABEL` or a pattern with `SAID` found."""
    return next(type_ for type_ in _TYPES if found[type_])
