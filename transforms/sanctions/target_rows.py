"""The rows of a sanctions target in the contracts' tables.

`write` leaves out placeholders (`-`, `N/A`, `Unknown`, see `placeholders`). What is a set on the publisher's
side is written once each, and what is joined into one text is sorted: the order in which a list is exported
does not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from transforms.fields.placeholders import any_placeholder, is_placeholder, value
from transforms.fields.record_parts import Identifier, joined
from transforms.names import cleaning
from transforms.reading.parse_result import ParseResult
from transforms.sanctions.target import (
    Address,
    Birth,
    Nationality,
    Particular,
    Program,
    Target,
    is_ship_number,
)
from transforms.sanctions.target_names import main_name, other_names


def _aligned(pairs: Collection[tuple[str | None, str | None]]) -> tuple[list[str], list[str]]:
    """Codes, sorted, each once, and what the publisher wrote for each; last what has no code."""
    if not pairs:
        return [], []
    raws: dict[str | None, set[str]] = {}
    for code, raw in pairs:
        raws.setdefault(code, set()).add(raw or code or "")
    unread = sorted(raws.pop(None, set()) - {""})
    codes = sorted(code for code in raws if code)
    return codes, ["; ".join(sorted(raws[code])) for code in codes] + unread


def _summary(texts: Sequence[str]) -> str | None:
    if len(texts) == 1:
        return cleaning.clean(texts[0]) or None
    return joined(sorted(set(texts)), "; ") if texts else None


def _identifiers(target: Target) -> list[Identifier]:
    """Lists give the IMO's numbers of shipping companies as they give those of ships."""
    if target.schema == "Vessel" or not any(found.type == "imo" for found in target.identifiers):
        return target.identifiers
    return [
        found._replace(type="imo_company")
        if found.type == "imo" and not is_ship_number(found.number)
        else found
        for found in target.identifiers
    ]


def _rows(record_id: str, found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each once, in the order in which they came."""
    return [(record_id, *item) for item in (found if len(found) == 1 else dict.fromkeys(found))]


_Noted = TypeVar("_Noted", Birth, Identifier, Nationality, Particular)


def _noted(found: _Noted) -> _Noted:
    return found._replace(note=None) if found.note and is_placeholder(found.note) else found


def _stated(code: str | None, raw: str | None) -> bool:
    """Whether a country is given: `NA` with a code is Namibia, without one it is nothing."""
    return bool(code or (raw and not is_placeholder(raw)))


def _identifier(found: Identifier) -> Identifier:
    """A number without words for nothing beside it."""
    if found.country_raw and not _stated(found.country, found.country_raw):
        found = found._replace(country_raw=None)
    return _noted(found)


def _address(found: Address) -> Address:
    """An address without words for nothing in its parts."""
    city, region, postal_code = (value(part, "place") for part in found[2:5])
    raw = found.country_raw if _stated(found.country, found.country_raw) else None
    return Address(found.kind, found.full, city, region, postal_code, found.country, raw)


def _program(found: Program) -> Program:
    if found.legal_basis and is_placeholder(found.legal_basis):
        return found._replace(legal_basis=None)
    return found


def _texts(target: Target) -> list[str | None]:
    """A target's texts that can be placeholders, but for its names."""
    texts: list[str | None] = [target.url, *target.measures, *target.reasons]
    for program in target.programs:
        texts += (program.program, program.legal_basis)
    for position in target.positions:
        texts.append(position.position)
    for belongs in target.nationalities:
        texts += (None if belongs.country else belongs.country_raw, belongs.note)
    for born in target.births:
        texts += (None if born.date else born.raw, born.note)
    for number in target.identifiers:
        texts += (number.number, None if number.country else number.country_raw, number.note)
    for address in target.addresses:
        texts += address[1:5]
        if not address.country:
            texts.append(address.country_raw)
    for particular in target.particulars:
        texts += (particular.value, particular.note)
    return texts


def _without_placeholders(target: Target) -> Target:
    """The target without words for nothing, but for those among its names."""
    return replace(
        target,
        url=value(target.url),
        measures=[text for text in target.measures if not is_placeholder(text)],
        reasons=[text for text in target.reasons if not is_placeholder(text)],
        programs=[_program(found) for found in target.programs if not is_placeholder(found.program)],
        positions=[found for found in target.positions if not is_placeholder(found.position)],
        nationalities=[
            _noted(found) for found in target.nationalities if _stated(found.country, found.country_raw)
        ],
        births=[
            _noted(found) for found in target.births if found.date or not is_placeholder(found.raw or "")
        ],
        identifiers=[_identifier(found) for found in target.identifiers if not is_placeholder(found.number)],
        addresses=[_address(found) for found in target.addresses if not is_placeholder(found.full, "place")],
        particulars=[_noted(found) for found in target.particulars if not is_placeholder(found.value)],
    )


def write(result: ParseResult, source_id: str, authority: str, target: Target) -> None:
    """Adds the target's rows to `sanctions` and its child tables.

    A name that only repeats the main one is left out of the others, and a placeholder out of all.
    """
    record_id = f"{source_id}:{target.key}"
    main, lang = main_name(target.name), target.name_lang
    if any_placeholder(_texts(target)):
        target = _without_placeholders(target)
    belongs = [found for found in target.nationalities if found.country_raw or found.country]
    births = [found for found in target.births if found.raw]
    nationalities, nationalities_raw = _aligned([found[1:3] for found in belongs])
    dates = [(f"{b.date}~" if b.precision == "circa" else b.date, b.raw) for b in births]
    birth_dates, birth_dates_raw = _aligned(dates)
    row = (
        record_id,
        source_id,
        authority,
        target.schema,
        main,
        sorted({found.program for found in target.programs}),
        target.listing_date,
        target.amended_date,
        target.delisting_date,
        sorted(set(target.measures)),
        _summary(target.reasons),
        nationalities,
        nationalities_raw,
        birth_dates,
        birth_dates_raw,
        target.gender,
        _summary([found.position for found in target.positions]),
        target.url,
    )
    result.extend("sanctions", [row])
    others = [n for n in other_names(target.names, main) if n.name and (n.name != main or n.lang != lang)]
    children: dict[str, Sequence[tuple[Any, ...]]] = {
        "names": [(main, "primary", cleaning.script(main), lang), *others],
        "programs": target.programs,
        "positions": target.positions,
        "nationalities": belongs,
        "birth_dates": births,
        "identifiers": _identifiers(target),
        "addresses": target.addresses,
        "particulars": target.particulars,
    }
    for table, found in children.items():
        if found:
            result.extend(table, _rows(record_id, found))
