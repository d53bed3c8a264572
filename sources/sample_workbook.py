"""Sample workbooks from rows in a text file, so that a change of a sample can be read and reviewed.

`sources/<source_id>/rows/<date>/<name>.tsv` has a line per row and a tab between cells; the workbook is
`sources/<source_id>/samples/<date>/<name>.xlsx`. The same rows make the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

ROWS = "rows"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet whose cells are texts; at most 26 columns."""
    sheet = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(ord("A") + place)}{number}" t="inlineStr">'
            f'<is><t xml:space="preserve">{escape(cell)}</t></is></c>'
            for place, cell in enumerate(cells)
            if cell
        )
        + "</row>"
        for number, cells in enumerate(rows, start=1)
    )
    parts = {
        **_PARTS,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name, text in parts.items():
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), _HEAD + text, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def rebuild(folder: Path) -> list[Path]:
    """Writes the workbooks of a source's folder whose rows have changed; returns which."""
    written = []
    for rows in sorted((folder / ROWS).glob("*/*.tsv")):
        path = folder / "samples" / rows.parent.name / f"{rows.stem}.xlsx"
        made = workbook(line.split("\t") for line in rows.read_text("utf-8").splitlines())
        if not path.exists() or path.read_bytes() != made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made)
            written.append(path)
    return written
