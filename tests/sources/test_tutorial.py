"""docs/add-a-source.md is followed, block by block, in a copy of the project."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGE = TOP / "docs" / "add-a-source.md"
PACKAGES = ("contracts", "expectations", "pipeline", "sources", "storage", "transforms", "vigil", "warehouse")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

VIGIL = f"""#!{sys.executable}
from vigil.cli import main
main()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with a `vigil` and a `python` of its own, and a place for /tmp."""
    for name in PACKAGES:
        shutil.copytree(TOP / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "samples"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(TOP / name, tmp_path / name)
    for name in ("bin", "docs", "tmp", "tests/transforms"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "bin/vigil").write_text(VIGIL)
    (tmp_path / "bin/vigil").chmod(0o755)
    (tmp_path / "bin/python").symlink_to(sys.executable)
    return tmp_path


def run(project: Path, script: str) -> str:
    environment = {
        **os.environ,
        "PATH": f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(project),
    }
    script = script.replace("/tmp/", f"{project}/tmp/").replace("python -m", f"{sys.executable} -m")  # noqa: S108
    command = ["sh", "-e", "-c", script]
    found = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def name_of(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.FunctionDef):
        return statement.name
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    return target.id if isinstance(target, ast.Name) else None


def replace_definitions(path: Path, block: str) -> None:
    """Puts the definitions of a block in place of those of the same names."""
    text = path.read_text()
    for statement in ast.parse(block).body:
        [old] = [each for each in ast.parse(text).body if name_of(each) == name_of(statement)]
        lines = text.splitlines(keepends=True)
        new = f"{ast.get_source_segment(block, statement)}\n"
        text = "".join([*lines[: old.lineno - 1], new, *lines[old.end_lineno :]])
    path.write_text(text)


def replace_fields(path: Path, block: str) -> None:
    """Puts the top-level fields of a block of YAML in place of those of the same names."""
    text = path.read_text()
    for field in re.findall(r"^\w+:.*\n(?:[ ].*\n|\n(?=[ ]))*", block, re.MULTILINE):
        name = field.partition(":")[0]
        pattern = rf"^{name}:.*\n(?:[ ].*\n|\n(?=[ ]))*"
        assert len(re.findall(pattern, text, re.MULTILINE)) == 1, name
        text = re.sub(pattern, lambda _, field=field: field, text, flags=re.MULTILINE)
    path.write_text(text)


@pytest.mark.slow
def test_the_tutorial_builds_a_source_from_its_text_alone(project: Path) -> None:
    output = []
    for kind, path, block in BLOCK.findall(PAGE.read_text("utf-8")):
        if kind == "sh":
            output.append(run(project, block))
        elif kind == "python":
            replace_definitions(project / path, block)
        elif kind == "yaml":
            replace_fields(project / path, block)
        else:
            assert kind == "console"
    [sampled] = [text for text in output if "Example Person" in text]
    assert not re.search(r"unknown|quarantined by|held|note:", sampled), sampled
    assert sampled.count("the gate: passed") == 3
    assert "xx_register" in (project / "README.md").read_text()
    assert "Example register of sanctions" in (project / "docs/sources.md").read_text()
    parser = (project / "transforms/sanctions/xx_register.py").read_text()
    assert len(parser.splitlines()) <= 150
    assert (
        "TODO" not in (project / "sources/xx_register/source.yml").read_text().partition("\njurisdiction")[2]
    )
