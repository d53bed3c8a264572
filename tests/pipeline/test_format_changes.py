"""A publisher changes a word, the form of its dates or the name of an element: lists made of the bundled
samples go through the steps, without Airflow, and nothing is promoted with empty columns."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import pytest

from pipeline.fetching import fetch_source
from pipeline.parsing import parse_snapshot
from pipeline.promotion import promote_source
from pipeline.reports import list_findings
from pipeline.validation import validate_source
from sources.registry import registry, samples
from storage.home import Home
from warehouse.staging import findings
from warehouse.staging.states import PromotedState, States

pytestmark = pytest.mark.slow

SIZE = 40
DAYS = ("2026-03-01", "2026-03-02", "2026-03-03")


@dataclass(frozen=True)
class Sample:
    """A bundled sample of one file, and where in it a record and what makes its key are."""

    source_id: str
    file: str
    record: str
    key: str
    count: str | None = None

    def enlarged(self) -> str:
        """The file with `SIZE` records: those of the sample again and again, under keys of their own."""
        *_, newest = sorted((samples(self.source_id)).iterdir())
        text = (newest / self.file).read_text("utf-8")
        found = re.findall(self.record, text, re.DOTALL | re.MULTILINE)
        start, end = text.index(found[0]), text.rindex(found[-1]) + len(found[-1])
        records = [
            re.sub(self.key, lambda key, n=number: f"{key[1]}{n + 10}{key[2]}", each, flags=re.MULTILINE)
            for number, each in enumerate(islice(cycle(found), SIZE))
        ]
        if self.count:
            text = text.replace(self.count, re.sub(r"\d+", str(SIZE), self.count))
            start, end = text.index(found[0]), text.rindex(found[-1]) + len(found[-1])
        return text[:start] + "\n".join(records) + text[end:]


SDN = Sample(
    "us_ofac_sdn",
    "SDN.XML",
    "<sdnEntry>.*?</sdnEntry>",
    r"(<uid>)(\d+)",
    "<Record_Count>9</Record_Count>",
)
UN = Sample(
    "un_sc", "consolidated.xml", "<INDIVIDUAL>.*?</INDIVIDUAL>", r"(<DATAID>|<REFERENCE_NUMBER>\w+\.)(\d+)"
)
VIASNA = Sample("by_viasna", "prisoners.en.csv", r"^\d+,.*?$", r"^()(\d+)")
CANADA = Sample("ca_sema", "sema-lmes.xml", "<record>.*?</record>", r"(<Item-NumeroDarticle>)(\d*)")


class Mirror:
    """A home, and a mirror with one file a day."""

    def __init__(self, folder: Path, sample: Sample) -> None:
        self.home, self.mirror, self.sample = str(folder / "home"), folder / "mirror", sample

    def see(self, day: str, text: str) -> None:
        path = self.mirror / self.sample.source_id / day / self.sample.file
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")

    def run(self) -> list[list[str]]:
        """Brings in all that is in the mirror; returns why each snapshot is held."""
        source_id = self.sample.source_id
        for unit_id in fetch_source(self.home, source_id, mirror=str(self.mirror)):
            parse_snapshot(self.home, source_id, unit_id)
        validate_source(self.home, source_id, None)
        promote_source(self.home, source_id)
        return [list(unit.held) for unit in self.state().snapshots]

    def state(self) -> PromotedState:
        return States(Home.at(self.home)).load_all()[self.sample.source_id]

    def lines(self) -> list[str]:
        return findings.format_table(list_findings(self.home, [self.sample.source_id]))


def everywhere(pattern: str, new: str) -> Callable[[str], str]:
    def changed(text: str) -> str:
        found, times = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert times >= SIZE / 10, pattern
        return found

    return changed


def column(place: int, change: Callable[[str], str]) -> Callable[[str], str]:
    """Changes one column of a CSV, whose cells in double quotes hold no line ends."""

    def changed(text: str) -> str:
        header, *lines = text.splitlines()
        rows = [re.findall(r'(?:^|,)("[^"]*"|[^,]*)', line) for line in lines]
        for row in rows:
            row[place] = change(row[place])
        return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"

    return changed


Change = Callable[[str], str]

CHANGES: dict[Sample, dict[str, Change]] = {
    SDN: {
        "schema": everywhere("<sdnType>Individual<", "<sdnType>Natural person<"),
        "birth_date": everywhere(r"<dateOfBirth>(\d+) (\w+) (\d+)<", r"<dateOfBirth>\3;\2;\1<"),
        "city": everywhere("<city>[^<]*<", "<city><"),
        "type": everywhere("<idType>(?!Gender)[^<]*<", "<idType>Paper<"),
        "addresses: lost since the last good snapshot: rows": everywhere("addressList>", "placeList>"),
    },
    UN: {
        "birth_date": everywhere(r"<DATE>(\d+)-(\d+)-(\d+)<", r"<DATE>\1;\2;\3<"),
        "listing_date": everywhere(r"<LISTED_ON>(\d+)-(\d+)-(\d+)<", r"<LISTED_ON>\1;\2;\3<"),
        "nationalities": everywhere("<NATIONALITY>\\s*<VALUE>[^<]*<", "<NATIONALITY><VALUE><"),
        "name whole": everywhere("SECOND_NAME>", "MIDDLE_NAME>"),
    },
    VIASNA: {
        "quarantined": column(3, lambda word: f"{word} since 2026"),
        "arrest_date": column(8, lambda day: day.replace("-", ";")),
        "charges": column(9, lambda _: ""),
        "gender": column(4, lambda word: f"is {word}"),
    },
    CANADA: {
        "listing_date": everywhere(r"(<DateOfListing-DateDinscription>\d+)-(\d+)-(\d+)<", r"\1;\2;\3<"),
        "schedule": everywhere("<Schedule-Annexe>[^<]*<", "<Schedule-Annexe><"),
        "name whole": everywhere("<GivenName-Prenom>[^<]*<", "<GivenName-Prenom><"),
    },
}
"""By what the reason for holding names."""

SAMPLES_OF = pytest.mark.parametrize("sample", CHANGES, ids=lambda sample: sample.source_id)


@SAMPLES_OF
def test_changed_forms_are_held_and_named_and_the_next_good_snapshot_is_not(
    tmp_path: Path, sample: Sample
) -> None:
    mirror, changes = Mirror(tmp_path, sample), CHANGES[sample]
    good = sample.enlarged()
    texts = [good, *(change(good) for change in changes.values()), good + "\n"]
    for day, text in enumerate(texts, 1):
        mirror.see(f"2026-03-{day:02}", text)
    first, *held, last = mirror.run()
    assert first == last == []
    for which, reasons in zip(changes, held, strict=True):
        assert any(which in reason for reason in reasons), (which, reasons)
    assert len(mirror.lines()) > len(changes)


@SAMPLES_OF
def test_a_run_ends_with_what_holds_the_newest_snapshot(tmp_path: Path, sample: Sample) -> None:
    mirror = Mirror(tmp_path, sample)
    which, change = next(iter(CHANGES[sample].items()))
    mirror.see(DAYS[0], sample.enlarged())
    mirror.see(DAYS[1], change(sample.enlarged()))
    assert [bool(reasons) for reasons in mirror.run()] == [False, True]
    [held] = [line for line in mirror.lines() if "  held  " in line]
    assert held.split()[:3] == [sample.source_id, DAYS[1], "held"]
    assert which in held


def test_a_first_snapshot_whose_dates_are_unread_is_held(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, VIASNA)
    mirror.see(DAYS[0], column(8, lambda day: day.replace("-", ";"))(VIASNA.enlarged()))
    [held] = mirror.run()
    assert "prisoners: dates that could not be read: arrested (36 of 40 records)" in held


def test_a_first_snapshot_that_the_parser_mostly_rejects_is_held(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, VIASNA)
    header, *lines = VIASNA.enlarged().splitlines()
    odd = [line.replace(",active,", ",listed,").replace(",former,", ",delisted,") for line in lines[2:]]
    mirror.see(DAYS[0], "\n".join([header, *lines[:2], *odd]) + "\n")
    [[held]] = mirror.run()
    assert held == "prisoners: 2 rows, 30 expected at least (40 read, of which 25% may be quarantined)"
    [line] = [line for line in mirror.lines() if "  quarantined  " in line]
    assert line.split()[2:4] == ["quarantined", "38"]


def test_a_day_of_the_news_of_which_a_kind_of_file_is_rejected_is_held(tmp_path: Path) -> None:
    """With the files of the other kinds sound, and articles from the news in translation left."""
    home, mirror = str(tmp_path / "home"), tmp_path / "mirror"
    shutil.copytree(samples("gdelt"), mirror / "gdelt")
    [broken] = (mirror / "gdelt" / "2025-12-13").glob("*4500.gkg.csv.zip")  # five rows, here of five columns
    with zipfile.ZipFile(broken) as packed:
        [name] = packed.namelist()
        lines = packed.read(name).decode().splitlines()
    with zipfile.ZipFile(broken, "w") as packed:
        packed.writestr(name, "".join("\t".join(line.split("\t")[:5]) + "\n" for line in lines))
    for unit_id in fetch_source(home, "gdelt", mirror=str(mirror)):
        parse_snapshot(home, "gdelt", unit_id)
    validate_source(home, "gdelt", None)
    assert "in gkg.csv.zip, of which 25% may be quarantined" in promote_source(home, "gdelt")["held"]
    day, *_ = States(Home.at(home)).load_all()["gdelt"].snapshots
    assert not day.held
    lines = findings.format_table(list_findings(home, ["gdelt"]))
    assert any(line.split()[:4] == ["gdelt", "2025-12-13", "quarantined", "1"] for line in lines)


def test_an_operator_accepts_a_publisher_s_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = Mirror(tmp_path, VIASNA)
    good = VIASNA.enlarged()
    mirror.see(DAYS[0], good)
    mirror.see(DAYS[1], column(9, lambda _: "")(good))
    known = registry()
    fill = known["by_viasna"].fill
    accepted = fill.model_copy(update={"accepted": (date.fromisoformat(DAYS[1]),)})
    changed = known | {"by_viasna": known["by_viasna"].model_copy(update={"fill": accepted})}
    monkeypatch.setattr("pipeline.workspace.registry", lambda: changed)
    assert mirror.run() == [[], []]
    assert any("charges" in line and "warnings" in line for line in mirror.lines())
