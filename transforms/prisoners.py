"""A person on a prisoner list as the formats read one, and the rows in the contracts' tables.

Only what stands in `Prisoner` can get into a table: a field that a source withholds has no place in it.
Sets are written once each and sorted, so that a list in another order gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from transforms import names
from transforms.charges import Charge
from transforms.dates import PartialDate
from transforms.institutions import Institution
from transforms.sentences import Sentence
from transforms.snapshot import FileReport, Snapshot
from transforms.targets import Name

TABLES = ("prisoners", "names", "charges")

Status: TypeAlias = Literal["detained", "released", "died", "exiled", "unknown"]
Gender: TypeAlias = Literal["male", "female", "other"]

_NO_DATE, _NO_SENTENCE, _NOWHERE = PartialDate(), Sentence(), Institution()


@dataclass(slots=True)
class Prisoner:
    """One record of a list, under the publisher's key for it, of a person whom the source designates.

    `status` is what the source says outright, `unknown` else. `release` is a release that has been,
    `term_end` the day on which the sentence ends or was to end. `name_lang` is the language of `name`,
    `name_original` one of the names, in the person's own script.
    """

    key: str
    name: str
    country: str | None
    designation: str
    status: Status = "unknown"
    status_raw: str | None = None
    name_lang: str | None = None
    name_original: str | None = None
    names: list[Name] = field(default_factory=list)
    gender: Gender | None = None
    birth: PartialDate = _NO_DATE
    recognised: PartialDate = _NO_DATE
    arrest: PartialDate = _NO_DATE
    verdict: PartialDate = _NO_DATE
    release: PartialDate = _NO_DATE
    term_end: PartialDate = _NO_DATE
    death: PartialDate = _NO_DATE
    sentence: Sentence = _NO_SENTENCE
    sentence_raw: str | None = None
    charges: list[Charge] = field(default_factory=list)
    facility: Institution = _NOWHERE
    facility_country: str | None = None
    court: Institution = _NOWHERE
    court_country: str | None = None
    url: str | None = None


def started(files: Iterable[str]) -> Snapshot:
    """A snapshot of these files with the tables of a prisoner list, all there and empty."""
    snapshot = Snapshot(files={name: FileReport() for name in files})
    for table in TABLES:
        snapshot.extend(table, [])
    return snapshot


def write(snapshot: Snapshot, source_id: str, person: Prisoner) -> None:
    """Adds the person's rows to `prisoners`, `names` and `charges`.

    A name that only repeats the main one is left out of the others.
    """
    record_id = f"{source_id}:{person.key}"
    snapshot.add(
        "prisoners",
        {
            "record_id": record_id,
            "source_id": source_id,
            "name": person.name,
            "name_original": person.name_original,
            "gender": person.gender,
            **person.birth.columns("birth_date"),
            "country": person.country,
            "status": person.status,
            "status_raw": person.status_raw,
            "recognised": True,
            "designation": person.designation,
            **person.recognised.columns("recognised_date"),
            **person.arrest.columns("arrest_date"),
            **person.verdict.columns("verdict_date"),
            **person.release.columns("release_date"),
            **person.term_end.columns("term_end_date"),
            **person.death.columns("death_date"),
            "sentence_raw": person.sentence_raw,
            "sentence_kind": person.sentence.kind,
            "sentence_months": person.sentence.months,
            "charges": sorted({charge.charge for charge in person.charges}),
            "facility": person.facility.name,
            "facility_place": person.facility.place,
            "facility_country": person.facility_country,
            "court": person.court.name,
            "court_place": person.court.place,
            "court_country": person.court_country,
            "case_url": person.url,
        },
    )
    main = Name(person.name, "alias", names.script(person.name), person.name_lang)
    others = sorted({name for name in person.names if name.name and name != main}, key=str)
    snapshot.extend("names", [(record_id, main.name, "primary", main.script, main.lang)])
    snapshot.extend("names", [(record_id, *name) for name in others])
    snapshot.extend("charges", [(record_id, *charge) for charge in sorted(set(person.charges), key=str)])
