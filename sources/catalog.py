"""The pages that list the sources: `python -m sources.catalog` writes docs/sources.md and README's table."""

from __future__ import annotations

from pathlib import Path

from sources.registry import Source, registry

TOP = Path(__file__).parent.parent
README = TOP / "README.md"
PAGE = TOP / "docs" / "sources.md"

BEGIN = "<!-- sources: written by `make docs` from sources/*/source.yml -->"
END = "<!-- end of sources -->"

FAMILIES = {"prisoners": "Prisoner lists", "sanctions": "Sanctions lists", "news": "News"}

HEAD = """# The sources

Generated from `sources/<source_id>/source.yml` by `make docs`; do not edit.

The samples bundled with the project are small files, written by hand in the publishers' exact formats. None
is a copy of a published file, or of a part of one. The people, bodies, dates and listings in them are real,
as far as they are publicly known; uncertain fields are empty. Nobody in them is invented. The section of each
source states what is not real in its samples. Numbers computed from the samples do not show how many people
are imprisoned,
released or listed."""


class CatalogError(Exception):
    """A page has no place for the sources. One line."""


def in_order(sources: dict[str, Source]) -> list[Source]:
    """By family, then by id."""
    return sorted(sources.values(), key=lambda source: ([*FAMILIES].index(source.family), source.source_id))


def table(sources: dict[str, Source]) -> str:
    """The table of README, a row per source."""
    lines = ["| id | list | publisher | terms |", "|---|---|---|---|"]
    for source in in_order(sources):
        ended = f" (withdrawn on {source.withdrawn.day})" if source.withdrawn else ""
        name = f"[`{source.source_id}`](docs/sources.md#{source.source_id})"
        lines.append(_row(name, source.title + ended, source.publisher, source.licence))
    return "\n".join(lines)


def page(sources: dict[str, Source]) -> str:
    """docs/sources.md."""
    parts = [HEAD]
    family = None
    for source in in_order(sources):
        if source.family != family:
            family = source.family
            parts.append(f"## {FAMILIES[family]}")
        parts += _section(source)
    return "\n\n".join(parts) + "\n"


def with_table(text: str, sources: dict[str, Source]) -> str:
    """A page with the table of sources between its two marks. Raises CatalogError if they are not there."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise CatalogError(f"{README.name}: no lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{table(sources)}\n\n{END}{after}"


def _section(source: Source) -> list[str]:
    ended = ""
    if source.withdrawn:
        follower = source.withdrawn.followed_by
        ended = f" Withdrawn on {source.withdrawn.day}" + (
            f"; `{follower}` followed it." if follower else "."
        )
    terms = f"[{source.licence}]({source.licence_url})" if source.licence_url else source.licence
    parts = [
        f"### {source.source_id}",
        f"[{source.title}]({source.url}), {source.publisher}. Terms: {terms}.{ended}",
        source.doc.rstrip(),
    ]
    if source.withheld:
        rows = [_row(field, reason) for field, reason in source.withheld.items()]
        parts.append("\n".join(["| withheld | why |", "|---|---|", *rows]))
    if source.samples:
        parts.append(f"Not real in the samples: {source.samples.rstrip()}")
    return parts


def _row(*cells: str) -> str:
    texts = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(texts)} |"


if __name__ == "__main__":
    known = registry()
    PAGE.write_text(page(known), "utf-8")
    README.write_text(with_table(README.read_text("utf-8"), known), "utf-8")
