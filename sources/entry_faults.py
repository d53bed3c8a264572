"""What is wrong in a registry entry, with the line of the YAML file that each fault is on."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Place = tuple[int | str, ...]
"""The keys and positions that lead to a value."""


class EntryFault(Exception):
    """An entry that is not YAML of one mapping. One line, with the line's number."""


def read_yaml(text: str) -> tuple[dict[str, Any], yaml.MappingNode]:
    """A YAML mapping, and its nodes, which know their lines. Raises EntryFault; a key that is there twice
    is a fault too."""
    loader = None
    try:
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise EntryFault("line 1: not a mapping of fields to values")
        _check_keys(node)
        return loader.construct_document(node), node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise EntryFault(f"{line}not YAML: {problem}") from error
    except yaml.YAMLError as error:
        raise EntryFault(f"not YAML: {' '.join(str(error).split())}") from error
    finally:
        if loader is not None:
            loader.dispose()


def explain(error: ValidationError, model: type[BaseModel], node: yaml.MappingNode) -> str:
    """All faults of an entry, in the order of their lines: `line 5: fromat: unknown field, did you mean
    format?`."""
    found = []
    for each in error.errors():
        place = each["loc"]
        field = ".".join(map(str, place)) or "the entry"
        found.append((line_of(node, place), f"{field}: {_problem(each, model)}"))
    return "; ".join(f"line {line}: {text}" for line, text in sorted(found))


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """`, did you mean x?` for a word that is nearly one of those known, else nothing."""
    close = get_close_matches(word, known, n=1)
    return f", did you mean {close[0]}?" if close else ""


def _problem(error: ErrorDetails, model: type[BaseModel]) -> str:
    place, given = error["loc"], error["input"]
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            known = sorted(_fields(model, place[:-1]))
            hint = did_you_mean(str(place[-1]), known) or f", the fields are {', '.join(known)}"
            return f"unknown field{hint}"
        case "literal_error":
            words = re.findall(r"'([^']*)'", error["ctx"]["expected"])
            return f"{given!r} is none of {', '.join(words)}{did_you_mean(str(given), words)}"
        case "value_error":
            return error["msg"].removeprefix("Value error, ")
    return f"{error['msg'].replace('Input should', 'should')}, not {given!r}"


def _fields(model: type[BaseModel], place: Place) -> set[str]:
    """The fields that a mapping at a place of an entry can have."""
    for part in place:
        field = model.model_fields.get(str(part))
        if field is not None:
            model = next(_models(field.annotation), model)
    return set(model.model_fields) - {"source_id"}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def line_of(node: yaml.Node, place: Place) -> int:
    """The line of the value at a place, or of what is nearest above it."""
    line = node.start_mark.line
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                return line + 1
            key, node = found[0]
            line = key.start_mark.line
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            return line + 1
    return line + 1


def _check_keys(node: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        lines: dict[Hashable, int] = {}
        for key, value in node.value:
            if key.value in lines and key.value != "<<":
                first, again = lines[key.value] + 1, key.start_mark.line + 1
                raise EntryFault(f"line {again}: {key.value}: is there twice, first on line {first}")
            lines[str(key.value)] = key.start_mark.line
            _check_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check_keys(value)
