"""How an installed plugin finds its libraries, and what it says when it does not."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from installer.platforms import this_platform
from layer_edit import vendored

NAME = "le_library"
"""A library that no other module has."""


@pytest.fixture(autouse=True)
def one_library(monkeypatch):
    """The plugin needs two modules of one library; nothing of it stays loaded."""
    monkeypatch.setattr(vendored, "LIBRARIES", (NAME, f"{NAME}.part"))
    path = list(sys.path)
    yield
    assert sys.path == path
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


def library(folder: Path, value: str = "ours", record: bool = True) -> Path:
    """A library with a part, a compiled-like file and a list of its files."""
    module = folder / NAME
    module.mkdir(parents=True)
    (module / "__init__.py").write_text(f"VALUE = {value!r}\n")
    (module / "part.py").write_text("from . import VALUE\n")
    if record:
        info = folder / f"{NAME}-1.dist-info"
        info.mkdir()
        files = [module / "__init__.py", module / "part.py"]
        rows = [f"{file.relative_to(folder).as_posix()},x,{file.stat().st_size}" for file in files]
        (info / "RECORD").write_text("\n".join([*rows, f"{NAME}-1.dist-info/RECORD,,", ""]))
    return module


def failing(root: Path) -> str:
    """The sentence for the user."""
    with pytest.raises(vendored.MissingLibrariesError) as caught:
        vendored.use(root)
    text = str(caught.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize(
    "folder", ["vendor/TAG", "vendor/any", "../layer_edit_vendor/TAG", "../layer_edit_vendor/any"]
)
def test_all_places_of_libraries(tmp_path, folder):
    """In the plugin or beside a link to it, for this interpreter or for all."""
    plugin = tmp_path / "layer_edit"
    plugin.mkdir()
    library(plugin / folder.replace("TAG", vendored.tag()))
    vendored.use(plugin)
    assert sys.modules[NAME].VALUE == "ours"
    vendored.use(plugin)


def test_what_is_for_this_interpreter_comes_first(tmp_path):
    """A compiled library beats a plain one."""
    library(tmp_path / "vendor" / "any", "plain")
    library(tmp_path / "vendor" / vendored.tag(), "compiled")
    vendored.use(tmp_path)
    assert sys.modules[NAME].VALUE == "compiled"


def test_a_comfort_may_be_missing_or_broken(tmp_path, monkeypatch):
    """It is loaded where it works; where it does not, the rest is all the same."""
    library(tmp_path / "vendor" / "any")
    good, broken = (tmp_path / "vendor" / "any" / f"le_{name}.py" for name in ("good", "broken"))
    good.write_text("VALUE = 1\n")
    broken.write_text("import le_library.gone\n")
    monkeypatch.setattr(vendored, "COMFORTS", ("le_absent", "le_broken", "le_good"))
    monkeypatch.delitem(sys.modules, "le_good", raising=False)
    vendored.use(tmp_path)
    assert sys.modules[NAME].VALUE == "ours"
    assert sys.modules.pop("le_good").VALUE == 1
    assert "le_broken" not in sys.modules


def test_what_another_plugin_has_loaded_stays(tmp_path, monkeypatch):
    """It is used as it is, and its further parts are its own too."""
    other = library(tmp_path / "other", "theirs")
    library(tmp_path / "vendor" / vendored.tag())
    monkeypatch.syspath_prepend(str(other.parent))
    __import__(NAME)
    theirs = sys.modules[NAME]
    monkeypatch.undo()
    monkeypatch.setattr(vendored, "LIBRARIES", (NAME, f"{NAME}.part"))
    vendored.use(tmp_path)
    assert sys.modules[NAME] is theirs
    assert Path(sys.modules[f"{NAME}.part"].__file__).parent == other


def test_another_plugins_library_that_does_not_work(tmp_path):
    """The sentence names its file, so that the user finds the plugin."""
    broken = types.ModuleType(NAME)
    broken.__file__ = "/somewhere/pykrita/other_plugin/le_library/__init__.py"
    broken.__path__ = []
    sys.modules[NAME] = broken
    library(tmp_path / "vendor" / vendored.tag())
    sentence = failing(tmp_path)
    assert "Another plugin has loaded le_library from /somewhere/pykrita/other_plugin" in sentence
    assert "disable that plugin" in sentence
    assert sys.modules[NAME] is broken


def test_no_folder_at_all(tmp_path):
    """Somebody took the source for a package: which one to take instead."""
    sentence = failing(tmp_path)
    assert str(tmp_path / "vendor" / vendored.tag()) in sentence
    assert f"ends in {this_platform().name}.zip" in sentence


def test_the_package_of_another_system(tmp_path):
    """Which one to take instead."""
    library(tmp_path / "vendor" / "cp313-amiga")
    library(tmp_path / "vendor" / "any2")
    assert f"ends in {this_platform().name}.zip" in failing(tmp_path)


def test_a_python_the_package_has_nothing_for(tmp_path):
    """Both versions are named."""
    system = vendored.tag().partition("-")[2]
    for digits in ("38", "39"):
        library(tmp_path / "vendor" / f"cp{digits}-{system}")
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    sentence = failing(tmp_path)
    assert f"This Krita has Python {here}, the installed Layer Edit is for 3.8, 3.9" in sentence


def test_a_file_that_was_taken_away(tmp_path):
    """Its path is named, and nothing half-loaded is left for other plugins."""
    module = library(tmp_path / "vendor" / vendored.tag())
    (module / "part.py").unlink()
    sentence = failing(tmp_path)
    assert f"The file {module / 'part.py'} is missing or damaged" in sentence
    assert "virus scanner" in sentence
    assert NAME not in sys.modules


def test_a_file_that_was_cut_off(tmp_path):
    """By its length."""
    module = library(tmp_path / "vendor" / vendored.tag())
    (module / "part.py").write_text("(")
    assert f"{module / 'part.py'} is missing or damaged" in failing(tmp_path)
    assert vendored.wrong_files(module.parent) == [module / "part.py"]


def test_a_list_of_files_that_is_damaged(tmp_path):
    """It is named itself."""
    module = library(tmp_path / "vendor" / vendored.tag())
    record = next(module.parent.glob("*/RECORD"))
    for content in (b"\xff\xfe", b"a,b\n", b"a,b,many\n"):
        record.write_bytes(content)
        assert vendored.wrong_files(module.parent)


def test_several_files_are_counted(tmp_path):
    """The first is named."""
    module = library(tmp_path / "vendor" / vendored.tag())
    (module / "part.py").unlink()
    (module / "__init__.py").unlink()
    assert "(and 1 more file)" in failing(tmp_path)


@pytest.mark.parametrize("content", ["import no_such_module_at_all", "raise OSError('disk')", "("])
def test_whatever_else_is_wrong_is_told(tmp_path, content):
    """With the reason, and what to do."""
    module = library(tmp_path / "vendor" / vendored.tag(), record=False)
    (module / "part.py").write_text(content)
    sentence = failing(tmp_path)
    assert sentence.startswith(f"The plugin's libraries for {vendored.tag()} cannot be loaded (")
    assert f"the package of Layer Edit for {this_platform().name} again" in sentence


def test_libraries_of_the_system_are_taken_when_there_are_no_others(tmp_path, monkeypatch):
    """A studio may have them in Krita's Python."""
    library(tmp_path / "system", "system's")
    monkeypatch.syspath_prepend(str(tmp_path / "system"))
    vendored.use(tmp_path / "plugin")
    assert sys.modules[NAME].VALUE == "system's"
    monkeypatch.undo()


def test_an_old_python_is_told_which_krita_to_take(monkeypatch):
    """Krita 5.1 of krita.org has 3.8."""
    monkeypatch.setattr(sys, "version_info", (3, 8, 10, "final", 0))
    with pytest.raises(vendored.MissingLibrariesError, match=r"Python 3\.8.*3\.10.*Krita 5\.2"):
        vendored.check_python()


def test_an_old_python_can_read_what_tells_it_so():
    """No later grammar in the modules that are loaded before the check."""
    folder = Path(vendored.__file__).parent
    for name in ("__init__.py", "vendored.py", "qt.py", "canvas/__init__.py", "canvas/host.py"):
        ast.parse((folder / name).read_text("utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize(
    ("system", "machine", "tag", "package"),
    [
        ("darwin", "arm64", "macosx_arm64", "macos"),
        ("darwin", "x86_64", "macosx_x86_64", "macos"),
    ],
)
def test_a_mac_is_named_by_its_processor(monkeypatch, system, machine, tag, package):
    """As the package's folders are: not by the version of macOS that Krita was built for."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert vendored.tag() == f"cp{sys.version_info[0]}{sys.version_info[1]}-{tag}"
    assert vendored.package() == package


def test_the_plugin_names_packages_as_the_installer_does(monkeypatch):
    """On this system and on the others."""
    assert vendored.package() == this_platform().name
    for system, machine in (("win32", "AMD64"), ("linux", "aarch64"), ("darwin", "arm64")):
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        assert vendored.package() == this_platform(system, machine).name


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_to_a_checkout_finds_the_libraries_beside_it(tmp_path):
    """In a process of its own, as Krita imports the plugin."""
    checkout = Path(vendored.__file__).parent
    (tmp_path / "layer_edit").symlink_to(checkout, target_is_directory=True)
    library(tmp_path / "layer_edit_vendor" / vendored.tag(), "beside")
    code = (
        f"import layer_edit.vendored as v; v.LIBRARIES = ({NAME!r},); v.use();"
        f"import sys; print(sys.modules[{NAME!r}].VALUE)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "beside"
