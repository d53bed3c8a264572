"""Versions of code: hashes of what makes the data, so that nothing is rebuilt whose version is unchanged.

A version covers the modules that its roots import, directly or indirectly, the data files (SQL, TSV, YAML)
that these modules name, and the versions of Python and of the libraries that they import. Imports are read
from the syntax trees: no module is executed.

    parser_version(source)   of a source's staged tables: its parser and its folder of the registry
    gate_version()           of verdicts
    release_version()        of releases: linking, history, writer, all sources' entries; not the parsers
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sources.registry import Source

ROOT = Path(__file__).parent.parent
PACKAGES = ("contracts", "storage", "sources", "transforms", "expectations", "warehouse", "pipeline")

_DATA = (".sql", ".tsv", ".yml")
_DISTRIBUTIONS = {"upath": "universal-pathlib", "yaml": "PyYAML"}
"""Names of distributions that differ from the package that they install."""


@dataclass(frozen=True)
class Module:
    """What a module's syntax tree shows: the modules it may import, the top-level packages of libraries, and
    glob patterns of data files below its folder."""

    imports: frozenset[str]
    libraries: frozenset[str]
    patterns: frozenset[str]


class CodeTree:
    """The packages below one folder, as they are when they are first read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._modules: dict[str, Module | None] = {}
        self._paths: dict[str, Path] = {}
        self._data_files: dict[str, frozenset[Path]] = {}
        self._hashes: dict[Path, bytes] = {}
        self._versions: dict[tuple[tuple[str, ...], str | None], str] = {}

    def version(self, *roots: str, source_id: str | None = None) -> str:
        """A hash of 16 hexadecimal digits over all that the modules `roots` depend on. With `source_id` the
        registry's other sources do not count."""
        key = (roots, source_id)
        if key not in self._versions:
            self._versions[key] = self._version(roots, source_id)
        return self._versions[key]

    def modules(self, *roots: str) -> dict[str, Module]:
        """The modules `roots` and all that they import, by name. Raises ModuleNotFoundError for a root that
        does not exist."""
        found: dict[str, Module] = {}
        waiting = list(roots)
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            module = self._module(name)
            if module is None:
                if name in roots:
                    raise ModuleNotFoundError(name)
                continue
            found[name] = module
            waiting += [*module.imports, *_parents(name)]
        return found

    def data_files(self, name: str) -> frozenset[Path]:
        """The data files that a module names, but for the registry's samples."""
        if name not in self._data_files:
            module, folder = self._module(name), self._paths[name].parent
            found = (
                path for pattern in (module.patterns if module else ()) for path in folder.rglob(pattern)
            )
            self._data_files[name] = frozenset(
                path for path in found if "samples" not in path.relative_to(self._root).parts
            )
        return self._data_files[name]

    def _version(self, roots: tuple[str, ...], source_id: str | None) -> str:
        modules = self.modules(*roots)
        files = {self._paths[name] for name in modules}
        for name in modules:
            files.update(path for path in self.data_files(name) if self._counts(path, source_id))
        digest = hashlib.sha256("{}.{}".format(*sys.version_info).encode())
        for path in sorted(files):
            digest.update(f"\0{path.relative_to(self._root).as_posix()}\0".encode())
            digest.update(self._hash(path))
        for library in sorted({library for module in modules.values() for library in module.libraries}):
            digest.update(f"\0{library} {library_version(library)}".encode())
        return digest.hexdigest()[:16]

    def _hash(self, path: Path) -> bytes:
        if path not in self._hashes:
            self._hashes[path] = hashlib.sha256(path.read_bytes()).digest()
        return self._hashes[path]

    def _counts(self, path: Path, source_id: str | None) -> bool:
        parts = path.relative_to(self._root).parts
        return source_id is None or parts[0] != "sources" or parts[1] == source_id

    def _module(self, name: str) -> Module | None:
        """A module of the packages; None if there is none of this name."""
        if name not in self._modules:
            below = self._root.joinpath(*name.split("."))
            paths = (below / "__init__.py", below.with_suffix(".py"))
            path = next((path for path in paths if path.is_file()), None)
            self._modules[name] = None
            if path and name:
                self._paths[name] = path
                self._modules[name] = scan_module(path.read_bytes(), name, is_package=path == paths[0])
        return self._modules[name]


def parser_version(source: Source) -> str:
    """The version of the code that makes a source's staged tables."""
    return _tree().version(
        "pipeline.parsed_tables", f"transforms.{source.parser}", source_id=source.source_id
    )


def gate_version() -> str:
    """The version of the code that validates snapshots. A source's sizes and bounds are in its own folder of
    the registry, which `parser_version` covers."""
    return _tree().version("expectations.gate", "expectations.runner", "expectations.sizes", source_id="")


def release_version() -> str:
    """The version of the code that makes a release."""
    return _tree().version("pipeline.releasing")


def library_version(package: str) -> str:
    """The version of the distribution that installs a top-level package; empty if it is not installed."""
    try:
        return version(_DISTRIBUTIONS.get(package, package))
    except PackageNotFoundError:
        return ""


@cache
def _tree() -> CodeTree:
    return CodeTree(ROOT)


def scan_module(code: bytes, name: str, *, is_package: bool) -> Module:
    """What the code of a module shows."""
    stem = "__init__" if is_package else name.rpartition(".")[2]
    imports: set[str] = set()
    libraries: set[str] = set()
    patterns: set[str] = set()
    for node in _run_nodes(ast.parse(code, name)):
        for target in _imported(node, name, is_package=is_package):
            top = target.partition(".")[0]
            if top in PACKAGES:
                imports.add(target)
            elif top not in sys.stdlib_module_names:
                libraries.add(top)
        if pattern := _pattern(node, stem):
            patterns.add(pattern)
    return Module(frozenset(imports), frozenset(libraries), frozenset(patterns))


def _run_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker reads."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting += node.orelse
        elif isinstance(node, ast.JoinedStr):
            continue
        else:
            waiting += ast.iter_child_nodes(node)


def _imported(node: ast.AST, name: str, *, is_package: bool) -> Iterable[str]:
    """The modules that a node imports. What is imported from a package may be a module or not."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = name.split(".")[: len(name.split(".")) - node.level + is_package]
            base = ".".join([*above, *filter(None, [base])])
        return [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return []


def _pattern(node: ast.AST, stem: str) -> str | None:
    """The glob pattern of the data files that a string names: `names.tsv`, `[a-z]*.yml`, f"{step}.sql", or
    `.sql` for the file beside the module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
        text = "".join(map(str, parts))
    else:
        return None
    if text in _DATA:
        return f"{stem}{text}"
    return text if text.endswith(_DATA) and not text.startswith(("/", ".")) and " " not in text else None


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]
