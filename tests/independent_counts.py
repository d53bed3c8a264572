"""Counts what the sanctions lists' raw files hold, with code of its own: nothing of `transforms/` is used.

`python -m tests.independent_counts ../shared/data` prints a table. `count(source_id, file)` gives the
numbers that `tests/transforms/test_independent_counts.py` compares with the parsers' tables. A record is one
target under the publisher's key; of each record every distinct row counts once.
"""

from __future__ import annotations

import re
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from lxml import etree


def tidy(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def texts(element: etree._Element, tags: Iterable[str]) -> list[str]:
    return [tidy(element.findtext(f"{{*}}{tag}")) for tag in tags]


def joined(parts: Iterable[str], by: str = " ") -> str:
    return by.join(part for part in parts if part)


class Record:
    """One target: its distinct rows by what they are."""

    def __init__(self) -> None:
        self.rows: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self.main: tuple[str, ...] = ()
        self.first: tuple[str, tuple[str, ...]] = ("", ())

    def add(self, what: str, *parts: str | None, kind: str | None = None) -> None:
        """A row, unless all its parts are empty or say so; `kind` tells rows apart, and is no part."""
        nothing = {"-", "na"} if what in ("nationalities", "identifiers") else set()
        row = tuple(tidy(part) for part in parts if part not in nothing)
        if any(row):
            self.rows[what].add((kind or "", *row))

    def each(
        self, what: str, element: etree._Element, path: str, *tags: str, kind: str | None = None
    ) -> None:
        """A row of each element at `path`: of its children by tag, or its own text."""
        for item in element.iterfind("/".join(f"{{*}}{step}" for step in path.split("/"))):
            self.add(what, *(texts(item, tags) if tags else [item.text]), kind=kind)

    def name(self, kind: str, text: str | None, lang: str | None = "") -> None:
        """A name; the first primary one is the main name, which no other repeats."""
        row = (tidy(text), tidy(lang))
        if not row[0]:
            return
        if kind == "primary" and self.main:
            kind = "alias"
        elif kind == "primary":
            self.main = row
        self.first = self.first if self.first[0] else (f"names {kind}", row)
        self.rows[f"names {kind}"].add(row)

    def counts(self) -> Counter[str]:
        if not self.main:  # the publisher calls none primary: the first is
            what, self.main = self.first
            self.rows[what].discard(self.main)
            self.rows["names primary"].add(self.main)
        found = Counter({what: len(rows) for what, rows in self.rows.items()})
        for kind in ("alias", "weak_alias", "former"):
            found[f"names {kind}"] -= self.main in self.rows[f"names {kind}"]
        return found


Records = defaultdict[str, Record]

# What stands in OFAC's idList and is no number of a document or register.
OFAC_ATTRIBUTE = re.compile(
    r"""[:-]$ | ^(Gender|Website|Email\ Address|Phone\ Number)$ | ^Organization\ (Established\ Date|Type)
    | \ Date(\ |$) | ^Target\ Type | ^Aircraft\ (Model|Operator) | Year\ of\ Build | Vessel\ (Flag|Type)$
    | ^Nationality\ of | ^Registration\ Country | ^Executive\ Order""",
    re.VERBOSE,
)
OFAC_STATES = {
    "Nationality of Registration": "registration",
    "Registration Country": "registration",
    "Other Vessel Flag": "flag",
}


def us_ofac(file: Path) -> Records:
    records = Records(Record)
    for entry in etree.parse(file).iterfind("{*}sdnEntry"):
        record = records[entry.findtext("{*}uid")]
        record.name("primary", joined(texts(entry, ("firstName", "lastName"))))
        for aka in entry.iterfind("{*}akaList/{*}aka"):
            weak, former = aka.findtext("{*}category") == "weak", aka.findtext("{*}type") == "f.k.a."
            kind = "weak_alias" if weak else "former" if former else "alias"
            record.name(kind, joined(texts(aka, ("firstName", "lastName"))))
        for place in entry.iterfind("{*}addressList/{*}address"):
            street = joined(texts(place, ("address1", "address2", "address3")), ", ")
            record.add("address", street, *texts(place, ("city", "stateOrProvince", "postalCode", "country")))
        for item in entry.iterfind("{*}idList/{*}id"):
            kind, *rest = texts(item, ("idType", "idNumber", "idCountry", "issueDate", "expirationDate"))
            if kind == "Issuer Name":
                record.name("alias", rest[0])
            elif kind in OFAC_STATES:
                record.add("nationalities", rest[0], kind=OFAC_STATES[kind])
            elif not OFAC_ATTRIBUTE.search(kind):
                record.add("identifiers", *rest, kind=kind)
        record.each("identifiers", entry, "vesselInfo/callSign")
        record.each("nationalities", entry, "vesselInfo/vesselFlag", kind="flag")
        record.each("nationalities", entry, "nationalityList/nationality", "country")
        record.each("nationalities", entry, "citizenshipList/citizenship", "country", kind="citizenship")
        record.each("birth_place", entry, "placeOfBirthList/placeOfBirthItem/placeOfBirth")
        record.each("birth_dates", entry, "dateOfBirthList/dateOfBirthItem/dateOfBirth")
        record.each("positions", entry, "title")
        record.each("programs", entry, "programList/program")
    return records


def eu_fsf(file: Path) -> Records:
    records = Records(Record)
    for entity in etree.parse(file).iterfind("{*}sanctionEntity"):
        record = records[entity.get("euReferenceNumber")]
        for alias in entity.iterfind("{*}nameAlias"):
            weak = re.search(r"\blow? quality", alias.findtext("{*}remark") or "", re.IGNORECASE)
            record.name(
                "weak_alias" if weak else "primary", alias.get("wholeName"), alias.get("nameLanguage")
            )
            for what in ("title", "function"):
                record.add("positions", alias.get(what), kind=what)
        record.add("identifiers", entity.get("unitedNationId"))
        for item in entity.iterfind("{*}identification"):
            given = (f"{key} {item.get(key)}" for key in sorted(item.keys()) if key != "logicalId")
            record.add("identifiers", *given, item.findtext("{*}remark"))
        for what, tag in (("address", "address"), ("birth_place", "birthdate")):
            for item in entity.iterfind(f"{{*}}{tag}"):
                keys = ("street", "poBox", "zipCode", "city", "region", "place")
                known = item.get("countryIso2Code") != "00"
                record.add(
                    what, *(item.get(key) for key in keys), item.get("countryDescription") if known else ""
                )
        for item in entity.iterfind("{*}birthdate"):
            keys = ("birthdate", "year", "monthOfYear", "dayOfMonth", "yearRangeFrom", "yearRangeTo")
            marks = f"{item.get('circa')} {item.get('calendarType')}"
            record.add("birth_dates", *(item.get(key) for key in keys), kind=marks)
        for item in entity.iterfind("{*}citizenship"):
            if item.get("countryIso2Code") != "00":
                record.add("nationalities", item.get("countryDescription"), item.findtext("{*}remark"))
        for item in entity.iterfind("{*}regulation"):
            record.add(
                "programs", *(item.get(key) for key in ("programme", "numberTitle", "publicationDate"))
            )
    return records


def several(text: str | None) -> list[str]:
    """Names joined by `;`, outside of brackets, and spellings in another script in brackets at the end:
    `حسن غول (Hassan Ghul; Hasan Gul)` is three names."""
    names = re.findall(r"(?:[^;؛()]|\((?:[^()]|\([^()]*\))*\)|[()])+", tidy(text))
    found = []
    for name in names:
        outer, inner = re.fullmatch(r"(?s)(.*?\S)?\s*(?:\(((?:[^()]|\([^()]*\))*)\)\s*)?", name).groups()
        spellings = [outer or "", *re.split("[;؛]", re.sub(r"\(?original script\)?:?", "", inner or ""))]
        mixed = len({is_latin(spelling) for spelling in spellings if spelling.strip()}) > 1
        found += spellings if mixed and outer else [name]
    return found


def is_latin(text: str) -> bool:
    """Whether most of its letters are."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum("LATIN" in unicodedata.name(letter, "") for letter in letters) * 2 >= len(letters)


UN_SCRIPT = re.compile(r"(?:original script|in arabic(?: script)?): *(.*)", re.IGNORECASE)


def un_sc(file: Path) -> Records:
    records = Records(Record)
    for item in etree.parse(file).xpath("//INDIVIDUAL | //ENTITY"):
        record = records[tidy(item.findtext("REFERENCE_NUMBER"))]
        for name in several(joined(texts(item, ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")))):
            record.name("primary", name)
        for name in several(item.findtext("NAME_ORIGINAL_SCRIPT")):
            record.name("alias", name)
        for alias in item.xpath("INDIVIDUAL_ALIAS | ENTITY_ALIAS"):
            quality, note = texts(alias, ("QUALITY", "NOTE"))
            kind = {"Low": "weak_alias", "f.k.a.": "former"}.get(quality, "alias")
            if kind == "alias" and "listed as" in note.lower():
                kind = "former"
            found = UN_SCRIPT.search(note)
            for name in (*several(alias.findtext("ALIAS_NAME")), found[1] if found else ""):
                record.name(kind, name)
            called = tidy(alias.findtext("ALIAS_NAME"))
            if born := tidy(alias.findtext("DATE_OF_BIRTH")).replace("null", ""):
                record.add("birth_dates", born, kind=f"EXACT {called}".strip())
            if not called:  # how the file of 2024 gave a second date of birth
                record.add("birth_place", *texts(alias, ("CITY_OF_BIRTH", "COUNTRY_OF_BIRTH")))
        for document in item.iterfind("INDIVIDUAL_DOCUMENT"):
            if tidy(document.findtext("NUMBER")):
                record.add("identifiers", *sorted(f"{part.tag} {part.text}" for part in document))
        place = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
        record.each("address", item, f"{item.tag}_ADDRESS", *place)
        record.each("birth_place", item, "INDIVIDUAL_PLACE_OF_BIRTH", *place)
        for date in item.iterfind("INDIVIDUAL_DATE_OF_BIRTH"):
            said = texts(date, ("DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE"))
            record.add("birth_dates", *said, kind=date.findtext("TYPE_OF_DATE"))
        record.each("positions", item, "TITLE/VALUE", kind="title")
        record.each("positions", item, "DESIGNATION/VALUE")
        record.each("nationalities", item, "NATIONALITY/VALUE")
        record.each("programs", item, "UN_LIST_TYPE")
    return records


def spreadsheet(file: Path, first: str) -> Iterator[dict[str, str]]:
    """The rows of a workbook's first sheet below the one that starts with `first`, as text by heading."""
    book = zipfile.ZipFile(file)
    shared = ["".join(item.itertext("{*}t")) for item in etree.fromstring(book.read("xl/sharedStrings.xml"))]
    heads: dict[str, str] = {}
    for row in etree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter("{*}row"):
        cells = {}
        for cell in row.iter("{*}c"):
            text = cell.findtext("{*}v") or "".join(cell.itertext("{*}t"))
            text = shared[int(text)] if cell.get("t") == "s" else text
            cells[cell.get("r", "").rstrip("0123456789")] = tidy(text)
        if heads:
            yield {name: cells.get(column, "") for column, name in heads.items()}
        elif cells.get("A") == first:
            heads = {column: name for column, name in cells.items() if name}


NUMBERS = "documents and references"


def numbered(text: str) -> list[str]:
    """`(1) Germany. (2) Morocco` is two values, `(1-3) Libya` three; `-` is none."""
    parts = re.split(r"\((\d+)(?:-(\d+))?\)", text)
    if not text.startswith("(1"):
        return [tidy(text).rstrip(" .").replace("-", "", text == "-")]
    found: list[str] = []
    for first, last, value in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        found += [re.sub(r"[\s.]+$", "", value).strip()] * (int(last or first) - int(first) + 1)
    return ["" if part == "-" else part for part in found]


def gb_ofsi(file: Path) -> Records:
    records = Records(Record)
    rows = list(spreadsheet(file, "Name 6"))
    for row in sorted(rows, key=lambda row: row["Alias Type"] != "Primary name"):
        record = records[row["Group ID"]]
        kind = {"Primary name": "primary", "FKA": "former"}.get(row["Alias Type"], "alias")
        kind = "weak_alias" if row["Alias Quality"] == "Low quality" and kind != "primary" else kind
        record.name(kind, joined(row[f"Name {number}"] for number in (1, 2, 3, 4, 5, 6)))
        own = "alias" if kind == "primary" else kind
        record.name(own, row["Name Non-Latin Script"], row["Non-Latin Script Language"])
        record.add("birth_dates", row["DOB"])
        towns, countries = numbered(row["Town of Birth"]), numbered(row["Country of Birth"])
        if len(countries) == 1:
            countries *= len(towns)
        for place in zip_longest(towns, countries):
            record.add("birth_place", *place)
        street = joined((row[f"Address {line}"] for line in (1, 2, 3, 4, 5, 6)), ", ")
        record.add("address", street, row["Post/Zip Code"], row["Country"])
        for what in ("Passport", "National Identification"):
            numbers, details = numbered(row[f"{what} Number"]), numbered(row[f"{what} Details"])
            for number, told in zip_longest(numbers, details):
                record.add(NUMBERS, number, kind=number and f"{what} {told}")
        for what, value in re.findall(r"\(([^()]+)\):(.*?)(?= \([A-Z][^()]*\):|$)", row["Other Information"]):
            if what in ("UK Sanctions List Ref", "UN Ref"):
                for reference in re.findall(r"[A-Z]{3}\d{4}|[A-Z]{2}[ie]\.\d{3}", value.split(". ")[0]):
                    record.add(NUMBERS, reference)
            if what == "Flag of ship":
                record.add("nationalities", value, kind="flag")
        for what, column in (
            ("nationalities", "Nationality"),
            ("positions", "Title"),
            ("positions", "Position"),
        ):
            for value in numbered(row[column]):
                record.add(what, value, kind=column)
        record.add("programs", row["Regime"])
    for (
        record
    ) in records.values():  # a name called good and low is good; one said twice with a language is one
        good = record.rows["names alias"]
        good -= {(name, "") for name, lang in list(good) if lang}
        record.rows["names weak_alias"] -= good
    return records


def gb_uksl(file: Path) -> Records:
    records = Records(Record)
    for item in etree.parse(file).iterfind("Designation"):
        record = records[item.findtext("UniqueID")]
        for name in item.iterfind("Names/Name"):
            kind = "primary" if name.findtext("NameType") == "Primary Name" else "alias"
            record.name(kind, joined(texts(name, (f"Name{number}" for number in (1, 2, 3, 4, 5, 6)))))
        for name in item.iterfind("NonLatinNames/NonLatinName"):
            record.name("alias", *texts(name, ("NameNonLatinScript", "NonLatinScriptLanguage")))
        for what, tag in (
            ("identifiers", "OFSIGroupID"),
            ("identifiers", "UNReferenceNumber"),
            ("identifiers", "Passport"),
            ("identifiers", "NationalIdentifier"),
            ("address", "Address"),
            ("birth_place", "Location"),
            ("birth_dates", "DOB"),
            ("nationalities", "Nationality"),
            ("positions", "Position"),
            ("programs", "RegimeName"),
        ):
            for value in item.iter(tag):
                record.add(what, *value.itertext(), kind=tag)
    return records


LABELS = "also known as and or ou et aka russian belarusian belarussian ukrainian arabic persian chinese"


def words(text: str) -> set[str]:
    """The words of names, less what stands between them: for names that share a field in many ways."""
    return set(re.findall(r"\w+", tidy(text).casefold())) - set(LABELS.split())


def ca_sema(file: Path) -> Records:
    """Aliases have no fixed form: the names' words are counted in place of the names."""
    records = Records(Record)
    for item in etree.parse(file).iterfind("record"):
        given, last, body, aliases = texts(item, ("GivenName", "LastName", "EntityOrShip", "Aliases"))
        country, schedule, number = texts(item, ("Country", "Schedule", "Item"))
        record = records[joined((country, schedule, number), "/")]
        record.name("primary", body or joined((given, last)))
        for word in words(joined((given, last, body, aliases))):
            record.add("words of names", word)
        record.each("identifiers", item, "ShipIMONumber")
        for date in re.split("(?i) or ", "" if body else item.findtext("DateOfBirthOrShipBuildDate") or ""):
            record.add("birth_dates", date)
        record.add("positions", "" if body else item.findtext("TitleOrShip"))
        record.add("programs", country)
    return records


def lettered(text: str) -> list[str]:
    """`a) 1970 b) 1967` is two values, and so are `Iraq; Lebanon` and `Tunis >> Algiers`; `NA` is none.

    Letters count in their order: `i)` after `a)` is no mark, nor is `(C)` alone.
    """
    ends, last = [(0, 0)], "`"
    for mark in re.finditer(r"(?i)(?:^|[\s,;.(])([a-z])\)", text):
        letter = mark[1].lower()
        if (
            letter == chr(ord(last) + 1)
            or (letter == last and last != "i")
            or (letter == "b" and last == "`")
        ):
            ends.append(mark.span())
            last = letter
    stops = [start for start, _ in ends[1:]] + [len(text)]
    parts = [text[end:stop] for (_, end), stop in zip(ends, stops, strict=True)]
    parts = [part.strip(" ,;") for part in (parts if len(parts) > 1 else re.split(";|>>", text))]
    return [
        part
        for part in parts
        if part.lower() not in ("na", "n/a") and not re.fullmatch(r"[A-Za-z ]{,20}:", part)
    ]


AU_FORMER = re.compile(r"(?i)\((?:previously|formerly) listed as(?:[.,] in arabic: (.*))?\)")
AU_CONTACT = re.compile(r"(?i)\S+@[^\s;]+|\b(?:tel|phone|fax)\b[-.:/\d +]*(?:and [-\d]+)?")
AU_DATES = re.compile(r",? or |(?<=\))\s+(?=\d)|(?<=/\d{4})[ ,]+(?=\d)|\(this aka only, ")
AU_STATES = re.compile(r"(?<!Bosnia)(?<!Trinidad)(?<!Britain) and | ?/ ?|, (?!alt)|\(this aka only, ")


def au_dfat(file: Path) -> Records:
    records = Records(Record)
    rows = [row for row in spreadsheet(file, "Reference") if row["Reference"]]
    for row in sorted(rows, key=lambda row: row["Name Type"].lower() != "primary name"):
        record = records["".join(re.findall(r"^\d+", row["Reference"]))]
        kinds = {"primary name": "primary", "formerly known as": "former", "previously listed as": "former"}
        kind, name = kinds.get(row["Name Type"].lower(), "alias"), row["Name of Individual or Entity"]
        if called := re.match("formerly known as ", name, re.IGNORECASE):
            kind, name = "former", name[called.end() :]
        if former := AU_FORMER.search(name):
            record.name("former", former[1])
            kind, name = "former", name[: former.start()]
        record.name(kind, name)
        for date in (tidy(date) for part in lettered(row["Date of Birth"]) for date in AU_DATES.split(part)):
            shared = kind == "primary" or ("", date) in record.rows["birth_dates"]
            record.add("birth_dates", date, kind="" if shared else name)
        for what, column in (("birth_place", "Place of Birth"), ("address", "Address")):
            for value in lettered(AU_CONTACT.sub("", row[column])):
                record.add(what, value)
        for states in lettered(row["Citizenship"]):
            for state in AU_STATES.split(states):
                record.add("nationalities", state)
        for committee in re.findall(r"\S+ \((?:[^()]|\([^()]*\))*\)", row["Committees"]):
            record.add("programs", committee, row["Listing Information"])
    return records


def ch_seco(file: Path) -> Records:
    records = Records(Record)
    for target in etree.parse(file).iterfind("target"):
        record = records[target.get("ssid")]
        for name in target.iterfind("*/identity/name"):
            kind = "primary" if name.get("name-type") == "primary-name" else "alias"
            kind = "weak_alias" if name.get("quality") == "low" else kind
            record.name(kind, joined(tidy(value.text) for value in name.iterfind("name-part/value")))
            record.name(
                "alias", joined(tidy(text.text) for text in name.iterfind("name-part/spelling-variant"))
            )
        for what, tag in (
            ("birth_dates", "day-month-year"),
            ("address", "address"),
            ("birth_place", "place-of-birth"),
        ):
            for item in target.iterfind(f"*/identity/{tag}"):
                record.add(what, item.get("ssid"))
        record.each("identifiers", target, "foreign-identifier")
        for told in target.iterfind("*/other-information"):
            record.add("identifiers", *re.findall(r"IMO Number: (\d+)", told.text or ""))
        record.each("programs", target, "sanctions-set-id")
    return records


LISTS: dict[str, Callable[[Path], Records]] = {
    "us_ofac_sdn": us_ofac,
    "us_ofac_cons": us_ofac,
    "eu_fsf": eu_fsf,
    "un_sc": un_sc,
    "gb_ofsi": gb_ofsi,
    "gb_uksl": gb_uksl,
    "ca_sema": ca_sema,
    "au_dfat": au_dfat,
    "ch_seco": ch_seco,
}
TABLE = (
    "entries",
    "names primary",
    "names alias",
    "names weak_alias",
    "names former",
    "identifiers",
    "address",
    "birth_place",
    "birth_dates",
    "nationalities",
    "positions",
    "programs",
)


def count(source_id: str, file: Path) -> Counter[str]:
    records = LISTS[source_id](file)
    return sum((record.counts() for record in records.values()), Counter({"entries": len(records)}))


def main(folder: Path) -> None:
    lines = [["", "", *(what.removeprefix("names ") for what in TABLE)]]
    for source_id in LISTS:
        for file in sorted(folder.glob(f"{source_id}/*/*")):
            found = count(source_id, file)
            lines.append([source_id, file.parent.name, *(f"{found[what]:,}" for what in TABLE)])
    for line in lines:
        sys.stdout.write(" ".join(f"{cell:>12}" for cell in line) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
