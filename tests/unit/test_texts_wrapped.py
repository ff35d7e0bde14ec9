"""No text for people goes past gettext."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

import pytest

from tests.catalogues import PLUGIN

SHOWING = {
    *("setText", "setToolTip", "setPlaceholderText", "setAccessibleName", "setTitle", "setSuffix"),
    *("setWindowTitle", "setAccessibleDescription", "setStatusTip", "setWhatsThis", "addTab"),
    *("QLabel", "QPushButton", "QCheckBox", "QGroupBox", "addAction", "addItem", "addRow"),
    *("button", "check_box", "combo", "line_edit", "spin_box", "tool_button", "small_button"),
    *("show_on_canvas", "Health", "moved"),
}
"""Calls that bring texts to people, beside the making of errors."""

IN_ENGLISH = ("cli", "report.py", "qt.py", "paths.py")
"""The command line, what a bug report holds, and errors of an incomplete installation."""

FILES = [
    file
    for file in sorted(PLUGIN.rglob("*.py"))
    if not set(IN_ENGLISH) & set(file.relative_to(PLUGIN).parts)
    and "vendor" not in file.relative_to(PLUGIN).parts
]


def name_of(call: ast.Call) -> str:
    """The last part of what is called."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def shows(name: str) -> bool:
    """Whether what is called with that name shows its texts to people."""
    return name in SHOWING or is_error(name)


def is_error(name: str) -> bool:
    """Whether it is an error of the plugin's own; Python's are caught where they concern."""
    return name.endswith("Error") and not hasattr(builtins, name)


def literals(node: ast.AST) -> Iterator[str]:
    """The literal parts of an argument's words, without what is marked for translation."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (*literals(node.left), *literals(node.right))


def unwrapped(source: str) -> list[str]:
    """Words that calls in a module show to people without translation."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and shows(name_of(node)):
            # An error's second argument is the detail for those who look for the cause.
            arguments = node.args[:1] if is_error(name_of(node)) else node.args
            found += [text for one in arguments for text in literals(one) if is_words(text)]
    return found


def is_words(text: str) -> bool:
    """Whether it is to be read: words with blanks, or one with a capital, but no object's name."""
    return bool(re.search(r"[a-z]{2,}[.:,;]? +[a-z]|^[A-Z][a-z]+[.…]?$", text))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise InputError("It is empty.")', ["It is empty."]),
        ('raise net.InputError(f"{name} is empty: choose one.")', [" is empty: choose one."]),
        ('raise InputError(tr("It is {what}.", what="empty of all"))', []),
        ('box.setText("Close" if done else tr("Cancel"))', ["Close"]),
        ('button("layerEditClose", tr("Close"))', []),
        ('raise ValueError("no such thing")', []),
        ('box.setObjectName("the panel")', []),
    ],
)
def test_the_look_itself_finds_them(source: str, found: list[str]) -> None:
    """It sees plain and formatted texts, and leaves what is marked."""
    assert unwrapped(source) == found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PLUGIN)))
def test_every_text_goes_through_gettext(file) -> None:  # type: ignore[no-untyped-def]
    """Errors and widgets take their words from tr, ntr or a table marked with N_."""
    assert unwrapped(file.read_text("utf-8")) == []


def at_import(node: ast.AST) -> Iterator[ast.Call]:
    """The calls that are made when a module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from at_import(child)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PLUGIN)))
def test_nothing_is_translated_at_import(file) -> None:  # type: ignore[no-untyped-def]
    """The language is chosen later: a module's tables are marked with N_."""
    calls = at_import(ast.parse(file.read_text("utf-8")))
    assert [ast.unparse(one) for one in calls if name_of(one) in ("tr", "ntr")] == []
