"""Workbooks and CSV files: what is read, and what would end the process if it were."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path

import pytest

from transforms.reading import spreadsheet
from transforms.reading.parse_result import SourceFormatError
from transforms.reading.spreadsheet import (
    Bounds,
    Line,
    Row,
    Workbook,
    csv_rows,
    table_rows,
    text,
    xlsx_rows,
)

NAME = "list.xlsx"
TEXT, SHARED = ' t="str"', ' t="s"'  # types of cells
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SPACE = "http://schemas.openxmlformats.org"
PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{SPACE}/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{MAIN}.sheet.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{SPACE}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{SPACE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{SPACE}/spreadsheetml/2006/main" '
        f'xmlns:r="{SPACE}/officeDocument/2006/relationships"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" r:id="rId2"/>'
        "</sheets></workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{SPACE}/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{SPACE}/officeDocument/2006/relationships/worksheet" '
            f'Target="worksheets/sheet{number}.xml"/>'
            for number in (1, 2)
        )
        + "</Relationships>"
    ),
    "xl/styles.xml": (
        '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>'
    ),
    "xl/worksheets/sheet2.xml": (
        '<worksheet><sheetData><row r="1"><c r="A1"><v>2</v></c></row></sheetData></worksheet>'
    ),
}
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def sheet(cells: str, before: str = "", after: str = "") -> str:
    rows = f'<sheetData><row r="1">{cells}</row></sheetData>'
    return f'<worksheet xmlns="{SPACE}/spreadsheetml/2006/main">{before}{rows}{after}</worksheet>'


def cell(value: object, where: str = "A1", rest: str = "") -> str:
    return f'<c r="{where}"{rest}><v>{value}</v></c>'


def book(
    cells: str = "", strings: str | None = None, parts: Mapping[str, str | bytes | None] | None = None
) -> bytes:
    """A workbook of these cells; `parts` are members besides, None if they are not there."""
    made: dict[str, str | bytes | None] = {**PARTS, SHEET: sheet(cells), STRINGS: strings, **(parts or {})}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in made.items():
            if content is not None:
                archive.writestr(path, content)
    return out.getvalue()


def cells(data: bytes, which: int | str = 0) -> list[list[spreadsheet.Cell]]:
    return [row.cells for row in xlsx_rows(io.BytesIO(data), NAME, which)]


def refusal(data: bytes) -> str:
    with pytest.raises(SourceFormatError) as error:
        list(xlsx_rows(io.BytesIO(data), NAME))
    message = str(error.value)
    assert message.startswith(f"{NAME}: ")
    assert "\n" not in message
    return message


def test_cells_of_all_types() -> None:
    strings = '<sst><si><t>Минск</t></si><si><r><t xml:space="preserve">a </t></r><r><t>b</t></r></si></sst>'
    found = cells(
        book(
            cell(0, "A1", ' t="s"')
            + cell(1, "B1", ' t="s"')
            + cell(41773, "C1", ' s="1"')
            + cell("2.5", "D1")
            + cell(1, "E1", ' t="b"')
            + '<c r="F1" t="inlineStr"><is><t>x &amp; y</t></is></c>'
            + cell("2020-05-17", "G1", ' t="d"'),
            strings,
        )
    )
    assert found == [["Минск", "a b", date(2014, 5, 14), 2.5, True, "x & y", date(2020, 5, 17)]]


def test_rows_keep_their_numbers_and_all_have_as_many_cells() -> None:
    rows = f'<row r="3">{cell(1, "B3")}</row><row r="5">{cell(2, "D5")}</row>'
    data = book(parts={SHEET: f"<worksheet><sheetData>{rows}</sheetData></worksheet>"})
    assert [tuple(row) for row in xlsx_rows(io.BytesIO(data), NAME)] == [
        (1, ["", "", ""]),
        (2, ["", "", ""]),
        (3, [1.0, "", ""]),
        (4, ["", "", ""]),
        (5, ["", "", 2.0]),
    ]


def test_sheets_by_place_and_name() -> None:
    data = book(cell(1))
    assert cells(data) == cells(data, "Data") == [[1.0]]
    assert cells(data, 1) == cells(data, "Notes") == [[2.0]]
    for which in (2, "Else"):
        with pytest.raises(SourceFormatError, match="cannot be read"):
            cells(data, which)


def test_formula_errors_are_texts_and_numbers_that_are_none_stay() -> None:
    found = cells(
        book(
            cell("#REF!", "A1", ' t="e"')
            + cell("#SPILL!", "B1", ' s="0" t="e"')
            + cell("1e999", "C1")
            + cell("NaN", "D1")
        )
    )
    assert list(map(text, found[0])) == ["#REF!", "#SPILL!", "inf", "nan"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("a", "a"),
        (12.0, "12"),
        (0.5, "0.5"),
        (True, "TRUE"),
        (date(2020, 5, 17), "2020-05-17"),
        (time(1, 30), "01:30:00"),
        (1e22, "10000000000000000000000"),
    ],
)
def test_a_cell_as_text(value: spreadsheet.Cell, said: str) -> None:
    assert text(value) == said


def test_other_spellings_of_the_same_workbook() -> None:
    plain = cells(book(cell(7)))
    spaced = "<c\n r = 'a1' s='0'><v>7</v></c>"
    prefixed = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    turned = {path.replace("/", "\\"): content for path, content in PARTS.items() if path.startswith("xl/")}
    gone = dict.fromkeys(turned, None) | {path: None for path in PARTS if path.startswith("xl/")}
    assert cells(book(spaced)) == plain
    assert cells(book(parts={SHEET: prefixed})) == plain
    assert cells(book(cell(7), parts={**gone, **turned})) == plain
    assert cells(
        book(cell(0, "A1", ' t="s"'), parts={"xl/SharedStrings.xml": "<sst><si><t>7</t></si></sst>"})
    ) == [["7"]]


def test_an_empty_cell_may_be_anywhere() -> None:
    far = '<c r="XFD1048576" s="1"/><c s="1" r="IU9" />'
    assert cells(book(cell(1) + far)) == [[1.0]]


FAR = "not from A1 to AZ99999"


@pytest.mark.parametrize(
    "odd",
    [
        cell(1, "XFD1048576"),
        cell(1, "BA1"),
        cell(1, "A100000"),
        cell(1, "xfd9"),
        cell(1, "A4294967297"),  # wraps round to 1
        cell(1, "ZZZZZZZ1"),
        '<c r="XFD1048576" s="1"></c>',
        "<c r='XFD9'><v>1</v></c>",
        '<c r = "XFD9"><v>1</v></c>',
        '<c\tr="XFD9"><v>1</v></c>',
        '<c s="1" r="XFD9"><v>1</v></c>',
        '<c r="A1" r="XFD9"><v>1</v></c>',  # of two calamine takes the last
        '<c r="A1" s="0" r="XFD9"><v>1</v></c>',
        '<c a="/>" r="XFD9"><v>1</v></c>',
        '<c a=\' r="A1" \' r="XFD9"><v>1</v></c>',
        '<x:c r="XFD9"><v>1</v></x:c>',
        "<c><v>1</v></c>",
        "<c r=A1><v>1</v></c>",
        '<!-- --><c r="XFD9"><v>1</v></c>',
    ],
)
def test_cells_out_of_bounds_never_reach_calamine(odd: str) -> None:
    assert FAR in refusal(book(cell(1) + odd))


def test_the_last_cells_in_bounds() -> None:
    found = cells(book(cell(1) + cell(2, "AZ1")))
    assert (found[0][0], found[0][-1], len(found[0])) == (1.0, 2.0, 52)


@pytest.mark.parametrize("count", ["99999999999", "10000000", " 10000000"])
def test_no_room_is_made_for_strings_that_are_not_there(count: str) -> None:
    strings = f'<sst uniqueCount = "{count}"><si><t>a</t></si></sst>'
    assert "more strings than can be" in refusal(book(cell(0, "A1", ' t="s"'), strings))


@pytest.mark.parametrize(
    "value",
    [
        "<v>1</v>",
        "<v >1</v>",
        "<x:v>1</x:v>",
        "<v>0</v><v>1</v>",
        "<v>00000001</v>",
        "<v>+1</v>",
        "<v> 1</v>",
    ],
)
def test_a_string_is_not_copied_a_million_times(value: str) -> None:
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{column}{row}" t="s">{value}</c>' for column in "ABCDEFGHIJ")
        + "</row>"
        for row in range(1, 5_001)
    )
    strings = f"<sst><si><t>a</t></si><si><t>{'x' * 20_000}</t></si></sst>"
    data = book(strings=strings, parts={SHEET: f"<worksheet><sheetData>{rows}</sheetData></worksheet>"})
    assert len(data) < 500_000
    assert "its cells would hold more than" in refusal(data)


def test_long_strings_that_few_cells_use_are_read() -> None:
    many = "".join(f'<row r="{row}">{cell(0, f"A{row}", SHARED)}</row>' for row in range(2, 30_000))
    rows = f'<row r="1">{cell(1, "A1", SHARED)}</row>{many}'
    strings = f"<sst><si><t>a</t></si><si><t>{'x yz' * 25_000}</t></si></sst>"
    found = cells(
        book(strings=strings, parts={SHEET: f"<worksheet><sheetData>{rows}</sheetData></worksheet>"})
    )
    assert (len(found), len(str(found[0][0])), found[-1]) == (29_999, 100_000, ["a"])


def test_bombs() -> None:
    assert "would unpack to" in refusal(book(parts={SHEET: sheet(" " * 50_000_000)}))
    many = {f"xl/worksheets/sheet{number}.xml": "" for number in range(3, 1_100)}
    assert "more than 1,000 members" in refusal(book(cell(1), parts=many))


def test_a_header_that_lies_about_a_members_size_is_not_believed() -> None:
    data = bytearray(book(cell(1) + " " * 3_000_000))
    size = struct.pack("<L", len(sheet(cell(1) + " " * 3_000_000)))
    assert data.count(size) == 2
    small = bytes(data).replace(size, struct.pack("<L", 1_000))
    assert "the zip is broken: Bad CRC-32" in refusal(small)


def test_what_a_second_directory_says_is_not_read() -> None:
    """The zip that calamine reads is written anew: it cannot find other members in it than were looked at."""
    good, bad = book(cell(1)), book(cell(1, "XFD1048576"))
    assert cells(bad + good) == [[1.0]] or FAR in refusal(bad + good)
    assert FAR in refusal(good + bad)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({SHEET: f"<!DOCTYPE x [<!ENTITY a 'aaa'>]>{sheet(cell('&a;', rest=TEXT))}"},
         "document type"),
        ({STRINGS: "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><sst/>"}, "document type"),
        ({SHEET: sheet(cell(1)).encode("utf-16")}, "not UTF-8"),
        ({SHEET: sheet(cell("a", rest=TEXT)).encode().replace(b">a<", b">\xff<")}, "cannot be read"),
        ({SHEET: sheet(cell("a<![CDATA[b]]>", rest=TEXT))}, "CDATA"),
        ({SHEET: sheet(cell(1), after="<sheetData></sheetData>")}, "two tables"),
        ({SHEET: sheet(cell(1))[:-40]}, "cannot be read"),
        ({SHEET: "<html/>"}, "is empty, or is no sheet"),
        ({SHEET: sheet("")}, "is empty, or is no sheet"),
        ({SHEET: None}, "cannot be read"),
        ({SHEET: sheet(cell(1, rest=' t="s"'))}, "cannot be read"),
        ({SHEET: sheet(cell("x", rest=' t="b"'))}, "cannot be read"),
        ({SHEET: sheet(cell("1e300", rest=' s="2"'))}, "cannot be read"),  # a duration
        ({SHEET: sheet(cell(1), before='<dimension ref="x"/>')}, "cannot be read"),
        ({"xl/workbook.xml": None}, "without xl/workbook.xml"),
        ({"xl/workbook.xml": "<workbook/>"}, "cannot be read"),
        ({"xl/_rels/workbook.xml.rels": None}, "cannot be read"),
        ({"xl/Workbook.xml": "<workbook/>"}, "twice in the zip"),
    ],
)  # fmt: skip
def test_what_is_no_whole_workbook_ends_in_one_line(parts: dict[str, str | bytes | None], said: str) -> None:
    assert said in refusal(book(cell(1), parts=parts))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"<html>", "a web page or XML"),
        (b"Name 6,Name 1\n", "starts with 'Name 6"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or an encrypted workbook"),
        (book(cell(1))[:-30], "the zip is broken"),
        (book(cell(1))[:300], "the zip is broken"),
        (b"PK\x03\x04", "the zip is broken"),
    ],
)
def test_what_is_no_workbook_at_all(data: bytes, said: str) -> None:
    assert said in refusal(data)


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_workbooks_are_packed_in_one_way(way: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(cell(1)))) as archive, zipfile.ZipFile(out, "w", way) as other:
        for path in archive.namelist():
            other.writestr(path, archive.read(path))
    assert "packed in a way" in refusal(out.getvalue())


def test_a_locked_member_is_refused() -> None:
    data = bytearray(book(cell(1)))
    start = data.index(b"PK\x01\x02")
    while start >= 0:
        data[start + 8] |= 1
        start = data.find(b"PK\x01\x02", start + 4)
    assert "the zip is broken" in refusal(bytes(data))


def test_several_sheets_are_read_in_one_opening() -> None:
    workbook = Workbook(book(cell(1)), NAME, ["Data", "Notes"])
    assert (list(workbook.sheets), "Notes" in workbook, "Members" in workbook) == (
        ["Data", "Notes"],
        True,
        False,
    )
    assert [list(workbook.rows(name)) for name in workbook.sheets] == [[Row(1, [1.0])], [Row(1, [2.0])]]
    assert list(workbook.lines("Notes")) == [Line(1, ["2"])]


@pytest.mark.parametrize("sheet", [0, "Data"])
def test_sheets_that_are_not_read_are_not_checked(sheet: int | str) -> None:
    data = book(cell(1), parts={"xl/worksheets/sheet2.xml": "<worksheet><![CDATA[ ]]></worksheet>"})
    assert cells(data, sheet) == [[1.0]]
    for wanted in (1, "Notes"):
        with pytest.raises(SourceFormatError, match=r"sheet2\.xml: CDATA"):
            cells(data, wanted)


def test_a_sheet_that_is_not_there_may_be_optional() -> None:
    workbook = Workbook(book(cell(1)), NAME, ["Data", "Members"])
    assert list(workbook.rows("Data")) == [Row(1, [1.0])]
    with pytest.raises(SourceFormatError, match="cannot be read"):
        list(workbook.rows("Members"))


def test_a_sheet_whose_name_is_written_with_references_is_found() -> None:
    named = PARTS["xl/workbook.xml"].replace('"Data"', '"A &amp; B"')
    data = book(
        cell(1), parts={"xl/workbook.xml": named, "xl/worksheets/sheet2.xml": "<!DOCTYPE x><worksheet/>"}
    )
    assert cells(data, "A & B") == [[1.0]]


def test_bounds_are_a_source_s_own() -> None:
    wide = Bounds(columns="ZZ", rows=9_999)
    far = book(cell(1, "A1") + cell(2, "BA1"))
    assert "not from A1 to AZ99999" in refusal(far)
    assert len(next(xlsx_rows(io.BytesIO(far), NAME, bounds=wide)).cells) == 53
    for where in ("AAA1", "A10000"):
        with pytest.raises(SourceFormatError, match="not from A1 to ZZ9999"):
            list(xlsx_rows(io.BytesIO(book(cell(1, where))), NAME, bounds=wide))
    with pytest.raises(ValueError, match="at most 9,999 rows"):
        Bounds(columns="ZZ")
    with pytest.raises(SourceFormatError, match="would unpack to"):
        list(xlsx_rows(io.BytesIO(book(cell(1))), NAME, bounds=Bounds(unpacked=100)))


@pytest.mark.parametrize(
    ("source", "file", "rows", "first"),
    [
        ("gb_ofsi/2025-04-10", "ConList.xlsx", 18_798, "Last Updated"),
        ("au_dfat/2024-11-11", "regulation8_consolidated.xlsx", 9_554, "Reference"),
    ],
)
def test_the_real_workbooks(shared_data: Path, source: str, file: str, rows: int, first: str) -> None:
    with (shared_data / source / file).open("rb") as opened:
        found = list(xlsx_rows(opened, file))
    assert (len(found), found[-1].number, found[0].cells[0]) == (rows, rows, first)


# CSV


def lines(data: bytes, delimiter: str = ",") -> list[Line]:
    return list(csv_rows(io.BytesIO(data), "list.csv", delimiter))


def csv_refusal(data: bytes) -> str:
    with pytest.raises(SourceFormatError) as error:
        lines(data)
    assert str(error.value).startswith("list.csv")
    return str(error.value)


TABLE = "имя,name\r\nÉric,“x”\r\n"


def test_records_have_the_line_they_start_on() -> None:
    data = b'a,b\r\n\r\n"two\r\nlines",c\r\nd,""\r\n'
    assert lines(data) == [Line(1, ["a", "b"]), Line(3, ["two\r\nlines", "c"]), Line(5, ["d", ""])]
    assert lines(b"a;b\n", ";") == [Line(1, ["a", "b"])]


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        b"\xfe\xff" + TABLE.encode("utf-16-be"),
    ],
)
def test_unicode_in_all_its_forms(data: bytes) -> None:
    assert lines(data) == [Line(1, ["имя", "name"]), Line(2, ["Éric", "“x”"])]


def test_cp1252() -> None:
    assert lines("Éric,“x”\nMüller,€\n".encode("cp1252")) == [
        Line(1, ["Éric", "“x”"]),
        Line(2, ["Müller", "€"]),
    ]


def test_damaged_utf8_is_not_taken_for_cp1252() -> None:
    """More valid sequences of several bytes than other bytes beyond ASCII: UTF-8 with damage."""
    data = "Éric,ü\nМинск,b\n".encode().replace("ü".encode(), b"\xfc")
    fault = "bytes that are not of the file's encoding"
    assert lines(data) == [Line(1, ["Éric", "\ufffd"], fault), Line(2, ["Минск", "b"])]


def test_bytes_that_cp1252_does_not_have() -> None:
    found = lines(b"\xc9ric,a\n\x81,b\nM\xfcller,c\n")
    assert [(line.cells, line.fault is None) for line in found] == [
        (["Éric", "a"], True),
        (["\ufffd", "b"], False),
        (["Müller", "c"], True),
    ]


def test_a_nul_is_left_out_and_many_spoil_their_record_alone() -> None:
    assert [line.fault for line in lines(b"a,b\nc\0,d\n\0e\0f,\0\n")] == [None, None, "half of it NULs"]
    assert [line.cells for line in lines(b"a,b\nc\0,d\n")][1] == ["c", "d"]


def test_quotes_wrong_in_one_line_spoil_that_line() -> None:
    found = lines(b'a,b\n"x"y,c\nd,e\n')
    assert [line.number for line in found] == [1, 2, 3]
    assert found[1].cells == []
    assert "expected after" in (found[1].fault or "")


def test_quotes_that_swallow_lines_end_the_reading() -> None:
    assert "lines 2 to 3: " in csv_refusal(b'a,b\n"x,c\nd,"e"\n')
    assert "lines 2 to 4: " in csv_refusal(b'a,b\n"x,c\nd,e\nf,g\n')


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \r\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"<!DOCTYPE html>", "a web page or XML, not CSV"),
        (b'{"a": 1}', "JSON, not CSV"),
        (b"%PDF-1.4", "a PDF, not CSV"),
        (book(cell(1)), "a zip, not CSV"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"),
        (b"\xff\xfea", "marked as UTF-16, and is not"),
        (b"a," + b"b" * 1_100_000, "line 1: a record longer than 1,000,000 characters"),
        (b"," * 1_100_000, "line 1: a record longer than 1,000,000 characters"),
    ],
)
def test_what_is_no_csv(data: bytes, said: str) -> None:
    assert said in csv_refusal(data)


def test_a_field_that_is_too_long_spoils_its_record() -> None:
    found = lines(b"a,b\n" + b"x" * 200_000 + b",c\nd,e\n")
    assert [line.fault is None for line in found] == [True, False, True]


def test_a_table_is_what_its_first_bytes_say() -> None:
    rows = f'<row r="1">{cell("2.0")}</row><row r="3"><c r="B3" t="str"><v>x</v></c></row>'
    workbook = book(parts={SHEET: f"<worksheet><sheetData>{rows}</sheetData></worksheet>"})
    assert list(table_rows(io.BytesIO(workbook), "x")) == [Line(1, ["2", ""]), Line(3, ["", "x"])]
    assert list(table_rows(io.BytesIO(b"2,\n,\n,x\n"), "x")) == [Line(1, ["2", ""]), Line(3, ["", "x"])]
