"""The import rules of the design: one direction, one door to Krita, one to Qt, one to the net."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "plugin" / "layer_edit"
FILES = sorted(PLUGIN.rglob("*.py"))

LEVELS = {"docker": 4, "session": 3, "canvas": 2, "jobs": 2, "backends": 1, "editing": 0}
"""A package may import from its own level's package and from lower levels."""

ALLOWED = {
    "krita": ("canvas",),
    "PyQt5": ("qt",),
    "PyQt6": ("qt",),
    "requests": ("backends",),
    "websocket": ("backends",),
}
CARRIED = {"PIL", "urllib3"}
"""What the package brings besides those."""

QT_USERS = ("canvas", "docker", "session", "start", "qt")


def part(file: Path) -> str:
    """The package or top-level module a file belongs to: 'canvas', 'session' …"""
    return file.relative_to(PLUGIN).parts[0].removesuffix(".py")


def imports(file: Path) -> list[tuple[str, ...]]:
    """Absolute dotted names that a file imports, as tuples."""
    package = ("layer_edit", *file.relative_to(PLUGIN).parts[:-1])
    found: list[tuple[str, ...]] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module or "").split(".")) if node.module else base
            found += [(*module, alias.name) for alias in node.names]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PLUGIN)))
def test_a_module_imports_only_what_its_place_allows(file):
    """krita, Qt and requests stay behind their doors, and imports point one way."""
    here = part(file)
    for name in imports(file):
        if name[0] in ALLOWED:
            assert here in ALLOWED[name[0]], f"{name[0]} in {here}"
        if name[:2] == ("layer_edit", "qt"):
            assert here in QT_USERS, f"Qt in {here}"
        if name[0] == "layer_edit" and len(name) > 1 and here in LEVELS and name[1] in LEVELS:
            assert name[1] == here or LEVELS[name[1]] < LEVELS[here], f"{here} imports {name[1]}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PLUGIN)))
def test_a_module_imports_nothing_that_is_not_there(file):
    """In Krita there is the standard library and what the package carries, and nothing else."""
    there = sys.stdlib_module_names | set(ALLOWED) | CARRIED | {"layer_edit"}
    assert {name[0] for name in imports(file)} <= there


def test_the_installer_needs_python_alone():
    """Whoever has just cloned the project has nothing else."""
    files = [file for file in (ROOT / "installer").rglob("*.py") if "driver" not in file.parts]
    assert len(files) > 20
    for file in files:
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        found = {
            each.module for each in nodes if isinstance(each, ast.ImportFrom) and not each.level
        }
        found |= {one.name for each in nodes if isinstance(each, ast.Import) for one in each.names}
        outside = {str(name).partition(".")[0] for name in found} - sys.stdlib_module_names
        assert outside <= {"layer_edit"}, file


def test_the_package_loads_without_qt_krita_or_the_network():
    """The command line needs neither; a studio's server has neither."""
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['krita','PyQt5','PyQt6']));"
        "import layer_edit.cli; print([m for m in sys.modules if m.startswith('PyQt')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PLUGIN.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
