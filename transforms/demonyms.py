"""Adjectives that lists write for a nationality, as ISO 3166-1 alpha-2 codes: `Afghan`, `North Korean`.

Left out on purpose: what is said of people of several states (`Congolese`, `Dominican`, `Guinean`, `Korean`)
unless brackets say which, and what is a language or a people and no state (`Persian`, `Arab`, `Kurdish`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from transforms import names

# By code, forms parted by strokes; `türkiyish` and `ukranian` are publishers' slips.
_TABLE = """
AD andorran
AE emirati/emirian
AF afghan/afghani/afghanistani
AG antiguan/antiguan and barbudan
AL albanian
AM armenian
AO angolan
AR argentine/argentinian/argentinean
AT austrian
AU australian
AZ azerbaijani/azeri/azerbaijanian
BA bosnian/bosnian and herzegovinian/bosnian herzegovinian/bosnia-herzegovinian
BB barbadian
BD bangladeshi
BE belgian
BF burkinabe/burkinabé/burkinabè
BG bulgarian
BH bahraini
BI burundian
BJ beninese/beninois
BN bruneian
BO bolivian
BR brazilian
BS bahamian
BT bhutanese
BW botswanan/motswana/batswana
BY belarusian/belarussian/byelorussian/belorussian
BZ belizean
CA canadian
CD zairean/zairian
CF central african
CH swiss
CI ivorian/ivoirian
CL chilean
CM cameroonian
CN chinese
CO colombian
CR costa rican
CU cuban
CV cape verdean/cabo verdean
CY cypriot
CZ czech
DD east german
DE german
DJ djiboutian
DK danish
DZ algerian
EC ecuadorian/ecuadorean
EE estonian
EG egyptian
ER eritrean
ES spanish
ET ethiopian
FI finnish
FJ fijian
FM micronesian
FR french
GA gabonese
GB british
GD grenadian
GE georgian
GH ghanaian
GM gambian
GQ equatorial guinean/equatoguinean
GR greek
GT guatemalan
GW bissau-guinean/guinea-bissauan
GY guyanese
HK hongkonger/hong konger
HN honduran
HR croatian
HT haitian
HU hungarian
ID indonesian
IE irish
IL israeli
IN indian
IQ iraqi
IR iranian
IS icelandic
IT italian
JM jamaican
JO jordanian
JP japanese
KE kenyan
KG kyrgyz/kyrgyzstani/kirghiz
KH cambodian
KI i-kiribati
KM comorian/comoran
KN kittitian/nevisian
KP north korean
KR south korean
KW kuwaiti
KZ kazakh/kazakhstani/kazakstani
LA lao/laotian
LB lebanese
LC saint lucian/st. lucian
LI liechtensteiner
LK sri lankan
LR liberian
LS basotho/mosotho
LT lithuanian
LU luxembourgish/luxembourger
LV latvian
LY libyan
MA moroccan
MC monegasque/monacan
MD moldovan/moldavian
ME montenegrin
MG malagasy/madagascan
MH marshallese
MK macedonian/north macedonian
ML malian
MM burmese/myanma/myanmarese
MN mongolian
MR mauritanian
MT maltese
MU mauritian
MV maldivian
MW malawian
MX mexican
MY malaysian
MZ mozambican
NA namibian
NE nigerien
NG nigerian
NI nicaraguan
NL dutch
NO norwegian
NP nepalese/nepali
NR nauruan
NZ new zealander
OM omani
PA panamanian
PE peruvian
PG papua new guinean
PH filipino/filipina/philippine
PK pakistani
PL polish
PR puerto rican
PS palestinian
PT portuguese
PW palauan
PY paraguayan
QA qatari
RO romanian
RS serbian
RU russian
RW rwandan/rwandese
SA saudi/saudi arabian
SB solomon islander
SC seychellois
SD sudanese
SE swedish
SG singaporean
SI slovenian/slovene
SK slovak/slovakian
SL sierra leonean
SM sammarinese
SN senegalese
SO somali/somalian
SR surinamese
SS south sudanese
ST sao tomean/são toméan
SU soviet
SV salvadoran/salvadorean/salvadorian
SY syrian
SZ swazi
TD chadian
TG togolese
TH thai
TJ tajik/tajikistani/tadjik
TL timorese/east timorese
TM turkmen/turkmenistani
TN tunisian
TO tongan
TR turkish/türkiyish
TT trinidadian/tobagonian
TV tuvaluan
TW taiwanese
TZ tanzanian
UA ukrainian/ukranian
UG ugandan
US american
UY uruguayan
UZ uzbek/uzbekistani
VC vincentian
VE venezuelan
VN vietnamese
VU ni-vanuatu/vanuatuan
WS samoan
XK kosovar/kosovan
YE yemeni/yemenite
YU yugoslav/yugoslavian
ZA south african
ZM zambian
ZW zimbabwean
"""
_CODES = {
    form: code
    for code, _, forms in (line.partition(" ") for line in _TABLE.strip().splitlines())
    for form in forms.split("/")
}
WORDS = frozenset(_CODES)
# Said of people of several states; without more they name none of them.
_SHARED = {
    "congolese": ("CD", "CG"),
    "dominican": ("DM", "DO"),
    "guinean": ("GN", "GQ", "GW"),
    "korean": ("KP", "KR"),
}
# Words in brackets after these that say which, beside the names of the states.
_WHICH = {
    "brazzaville": "CG",
    "kinshasa": "CD",
    "roc": "CG",
    "conakry": "GN",
    "bissau": "GW",
    "equatorial": "GQ",
    "north": "KP",
    "rok": "KR",
    "south": "KR",
}
_SAID_OF_A_PERSON = re.compile(
    r"(?:an? |of )?(?P<word>.+?)(?: (?:national|citizen|nationality|citizenship|subject)s?)?"
    r"(?: ?\((?P<which>[^()]+)\))?"
)
_LONGEST = 80


class Demonym(NamedTuple):
    """The states that an adjective is said of, and the text in brackets after it."""

    states: tuple[str, ...]
    which: str | None


def read(text: str) -> Demonym:
    """An adjective in any case, with or without `a`, `of`, `national`, `citizen` and brackets around it.

    No states if it is none that we know.
    """
    found = _SAID_OF_A_PERSON.fullmatch(names.term(text)) if len(text) <= _LONGEST else None
    if found is None:
        return Demonym((), None)
    word = found["word"]
    states = _SHARED.get(word) or ((_CODES[word],) if word in _CODES else ())
    return Demonym(states, found["which"])


def which(word: str) -> str | None:
    """The state that a word in brackets tells apart from others of the same adjective: `Kinshasa`."""
    return _WHICH.get(names.term(word))
