"""What every source's parser promises, tried on its bundled samples.

That order, encoding and layout of a file change nothing is tried in `tests/fuzz/test_same_content.py`, that
any bytes end in tables or one error in `tests/fuzz/test_fuzz.py`; what a parser made of each sample when that
was recorded is in `tests/golden`.
"""

from __future__ import annotations

import copy
import io
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from lxml import etree

from sources.registry import Source, registry
from tests.fuzz import csv_mutations, json_mutations, xlsx_mutations, xml_mutations, zip_mutations
from tests.fuzz.bytes_mutations import decoded
from tests.fuzz.campaign import Campaign, Files, campaigns, check, check_refusal, of_kind, sample_files
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCES = registry()
CAMPAIGNS = campaigns()
# One of several files is left out of a list of pages or feeds, where a list that is one file is refused.
AMONG_OTHERS = {one for one in CAMPAIGNS if one.kind == ".html" or SOURCES[one.source_id].family == "news"}
WEB_PAGE = b"<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body>503 Unavailable</body></html>\n"
BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "blank": lambda data: b" \r\n\t\n",
    "only a byte order mark": lambda data: b"\xef\xbb\xbf",
    "a web page": lambda data: WEB_PAGE,
    "an error in JSON": lambda data: b'{"error": "not found", "status": 404}',
    "another format": lambda data: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
}
each_campaign = pytest.mark.parametrize("campaign", CAMPAIGNS, ids=str)


@cache
def snapshots(campaign: Campaign) -> list[Files]:
    return sample_files(SOURCES[campaign.source_id], campaign.kind)


def read(source: Source, files: Files) -> ParseResult:
    streams = {name: io.BytesIO(data) for name, data in files.items()}
    return parse(source.source_id, source.parser, streams, source.options)


def rows(result: ParseResult) -> dict[str, list[str]]:
    """All rows of all tables, in no order."""
    return {name: sorted(map(repr, table.to_pylist())) for name, table in result.arrow().items()}


@each_campaign
def test_samples_are_read_whole(campaign: Campaign) -> None:
    """Tables keep their contracts, nothing is in quarantine or unknown, and there are records."""
    for files in snapshots(campaign):
        result = read(SOURCES[campaign.source_id], files)
        check(result, files)
        assert result.quarantine == []
        assert result.unknown == {}
        assert sum(report.parsed for report in result.files.values()) > 0


@each_campaign
@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_no_list_is_refused_in_one_line_that_names_it(campaign: Campaign, broken: str) -> None:
    source, files = SOURCES[campaign.source_id], snapshots(campaign)[0]
    name = of_kind(files, campaign.kind)[0]
    if campaign in AMONG_OTHERS:
        assert read(source, files | {name: BROKEN[broken](files[name])}).files[name].parsed == 0
        return
    with pytest.raises(SourceFormatError) as refused:
        read(source, files | {name: BROKEN[broken](files[name])})
    check_refusal(str(refused.value), name)


@each_campaign
def test_a_file_that_is_cut_off_is_refused_or_costs_a_record(campaign: Campaign) -> None:
    source, files = SOURCES[campaign.source_id], snapshots(campaign)[0]
    name = of_kind(files, campaign.kind)[0]
    try:
        result = read(source, files | {name: files[name][: len(files[name]) // 3]})
    except SourceFormatError as refused:
        check_refusal(str(refused), name)
    else:
        assert result.quarantine or result.unknown


def repeated_csv(data: bytes) -> bytes:
    cells = csv_mutations.rows(data)
    body = [row for row in cells[csv_mutations.header(cells) + 1 :] if row]
    return csv_mutations.written([*cells, *body], csv_mutations.delimiter_of(decoded(data)))


def repeated_json(data: bytes) -> bytes:
    document = json_mutations.parsed(data)
    records = json_mutations.records(document)
    records += copy.deepcopy(records)
    return json_mutations.written(document)


def repeated_zip(data: bytes) -> bytes:
    return zip_mutations.zipped({name: content * 2 for name, content in zip_mutations.members(data).items()})


def repeated_xlsx(data: bytes) -> bytes:
    parts = xlsx_mutations.members(data)
    name = xlsx_mutations.sheet_name(parts)
    root = xml_mutations.parsed(parts[name])
    sheet = root.find(f"{xlsx_mutations.SPACE}sheetData")
    assert sheet is not None
    rows = list(sheet)
    widest = max(range(min(3, len(rows))), key=lambda index: (len(rows[index]), -index))
    for number, row in enumerate(rows[widest + 1 :], len(rows) + 1):
        again = copy.deepcopy(row)
        again.set("r", str(number))
        for cell in again:
            cell.set("r", f"{cell.get('r', '').rstrip('0123456789')}{number}")
        sheet.append(again)
    return xlsx_mutations.zipped(parts | {name: etree.tostring(root)})


def repeated_xml(data: bytes) -> bytes:
    """Every record twice, and a count of the records in the header doubled: records are the elements nearest
    to the root that have others of their name beside them."""
    root = etree.fromstring(data)
    for parent in (root, *root):
        names = Counter(child.tag for child in parent)
        records = [child for child in parent if names[child.tag] > 1]
        if records:
            parent.extend(copy.deepcopy(records))
    for element in root.iter("{*}Record_Count"):
        element.text = str(2 * int(element.text or 0))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


REPEATED: dict[str, Callable[[bytes], bytes]] = {
    ".csv": repeated_csv,
    ".html": lambda data: data,
    ".json": repeated_json,
    ".rss": repeated_xml,
    ".xlsx": repeated_xlsx,
    ".xml": repeated_xml,
    ".zip": repeated_zip,
}


@each_campaign
def test_a_record_that_is_there_twice_is_one(campaign: Campaign) -> None:
    for files in snapshots(campaign):
        repeated = {name: REPEATED[campaign.kind](files[name]) for name in of_kind(files, campaign.kind)}
        result = read(SOURCES[campaign.source_id], files | repeated)
        assert rows(result) == rows(read(SOURCES[campaign.source_id], files))
