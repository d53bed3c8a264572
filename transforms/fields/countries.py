"""Map country names, codes and demonyms of the sources to ISO 3166-1 alpha-2 codes."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import pycountry

from contracts.countries import CODES
from transforms.fields import demonyms
from transforms.names import cleaning

ALL: frozenset[str] = CODES

_STOP_WORDS = frozenset({"and", "of", "the"})

# Spellings that pycountry lacks, by code. The sanctions lists' own come first, then those in common use. The
# order of words, case, accents, punctuation, `of`, `the` and `and` do not matter.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "AE": ("UAE", "U.A.E."),
    "AN": ("Netherlands Antilles",),
    "BN": ("Brunei",),
    "BY": ("Belarusian SSR", "Byelorussian SSR"),
    "CD": ("Congo, Democratic Republic of the", "Dem. Rep. of the Congo", "DRC", "Zaire"),
    "CN": ("PRC",),
    "CG": ("Congo, Republic of the", "Congo-Brazzaville"),
    "CI": ("Cote d Ivoire", "Ivory Coast"),
    "CS": ("Serbia and Montenegro",),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic",),
    "DD": ("German Democratic Republic", "East Germany", "Former German Democratic Republic"),
    "GB": ("Great Britain", "UK", "U.K.", "United Kingdom of Great Britain"),
    "HK": ("China, Hong Kong Special Administrative Region",),
    "IR": ("Iran (Islamic Republic of)",),
    "KG": ("Kyrgyz SSR",),
    "KN": ("St. Kitts and Nevis", "St. Kitts & Nevis"),
    "KP": ("DPRK", "North Korea", "Democratic People's Republic of Korea"),
    "KR": ("South Korea", "Republic of Korea", "ROK"),
    "KZ": ("Kazakh SSR", "Kazakh Soviet Socialist Republic"),
    "LC": ("St. Lucia",),
    "LY": ("Libyan Arab Jamahiriya",),
    "MD": ("Moldovan SSR", "Republic of Moldovia"),
    "MK": ("Macedonia", "The former Yugoslav Republic of Macedonia"),
    "MM": ("Burma",),
    "MO": ("Macau", "China, Macao Special Administrative Region"),
    "PS": (
        "Gaza",
        "Occupied Palestinian Territories",
        "Occupied Palestinian Territory",
        "Palestine",
        "Palestinian",
        "Palestinian Territories",
        "Region: Gaza",
        "Region: West Bank",
        "West Bank",
    ),
    "RU": ("Russia", "Russian SFSR", "Russian Soviet Federative Socialist Republic"),
    "SU": ("Soviet Union", "former Soviet Union", "USSR", "Union of Soviet Socialist Republics"),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "UA": ("Ukrainian SSR",),
    "US": ("United States of America", "U.S.", "U.S.A."),
    "UZ": ("Uzbek SSR", "Uzbekistan SSR"),
    "VA": ("Holy See", "Vatican", "Vatican City"),
    "VC": ("St. Vincent and the Grenadines",),
    "XK": ("Kosovo",),
    "YU": ("Yugoslavia", "Federal Republic of Yugoslavia"),
}

# FIPS 10-4 (withdrawn in 2008, still used by GDELT), with the codes added since for South Sudan, Kosovo and
# the parts of the Netherlands Antilles, and those of former states. Codes of no single country are left out,
# such as those of the Paracel and Spratly Islands.
_FIPS_TABLE = """
    AA:AW AC:AG AE:AE AF:AF AG:DZ AJ:AZ AL:AL AM:AM AN:AD AO:AO AQ:AS AR:AR AS:AU AT:AU AU:AT AV:AI AX:GB
    AY:AQ BA:BH BB:BB BC:BW BD:BM BE:BE BF:BS BG:BD BH:BZ BK:BA BL:BO BM:MM BN:BJ BO:BY BP:SB BQ:UM BR:BR
    BS:TF BT:BT BU:BG BV:BV BX:BN BY:BI CA:CA CB:KH CD:TD CE:LK CF:CG CG:CD CH:CN CI:CL CJ:KY CK:CC CM:CM
    CN:KM CO:CO CQ:MP CR:AU CS:CR CT:CF CU:CU CV:CV CW:CK CY:CY DA:DK DJ:DJ DO:DM DR:DO DX:GB EC:EC EG:EG
    EI:IE EK:GQ EN:EE ER:ER ES:SV ET:ET EU:TF EZ:CZ FG:GF FI:FI FJ:FJ FK:FK FM:FM FO:FO FP:PF FQ:UM FR:FR
    FS:TF GA:GM GB:GA GG:GE GH:GH GI:GI GJ:GD GK:GG GL:GL GM:DE GO:TF GP:GP GQ:GU GR:GR GT:GT GV:GN GY:GY
    GZ:PS HA:HT HK:HK HM:HM HO:HN HQ:UM HR:HR HU:HU IC:IS ID:ID IM:IM IN:IN IO:IO IP:FR IR:IR IS:IL IT:IT
    IV:CI IZ:IQ JA:JP JE:JE JM:JM JN:SJ JO:JO JQ:UM JU:TF KE:KE KG:KG KN:KP KQ:UM KR:KI KS:KR KT:CX KU:KW
    KV:XK KZ:KZ LA:LA LE:LB LG:LV LH:LT LI:LR LO:SK LQ:UM LS:LI LT:LS LU:LU LY:LY MA:MG MB:MQ MC:MO MD:MD
    MF:YT MG:MN MH:MS MI:MW MJ:ME MK:MK ML:ML MN:MC MO:MA MP:MU MQ:UM MR:MR MT:MT MU:OM MV:MV MX:MX MY:MY
    MZ:MZ NC:NC NE:NU NF:NF NG:NE NH:VU NI:NG NL:NL NN:SX NO:NO NP:NP NR:NR NS:SR NT:AN NU:NI NZ:NZ OD:SS
    PA:PY PC:PN PE:PE PK:PK PL:PL PM:PA PO:PT PP:PG PS:PW PU:GW QA:QA RB:RS RE:RE RI:RS RM:MH RN:MF RO:RO
    RP:PH RQ:PR RS:RU RW:RW SA:SA SB:PM SC:KN SE:SC SF:ZA SG:SN SH:SH SI:SI SL:SL SM:SM SN:SG SO:SO SP:ES
    ST:LC SU:SD SV:SJ SW:SE SX:GS SY:SY SZ:CH TB:BL TD:TT TE:TF TH:TH TI:TJ TK:TC TL:TK TN:TO TO:TG TP:ST
    TS:TN TT:TL TU:TR TV:TV TW:TW TX:TM TZ:TZ UC:CW UG:UG UK:GB UP:UA US:US UV:BF UY:UY UZ:UZ VC:VC VE:VE
    VI:VG VM:VN VQ:VI VT:VA WA:NA WE:PS WF:WF WI:EH WQ:UM WS:WS WZ:SZ YI:CS YM:YE YO:YU ZA:ZM ZI:ZW
"""
_FIPS = dict(pair.split(":") for pair in _FIPS_TABLE.split())


def _key(name: str) -> str:
    return " ".join(word for word in cleaning.key(name).split() if word not in _STOP_WORDS)


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for country in pycountry.countries:
        for spelling in ("name", "official_name", "common_name"):
            if name := getattr(country, spelling, None):
                found[_key(name)] = country.alpha_2
    return found | {_key(name): code for code, all_ in _SPELLINGS.items() for name in all_}


@cache
def code(text: str | None) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country given by name, demonym, alpha-2 or alpha-3 code.

    Names may have any case and order of words; codes must be in capitals. Former states have their former
    code (`SU`, `YU`, `CS` for Serbia and Montenegro, `DD`, `AN`), Kosovo has `XK`. Demonyms are read in forms
    such as `Afghan`, `of Iraqi nationality`, `Congolese (DRC)`. None if the country is unknown or ambiguous
    (`Congolese`).
    """
    given = (text or "").strip()
    if given in ALL:
        return given
    if len(given) == 3 and given.isupper() and (country := pycountry.countries.get(alpha_3=given)):
        return str(country.alpha_2)
    return _by_name().get(_key(given)) or _by_demonym(given)


def _by_demonym(text: str) -> str | None:
    """Return the code for a demonym, or a name with `national`, `citizen of` or brackets around it."""
    word, states, detail = demonyms.read(text)
    named = None if states else _by_name().get(_key(word))
    states = (named,) if named else states
    if detail is None:
        return states[0] if len(states) == 1 else None
    # Brackets that name no state, or another one, can mean anything: `Russian (until 2014)`.
    stated = (
        demonyms.which(detail)
        or _by_name().get(_key(detail))
        or next(iter(demonyms.read(detail).states), None)
    )
    return stated if stated in states else None


_BETWEEN = re.compile(r"\s*(?:[,;/&]|\band\b|\(\d\))\s*", re.IGNORECASE)  # also `(1) Iran (2) Iraq`


@lru_cache(maxsize=4_096)
def several(text: str) -> tuple[tuple[str | None, str], ...]:
    """Split a text that lists countries (`Iraqi, Iranian`) into pairs of code and original text.

    A text that is one country (`Trinidad and Tobago`), or has a part that is not a country, is not split.
    """
    whole = cleaning.clean(text)
    parts = [
        part for part in _BETWEEN.split(re.sub(r"^dual(?: |: ?)", "", whole, flags=re.IGNORECASE)) if part
    ]
    if code(whole) is None and parts != [whole] and parts and all(map(code, parts)):
        return tuple(dict.fromkeys((code(part), part) for part in parts))
    return ((code(whole), whole),) if whole else ()


def fips() -> dict[str, str]:
    """Map GDELT's FIPS 10-4 codes to ISO 3166-1 alpha-2 codes: `BO` is Belarus."""
    return dict(_FIPS)
