"""Damage to a workbook: to the zip, to its members, to the cells; and bombs."""

from __future__ import annotations

import copy
import io
import struct
import warnings
import zipfile
from collections.abc import Callable
from random import Random

from lxml import etree

from tests.fuzz import bytes_mutations, xml_mutations
from tests.fuzz.bytes_mutations import Mutation
from tests.fuzz.values import DATES, NUMBERS, encoded, odd, odd_like, repeated

Members = dict[str, bytes]
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRINGS = "xl/sharedStrings.xml"
MEGABYTE = 1_000_000
BOMB = 300 * MEGABYTE


def members(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Members, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return out.getvalue()


def sheet_name(parts: Members) -> str:
    """The first sheet's member."""
    return min(name for name in parts if name.startswith("xl/worksheets/") and name.endswith(".xml"))


def _members(change: Callable[[Members, Random], None]) -> Mutation:
    """A mutation made of a change to the zip's members."""

    def mutation(data: bytes, rng: Random) -> bytes:
        parts = members(data)
        change(parts, rng)
        return zipped(parts)

    mutation.__name__ = change.__name__
    return mutation


def _sheet(change: Callable[[etree._Element, Random], bytes | None]) -> Mutation:
    """A mutation made of a change to the first sheet's tree, which gives what stands for the mark."""

    def mutation(data: bytes, rng: Random) -> bytes:
        parts = members(data)
        name = sheet_name(parts)
        root = xml_mutations.parsed(parts[name])
        put = change(root, rng)
        parts[name] = xml_mutations.written(root, put)
        return zipped(parts)

    mutation.__name__ = change.__name__
    return mutation


def _cell(root: etree._Element, rng: Random) -> etree._Element:
    return rng.choice(list(root.iter(f"{SPACE}c")))


def _unset(element: etree._Element, name: str) -> None:
    if name in element.attrib:
        del element.attrib[name]


def _set(cell: etree._Element, type_: str | None, value: str | None) -> None:
    """Makes it a cell of `type_` that holds `value`."""
    _unset(cell, "t")
    cell[:] = []
    if type_ is not None:
        cell.set("t", type_)
    if type_ == "inlineStr":
        etree.SubElement(etree.SubElement(cell, f"{SPACE}is"), f"{SPACE}t").text = value
    elif value is not None:
        etree.SubElement(cell, f"{SPACE}v").text = value


@_members
def remove_member(parts: Members, rng: Random) -> None:
    del parts[rng.choice(list(parts))]


@_members
def remove_strings(parts: Members, rng: Random) -> None:
    parts.pop(STRINGS, None)


@_members
def empty_member(parts: Members, rng: Random) -> None:
    parts[rng.choice(list(parts))] = rng.choice((b"", b"<x/>", b'<?xml version="1.0"?>'))


@_members
def damage_member(parts: Members, rng: Random) -> None:
    """A member of the zip spoilt as any file is."""
    name = rng.choice([name for name in parts if parts[name]])
    parts[name] = rng.choice(bytes_mutations.MUTATIONS)(parts[name], rng)


@_members
def damage_member_as_xml(parts: Members, rng: Random) -> None:
    name = rng.choice([sheet_name(parts), *(name for name in parts if name.endswith((".xml", ".rels")))])
    parts[name] = rng.choice(xml_mutations.MUTATIONS)(parts[name], rng)


@_members
def swap_members(parts: Members, rng: Random) -> None:
    one, other = rng.choice(list(parts)), rng.choice(list(parts))
    parts[one], parts[other] = parts[other], parts[one]


@_members
def add_member(parts: Members, rng: Random) -> None:
    parts[rng.choice(("../../evil.xml", "/etc/passwd", "xl/vbaProject.bin", "é", "x" * 5_000, ""))] = b"x"


@_members
def rename_member(parts: Members, rng: Random) -> None:
    name = rng.choice(list(parts))
    parts[rng.choice((name.upper(), name.replace("/", "\\"), f"/{name}", f"{name}.bak"))] = parts.pop(name)


@_members
def lead_elsewhere(parts: Members, rng: Random) -> None:
    """A relation that leads out of the workbook."""
    rels = [name for name in parts if name.endswith(".rels")]
    name = rng.choice(rels)
    target = rng.choice((b"../../../etc/passwd", b"file:///etc/hostname", b"http://127.0.0.1:9/x", b"", b"."))
    root = xml_mutations.parsed(parts[name])
    for relation in root:
        relation.set("Target", xml_mutations.MARK)
    parts[name] = xml_mutations.written(root, target)


@_members
def change_sheets(parts: Members, rng: Random) -> None:
    """Sheets renamed, hidden, doubled, gone, or put in another order."""
    root = xml_mutations.parsed(parts["xl/workbook.xml"])
    sheets = root.find(f"{SPACE}sheets")
    if sheets is None or not len(sheets):
        return
    change = rng.randrange(5)
    if change == 0:
        ascii_text = odd(rng).encode("ascii", "ignore").decode()
        sheets[0].set("name", "".join(filter(str.isprintable, ascii_text))[:50].strip() or "x")
    elif change == 1:
        sheets[0].set("state", "veryHidden")
    elif change == 2:
        sheets.append(copy.deepcopy(sheets[0]))
    elif change == 3:
        sheets[:] = []
    else:
        sheets[0].attrib.clear()
    parts["xl/workbook.xml"] = xml_mutations.written(root)


@_members
def extra_sheet(parts: Members, rng: Random) -> None:
    """A sheet of notes before or after the list's."""
    book, rels = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if book not in parts or rels not in parts:
        return
    root, links = xml_mutations.parsed(parts[book]), xml_mutations.parsed(parts[rels])
    sheets = root.find(f"{SPACE}sheets")
    if sheets is None:
        return
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    new = etree.Element(f"{SPACE}sheet", {"name": "Notes", "sheetId": "99", relation: "rIdNotes"})
    sheets.insert(rng.randrange(2), new)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    space = etree.QName(links).namespace
    etree.SubElement(
        links, f"{{{space}}}Relationship", Id="rIdNotes", Type=kind, Target="worksheets/notes.xml"
    )
    cell = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Read me</t></is></c></row>' if rng.random() < 0.5 else ""
    )
    parts["xl/worksheets/notes.xml"] = (
        f'<worksheet xmlns="{SPACE[1:-1]}"><sheetData>{cell}</sheetData></worksheet>'.encode()
    )
    parts[book], parts[rels] = xml_mutations.written(root), xml_mutations.written(links)


@_sheet
def odd_cell(root: etree._Element, rng: Random) -> bytes:
    _set(_cell(root, rng), rng.choice(("inlineStr", "str")), xml_mutations.MARK)
    return encoded(odd(rng)).replace(b"&", b"&amp;").replace(b"<", b"&lt;")


@_sheet
def odd_throughout(root: etree._Element, rng: Random) -> None:
    """Odd values all over the sheet, each another."""
    share = rng.choice((0.05, 0.3, 1.0))
    for cell in root.iter(f"{SPACE}c"):
        if rng.random() < share:
            _set(cell, "inlineStr", odd_like(str(cell.findtext(f"{SPACE}v") or ""), rng))


@_sheet
def repeated_text(root: etree._Element, rng: Random) -> None:
    """The same sign hundreds of thousands of times, in some cells."""
    for _ in range(10):
        _set(_cell(root, rng), "inlineStr", repeated(rng))


@_sheet
def typed_cells(root: etree._Element, rng: Random) -> None:
    """Some cells turned into numbers, truth values, errors, dates."""
    for _ in range(rng.choice((1, 5, 50))):
        type_ = rng.choice(("n", None, "b", "e", "d", "s", "str", "inlineStr", "zzz"))
        values = {
            "b": ("0", "1", "true", "7", ""),
            "e": ("#N/A", "#REF!", "#DIV/0!", "#WHAT", ""),
            "d": ("2020-01-01", "2020-01-01T10:00:00Z", "31/12/2020", ""),
            "s": ("0", "999999999", "-1", "x", "1.5", "99999999999999999999", ""),
        }.get(type_ or "", (*NUMBERS[:10], *DATES[-5:], "45292.75", "1E5", "", "text"))
        cell = _cell(root, rng)
        _set(cell, type_, rng.choice(values))
        if rng.random() < 0.3:
            cell.set("s", rng.choice(("0", "1", "2", "5", "9999", "-1", "x")))


@_sheet
def column_of_numbers(root: etree._Element, rng: Random) -> None:
    """A whole column given as numbers, as a spreadsheet does to what looks like one."""
    column = rng.choice(list(root.iter(f"{SPACE}row"))[0:1] or [root])
    letter = rng.choice([str(c.get("r", "A1")).rstrip("0123456789") for c in column] or ["A"])
    value = rng.choice(("45292", "1980", "0", "-101823", "1e308", "0.5", "33.3333333333333"))
    for cell in root.iter(f"{SPACE}c"):
        if str(cell.get("r", "")).rstrip("0123456789") == letter:
            _set(cell, "n", value)


@_sheet
def odd_references(root: etree._Element, rng: Random) -> None:
    """Cells that say they stand where they do not."""
    for _ in range(rng.choice((1, 10))):
        cell = _cell(root, rng)
        place = rng.choice(
            ("", "A", "1", "A0", "a1", "A1", "ZZZZ1", "A-1", "A99999999999", "$A$1", "é1", None)
        )
        if place is None:
            _unset(cell, "r")
        else:
            cell.set("r", place)


@_sheet
def odd_rows(root: etree._Element, rng: Random) -> None:
    found = list(root.iter(f"{SPACE}row"))
    row = rng.choice(found)
    change = rng.randrange(6)
    if change == 0:
        row.set("r", rng.choice(("0", "-1", "x", "", "1", "99999999999")))
    elif change == 1:
        row[:] = []
    elif change == 2:
        row.addnext(copy.deepcopy(row))
    elif change == 3:
        _unset(row, "r")
    elif change == 4 and (parent := row.getparent()) is not None:
        parent.remove(row)
    elif (parent := row.getparent()) is not None:
        parent[:] = rng.sample(found, len(found))


@_sheet
def remove_cells(root: etree._Element, rng: Random) -> None:
    for cell in list(root.iter(f"{SPACE}c")):
        if rng.random() < 0.05 and (parent := cell.getparent()) is not None:
            parent.remove(cell)


@_sheet
def empty_sheet(root: etree._Element, rng: Random) -> None:
    data = root.find(f"{SPACE}sheetData")
    if data is not None:
        data[:] = list(data)[: rng.randrange(3)]


@_sheet
def odd_dimension(root: etree._Element, rng: Random) -> None:
    found = root.find(f"{SPACE}dimension")
    if found is None:
        found = etree.Element(f"{SPACE}dimension")
        root.insert(0, found)
    found.set("ref", rng.choice(("A1:XFD1048576", "B2:A1", "", "x", "A1", "A1:B", "A1:ZZZZZ99999999999")))


@_sheet
def merged_cells(root: etree._Element, rng: Random) -> None:
    merged = etree.SubElement(root, f"{SPACE}mergeCells")
    etree.SubElement(merged, f"{SPACE}mergeCell", ref=rng.choice(("A1:XFD1048576", "A1:C3", "x", "")))


@_sheet
def many_columns(root: etree._Element, rng: Random) -> None:
    """Sixteen thousand columns in a row, as many as a sheet may have."""
    row = rng.choice(list(root.iter(f"{SPACE}row"))[:5])
    for _ in range(16_384 - len(row)):
        _set(etree.SubElement(row, f"{SPACE}c"), "n", "1")


@_sheet
def far_cell(root: etree._Element, rng: Random) -> None:
    """A cell far from all others: who lays the sheet out as a rectangle needs room for what lies between."""
    row, column = rng.choice(((1_048_576, "A"), (5_000, "XFD"), (1_048_576, "XFD"), (300_000, "ZZ")))
    sheet = root.find(f"{SPACE}sheetData")
    new = etree.SubElement(root if sheet is None else sheet, f"{SPACE}row", r=str(row))
    cell = etree.SubElement(new, f"{SPACE}c", r=f"{column}{row}")
    _set(cell, "n", "1")


def other_zip(data: bytes, rng: Random) -> bytes:
    contents: tuple[Members, ...] = (
        {},
        {"readme.txt": b"hello"},
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"},
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"},
        {"xl/workbook.bin": b"\x00" * 100, "[Content_Types].xml": b"<Types/>"},
        {"list.xlsx": data},
    )
    return zipped(rng.choice(contents))


def stored(data: bytes, rng: Random) -> bytes:
    """Another way of compressing; one that few read among them."""
    ways = (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    return zipped(members(data), rng.choice(ways))


def repeat_member(data: bytes, rng: Random) -> bytes:
    """Two members of one name."""
    parts = members(data)
    name = rng.choice(list(parts))
    out = io.BytesIO(data)
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(name, rng.choice((b"", b"<x/>", parts[name])))
    return out.getvalue()


def odd_zip_fields(data: bytes, rng: Random) -> bytes:
    """A field of the zip's headers set: flags (encrypted), the way of compressing, sizes, places."""
    marks = ((b"PK\x01\x02", range(4, 46)), (b"PK\x03\x04", range(4, 30)), (b"PK\x05\x06", range(4, 22)))
    mark, fields = rng.choice(marks)
    changed = bytearray(data)
    places = [at for at in range(len(data)) if data.startswith(mark, at)]
    for place in rng.sample(places, rng.choice((1, len(places)))):
        for _ in range(rng.choice((1, 1, 3))):
            at = place + rng.choice(fields)
            if at < len(changed):
                changed[at] = rng.choice((0, 1, 9, 99, 127, 255))
    return bytes(changed)


def encrypted(data: bytes, rng: Random) -> bytes:
    """What a workbook with a password looks like: an OLE file, with or without the stream's name."""
    name = "EncryptedPackage".encode("utf-16-le") if rng.random() < 0.5 else b""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + b"\x3e\x00\x03\x00\xfe\xff\x09\x00" + name + data
    )


def _bomb(data: bytes, name: str, start: bytes, block: bytes, end: bytes) -> bytes:
    """The workbook with a member that is `BOMB` bytes of `block` when unpacked."""
    parts = members(data)
    parts.pop(name, None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, content in parts.items():
            archive.writestr(other, content)
        blocks = block * (MEGABYTE // len(block))
        with archive.open(name, "w") as member:
            member.write(start)
            for _ in range(BOMB // len(blocks)):
                member.write(blocks)
            member.write(end)
    return out.getvalue()


def bomb_of_spaces(data: bytes, rng: Random) -> bytes:
    name = rng.choice((sheet_name(members(data)), STRINGS, "xl/workbook.xml", "docProps/core.xml"))
    return _bomb(data, name, b"<?xml version='1.0'?><x>", b" ", b"</x>")


def _open_sheet(data: bytes) -> tuple[str, bytes, bytes]:
    """The first sheet's member, and what it holds before and after the end of its rows."""
    parts = members(data)
    name = sheet_name(parts)
    start, end, rest = parts[name].rpartition(b"</sheetData>")
    return name, start, end + rest


def bomb_of_rows(data: bytes, rng: Random) -> bytes:
    """Rows that are well-formed, millions of them."""
    name, start, end = _open_sheet(data)
    return _bomb(data, name, start, b'<row><c t="inlineStr"><is><t>x</t></is></c><c><v>1</v></c></row>', end)


def bomb_of_one_cell(data: bytes, rng: Random) -> bytes:
    """A cell of 300 megabytes."""
    name, start, end = _open_sheet(data)
    close = b"</t></is></c></row>"
    return _bomb(data, name, start + b'<row><c t="inlineStr"><is><t>', b"a", close + end)


def bomb_of_strings(data: bytes, rng: Random) -> bytes:
    start = b'<sst xmlns="%s">' % SPACE[1:-1].encode()
    return _bomb(data, STRINGS, start, b"<si><t>abcdefgh</t></si>", b"</sst>")


def bomb_in_disguise(data: bytes, rng: Random) -> bytes:
    """A bomb whose headers say that it is a small file."""
    bomb = bytearray(rng.choice((bomb_of_rows, bomb_of_strings))(data, rng))
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        big = max(archive.infolist(), key=lambda info: info.file_size)
    central = bomb.rindex(b"PK\x01\x02", 0, bomb.rindex(big.filename.encode()))
    bomb[central + 24 : central + 28] = struct.pack("<L", 1_000)
    bomb[big.header_offset + 22 : big.header_offset + 26] = struct.pack("<L", 1_000)
    return bytes(bomb)


MUTATIONS: tuple[Mutation, ...] = (
    remove_member,
    remove_strings,
    empty_member,
    damage_member,
    damage_member_as_xml,
    damage_member_as_xml,
    swap_members,
    add_member,
    rename_member,
    lead_elsewhere,
    change_sheets,
    extra_sheet,
    odd_cell,
    odd_throughout,
    odd_throughout,
    typed_cells,
    typed_cells,
    typed_cells,
    column_of_numbers,
    column_of_numbers,
    odd_references,
    odd_rows,
    remove_cells,
    empty_sheet,
    odd_dimension,
    merged_cells,
    many_columns,
    other_zip,
    stored,
    repeat_member,
    odd_zip_fields,
    odd_zip_fields,
    encrypted,
)
HEAVY: tuple[Mutation, ...] = (
    repeated_text,
    repeated_text,
    repeated_text,
    far_cell,
    bomb_of_spaces,
    bomb_of_rows,
    bomb_of_one_cell,
    bomb_of_strings,
    bomb_in_disguise,
)
