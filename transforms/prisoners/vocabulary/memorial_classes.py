"""Classes of the cards on Memorial's site: the words for what a case is, by their beginning.

A class that is not known is counted by its name, unless that reveals something private.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, TypeAlias

from transforms.prisoners.prisoner import Gender, Status, is_private
from transforms.prisoners.vocabulary import charges
from transforms.prisoners.vocabulary.charges import Charge
from transforms.prisoners.vocabulary.sentences import Kind, Sentence, tells_of_health
from transforms.reading.declaration import TEXT, Fields, ignored, texts, withheld

Classes: TypeAlias = frozenset[str]

_REGION = ignored("no column for it")
_ANY_PAGE = ignored("a class of any page")
LISTED, _STAGE, _REPRESSION, SEX = "list-persecuted-", "stage-", "repression-", "sex-"
_CODES = ("uk-", "koap-")
# The classes of a card by their beginning.
CLASSES: Fields[Any, Any] = {
    **texts(*_CODES, LISTED, _STAGE, SEX),
    _REPRESSION: withheld("class_list: repression-* of treatment", TEXT),
    **{begin: withheld("class_list: category-*, tags-*, tag-*") for begin in ("category-", "tags-", "tag-")},
    **dict.fromkeys(("regions-", "cities-"), _REGION),
    **dict.fromkeys(("post-", "status-"), _ANY_PAGE),
}
_PLAIN = frozenset({"figurant", "type-figurant", "hentry", "has-post-thumbnail"})  # classes of any page
_PASSED = tuple(beginning for beginning in CLASSES if beginning not in _CODES)  # or read elsewhere

_DECEASED = "list-of-deceased-victims-of-political-persecution"
_ARCHIVE = "v-arhive"
_LISTS = frozenset(
    {
        "spisok-politzaklyuchyonnyh-bez-presleduemyh-za-religiyu",
        "spisok-politzaklyuchyonnyh-presleduemyh-za-religiyu",
        _DECEASED,
        _ARCHIVE,
        "aktualnyj-spisok-presleduemyh-bez-lisheniya-svobody",
        "antivoennoe-delo",
        "spisok-presleduemyh-chlenov-hizb-ut-tahrir",
        "svideteli-iegovy",
        "veroyatnye-zhertvy-ne-voshedshie-v-spiski",
    }
)
GENDERS: dict[str, Gender] = {"muzhskoj": "male", "zhenskij": "female"}
_STAGES: dict[str, Status | None] = {
    "predvaritelnoe-sledstvie": None,  # the investigation
    "sud-pervoj-instanczii": None,
    "apellyacziya": None,
    "reshenie-suda-vstupilo-v-silu": None,
    "ispolnenie-nakazaniya": None,  # serves the sentence, which may be one at large
    "otbyl-nakazanie": "released",
    "uslovnoye-nakazanie": None,
    "smert": "died",
}
_CUSTODY = frozenset({"zaklyuchenie-pod-strazhu", "lishenie-svobody", "pozhiznennoe-lishenie-svobody"})
_SENTENCES: dict[str, Kind] = {  # the gravest first
    "pozhiznennoe-lishenie-svobody": "life",
    "lishenie-svobody": "imprisonment",
    "zaochnoe-lishenie-svobody": "imprisonment",
    "prinuditelnye-raboty": "forced_labour",
    "ogranichenie-svobody": "restricted_freedom",
    "uslovnoe-nakazanie": "suspended",
    "shtraf": "fine",
}
_NO_MORE = "net-presledovaniya"
_OTHER_REPRESSIONS = frozenset(
    {
        "zaochnoe-zaklyuchenie-pod-strazhu",
        "vneproczessualnoe-lishenie-svobody",
        "domashnij-arest",
        "podpiska-o-nevyezde",
        "v-rozyske",
        "zapret-opredelennyh-dejstvij",
        _NO_MORE,
    }
)

_SLUG = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)


def under(classes: Classes, beginning: str) -> list[str]:
    """The classes that begin so, in order, without that beginning."""
    return sorted(name.removeprefix(beginning) for name in classes if name.startswith(beginning))


def count_unknown_lists(classes: Classes, unknown: Counter[str]) -> None:
    """Counts the lists of a card that are not known: one of them may designate."""
    for slug in under(classes, LISTED):
        if slug not in _LISTS:
            _count_class(LISTED + slug, unknown)


def read_sentence(repressions: list[str]) -> tuple[str | None, Sentence]:
    """The sentence in the site's words, and the gravest kind of it."""
    given = [slug for slug in _SENTENCES if slug in repressions]
    raw = "; ".join(f"repression-{slug}" for slug in sorted(given)) or None
    return raw, Sentence(kind=_SENTENCES[given[0]]) if given else Sentence()


def read_repressions(classes: Classes, unknown: Counter[str]) -> list[str]:
    """What is done to the person, less what tells of health."""
    known = []
    for slug in under(classes, _REPRESSION):
        if tells_of_health(slug):
            unknown["repression: withheld, it tells of health"] += 1
        elif slug in _CUSTODY or slug in _SENTENCES or slug in _OTHER_REPRESSIONS:
            known.append(slug)
        else:
            _count_class(_REPRESSION + slug, unknown)
    return known


def read_status(classes: Classes, repressions: list[str], unknown: Counter[str]) -> tuple[Status, str | None]:
    """What has become of the person. Behind bars is who is under a measure of custody, unless the card
    states that the case is over or has been put into the archive."""
    stages = sorted(name for name in classes if name.removeprefix(_STAGE) in _STAGES)
    for slug in under(classes, _STAGE):
        if slug not in _STAGES:
            _count_class(_STAGE + slug, unknown)
    found = {_STAGES[name.removeprefix(_STAGE)] for name in stages}
    lists = under(classes, LISTED)
    status: Status = "unknown"
    if "died" in found or _DECEASED in lists:
        status = "died"
    elif "released" in found:
        status = "released"
    elif _CUSTODY & set(repressions) and _NO_MORE not in repressions and _ARCHIVE not in lists:
        status = "detained"
    return status, "; ".join([*(_REPRESSION + slug for slug in repressions), *stages]) or None


def read_charges(classes: Classes, unknown: Counter[str]) -> list[Charge]:
    """The charges, and a count of the classes of which nothing is known."""
    found = []
    for slug in sorted(classes):
        if slug.startswith(_CODES):
            charge = charges.from_slug(slug)
            if charge is None:
                _count_class(slug, unknown)
            if charge or _may_be_shown(slug):
                found.append(charge or Charge(slug))
        elif not (slug in _PLAIN or slug in _STAGES or slug.startswith(_PASSED)):
            _count_class(slug, unknown)
    return found


def _count_class(slug: str, unknown: Counter[str]) -> None:
    """Counts a class that is not known by its slug, a word of the site's vocabulary, unless it reveals
    health."""
    unknown[f"class {slug}" if _may_be_shown(slug) else "class of no known form"] += 1


def _may_be_shown(slug: str) -> bool:
    """Whether a class is a word of the site's vocabulary that reveals nothing private."""
    words = slug.replace("-", " ")
    return bool(_SLUG.fullmatch(slug)) and not tells_of_health(words) and not is_private(words)
