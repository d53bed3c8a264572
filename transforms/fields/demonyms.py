"""Map demonyms to ISO 3166-1 alpha-2 codes: `Afghan`, `North Korean`.

Left out on purpose: demonyms of several states (`Congolese`, `Dominican`, `Guinean`, `Korean`), unless
brackets state which one; and words for a language or people without a state (`Persian`, `Arab`, `Kurdish`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from transforms.names import cleaning

# Codes and their demonyms, separated by slashes; `tunesian`, `türkiyish` and `ukranian` are publishers'
# misspellings.
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
BM bermudian
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
DK danish/dane
DZ algerian
EC ecuadorian/ecuadorean
EE estonian
EG egyptian
ER eritrean
ES spanish/spaniard
ET ethiopian
FI finnish/finn
FJ fijian
FM micronesian
FO faroese
FR french
GA gabonese
GB british/briton
GD grenadian
GE georgian
GH ghanaian
GI gibraltarian
GL greenlandic/greenlander
GM gambian
GQ equatorial guinean/equatoguinean
GR greek/hellenic
GT guatemalan
GW bissau-guinean/guinea-bissauan
GY guyanese
HK hongkonger/hong konger
HN honduran
HR croatian/croat
HT haitian
HU hungarian
ID indonesian
IE irish
IL israeli
IN indian
IQ iraqi
IR iranian/irani
IS icelandic/icelander
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
KY caymanian/cayman islander
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
MO macanese
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
PL polish/pole
PR puerto rican
PS palestinian
PT portuguese
PW palauan
PY paraguayan
QA qatari
RO romanian
RS serbian/serb
RU russian
RW rwandan/rwandese
SA saudi/saudi arabian
SB solomon islander
SC seychellois
SD sudanese
SE swedish/swede
SG singaporean
SI slovenian/slovene
SK slovak/slovakian
SL sierra leonean
SM sammarinese
SN senegalese
SO somali/somalian
SR surinamese
SS south sudanese
ST sao tomean/são toméan/santomean
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
TN tunisian/tunesian
TO tongan
TR turkish/turk/türkiyish
TT trinidadian/tobagonian/trinidadian and tobagonian
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
# Demonyms of several states; ambiguous without further words.
_SHARED = {
    "congolese": ("CD", "CG"),
    "dominican": ("DM", "DO"),
    "guinean": ("GN", "GQ", "GW"),
    "korean": ("KP", "KR"),
}
# Words in brackets that disambiguate them, besides the names of the states.
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
_WORD = r"(?:national|citizen|nationality|citizenship|subject)s?"
_DEMONYM = re.compile(
    rf"(?:an? |of )?(?:{_WORD} of (?:the )?)?(?P<word>.+?)(?: {_WORD})?(?: ?\((?P<which>[^()]+)\))?"
)
# Words in brackets that do not change the state.
_BESIDES = re.compile(
    rf"(?:current|dual|naturali[sz]ed|present)(?: {_WORD})?|{_WORD}|by (?:birth|descent|naturali[sz]ation)"
)
_LONGEST = 80


class Demonym(NamedTuple):
    """A demonym: the word, the states that it can mean, and the text in brackets after it."""

    word: str
    states: tuple[str, ...]
    which: str | None


def read(text: str) -> Demonym:
    """Parse a demonym in any case, with or without `a`, `of`, `national`, `citizen of` and brackets.

    Adjectives and nouns are read, also in the plural (`Iraqis`). `states` is empty for an unknown word.
    Brackets that do not change the state, as in `British (dual)`, are dropped.
    """
    found = _DEMONYM.fullmatch(cleaning.term(text)) if len(text) <= _LONGEST else None
    if found is None:
        return Demonym(text, (), None)
    word, brackets = found["word"], found["which"]
    adjective = word if word in _CODES or word in _SHARED else word.removesuffix("s")
    states = _SHARED.get(adjective) or ((_CODES[adjective],) if adjective in _CODES else ())
    return Demonym(word, states, None if brackets and _BESIDES.fullmatch(brackets) else brackets)


def which(word: str) -> str | None:
    """Return the state that a word in brackets selects among those of the same demonym: `Kinshasa`."""
    return _WHICH.get(cleaning.term(word))
