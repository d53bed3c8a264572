"""The files that a new source begins with: registry entry, parser, two samples, a test."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Literal
from xml.sax.saxutils import escape

from contracts.countries import CODES
from sources.sample_workbook import ROWS, rebuild

Family = Literal["prisoners", "sanctions"]
FileKind = Literal["csv", "xlsx", "xml"]

TOP = Path(__file__).parent.parent
TEMPLATES = Path(__file__).parent / "source_template"
DAYS = ("2026-01-05", "2026-01-12")
"""The days of the two samples: the first two rows of the template, then the first and the third."""

_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_ELEMENTS = {"Listed on": "listedOn", "Date of birth": "dateOfBirth"}
_MANY = {"Aliases": ("aliases", "alias")}


class NewSourceError(Exception):
    """The files of a new source cannot be written. One line."""


def write_source(source_id: str, family: Family, kind: FileKind, top: Path = TOP) -> list[Path]:
    """Writes the files of a source below `top`, the project's folder; returns them, none of which was there
    before. Raises NewSourceError."""
    if not _ID.fullmatch(source_id):
        raise NewSourceError(
            f"{source_id!r} is no source id: <country or body>_<publisher>[_<list>], as in nz_mfat"
        )
    if kind == "xml" and family == "prisoners":
        raise NewSourceError("no prisoner list comes as XML so far: begin with csv or xlsx")
    files = _files(source_id, family, kind)
    for name in files:
        if (top / name).exists():
            raise NewSourceError(f"{name} is already there")
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, "utf-8")
    return [*(top / name for name in files), *rebuild(top / "sources" / source_id)]


def _files(source_id: str, family: Family, kind: FileKind) -> dict[str, str]:
    """The texts of the files by path."""
    first, second = DAYS
    country = source_id.partition("_")[0].upper()
    values = {
        "source_id": source_id,
        "family": family,
        "file_name": f"list.{kind}",
        "first": first,
        "second": second,
        "jurisdiction": country if country in CODES else "UN",
        "country": country if country in CODES else "BY",
        "withheld": "address" if kind == "xml" else "Address",
        "references": _REFERENCES if family == "sanctions" else "",
    }
    form = "xml" if kind == "xml" else "table"
    folder = f"sources/{source_id}"
    files = {
        f"{folder}/source.yml": _filled("source.yml.txt", values),
        f"transforms/{family}/{source_id}.py": _filled(f"{family}_{form}.py.txt", values),
        f"tests/transforms/{family}/test_{source_id}.py": _filled("test.py.txt", values),
    }
    if family == "sanctions":
        files[f"{folder}/programs.tsv"] = _template("programs.tsv")
    lines = _template(f"{family}.tsv").splitlines()
    for day, rows in ((first, lines[:3]), (second, [*lines[:2], lines[3]])):
        if kind == "xlsx":
            files[f"{folder}/{ROWS}/{day}/list.tsv"] = "\n".join(rows) + "\n"
        else:
            text = _xml(rows, day) if kind == "xml" else _csv(rows)
            files[f"{folder}/samples/{day}/list.{kind}"] = text
    return files


_REFERENCES = """
# How this list and others cite each other: `own` is what this list's keys are called, if others cite them;
# `cites` names other lists' keys by the type_raw of the identifiers that cite them. The countries of this
# list's programmes are in programs.tsv beside this file.
# references: {own: NZ, cites: {UN Reference: UN}}
"""


def _template(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _filled(name: str, values: dict[str, str]) -> str:
    return Template(_template(name)).substitute(values)


def _csv(rows: list[str]) -> str:
    return "".join(row.replace("\t", ",") + "\n" for row in rows)


def _xml(rows: list[str], day: str) -> str:
    titles, *records = (row.split("\t") for row in rows)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<list published="{day}T00:00:00Z">']
    for cells in records:
        lines.append("  <target>")
        for title, cell in zip(titles, cells, strict=True):
            if cell:
                lines.append(f"    {_element(title, cell)}")
        lines.append("  </target>")
    return "\n".join([*lines, "</list>", ""])


def _element(title: str, cell: str) -> str:
    if title in _MANY:
        outer, inner = _MANY[title]
        parts = "".join(f"<{inner}>{escape(part.strip())}</{inner}>" for part in cell.split(";"))
        return f"<{outer}>{parts}</{outer}>"
    tag = _ELEMENTS.get(title, title.lower())
    return f"<{tag}>{escape(cell)}</{tag}>"
