"""The Krita profile of one's own: its kritarc, its plugins, its environment."""

import base64
import struct
import sys
from pathlib import Path

import pytest

from installer import trial
from installer.display import Display
from installer.profile import Profile, geometry, kritarc_text, merge
from layer_edit import paths, settings

DISPLAY = Display({"DISPLAY": ":77"}, own=True)


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    """A folder with the plugin and one without a .desktop file, which is no plugin."""
    folder = tmp_path / "plugins"
    for name in ("layer_edit", "other"):
        (folder / name / "__pycache__").mkdir(parents=True)
        (folder / name / "__init__.py").write_text("")
    (folder / "layer_edit.desktop").write_text("[Desktop Entry]\n")
    return folder


def test_kritarc_puts_keys_without_a_group_first():
    """A key after a group's line would belong to that group."""
    text = kritarc_text({"python": {"enable_a": "true"}, "<default>": {"HideSplash": "true"}})
    assert text == "HideSplash=true\n\n[python]\nenable_a=true\n"


def test_later_settings_win_key_by_key():
    """A test changes one key without losing the others of its group."""
    merged = merge({"a": {"x": "1", "y": "1"}}, {"a": {"x": "2"}, "b": {"z": "3"}})
    assert merged == {"a": {"x": "2", "y": "1"}, "b": {"z": "3"}}


def test_geometry_fills_the_screen_below_the_title_bar():
    """As QWidget.saveGeometry writes it: magic number, version 3, then the corners."""
    data = base64.b64decode(geometry((1600, 1000)))
    magic, version, _, left, top, right, bottom = struct.unpack(">IHH4i", data[:24])
    assert (magic, version) == (0x1D9D0CB, 3)
    assert (left, top, right, bottom) == (0, 20, 1599, 999)


def test_create_copies_and_enables_the_plugins(plugins: Path, tmp_path: Path):
    """Only what has a .desktop file is a plugin; compiled files stay behind."""
    profile = Profile.create(
        tmp_path / "profile", plugin_dirs=[plugins], kritarc={"python": {"enable_more": "true"}}
    )
    assert (profile.pykrita / "layer_edit" / "__init__.py").is_file()
    assert not (profile.pykrita / "layer_edit" / "__pycache__").exists()
    assert not (profile.pykrita / "other").exists()
    lines = profile.kritarc.read_text().splitlines()
    assert "enable_layer_edit=true" in lines
    assert "enable_more=true" in lines


def test_the_plugin_gets_its_libraries_resources_and_actions(plugins: Path, tmp_path: Path):
    """They lie where an installed plugin has them."""
    libraries = tmp_path / "cache" / "cp311-linux_x86_64"
    libraries.mkdir(parents=True)
    (libraries / "small.py").write_text("")
    resources = tmp_path / "resources"
    (resources / "actions").mkdir(parents=True)
    (resources / "actions" / "layer_edit.action").write_text("<ActionCollection/>")
    profile = Profile.create(
        tmp_path / "p", plugin_dirs=[plugins], vendor=libraries, resources=resources
    )
    plugin = profile.pykrita / "layer_edit"
    assert (plugin / "vendor" / "cp311-linux_x86_64" / "small.py").is_file()
    assert list(plugin.rglob("*.action")) == []  # Krita would read it a second time
    assert (profile.resources / "actions" / "layer_edit.action").is_file()


def test_the_environment_leads_nowhere_into_the_users_home(
    plugins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Every folder is the profile's; no virtual environment and no key comes along."""
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    monkeypatch.setenv("PATH", "/elsewhere/bin")
    monkeypatch.setenv("WAVESPEED_API_KEY", "secret")
    monkeypatch.setenv("XDG_DATA_HOME", "/elsewhere")
    profile = Profile.create(tmp_path / "profile", plugin_dirs=[plugins])
    environment = profile.environment(DISPLAY)
    assert environment["DISPLAY"] == ":77"
    assert not [key for key, value in environment.items() if "elsewhere" in value]
    assert "secret" not in environment.values()
    folders = [value for key, value in environment.items() if key == "HOME" or "XDG" in key]
    assert len(folders) == 6
    assert all(Path(folder).is_relative_to(profile.folder) for folder in folders)
    assert Path(environment["XDG_RUNTIME_DIR"]).stat().st_mode & 0o077 == 0


def test_the_users_display_is_named_with_all_that_lies_in_his_folders():
    """Krita gets another home, so the Wayland socket is named by its whole path."""
    display = Display.of_user({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/7"})
    assert display is not None
    assert display.environment["WAYLAND_DISPLAY"] == "/run/user/7/wayland-0"
    assert not display.own
    assert Display.of_user({"HOME": "/"}) is None


@pytest.mark.skipif(sys.platform != "linux", reason="a trial works on Linux only")
def test_a_trial_is_not_asked_how_to_begin(plugins: Path, tmp_path: Path, monkeypatch):
    """Its settings lie where the plugin looks in that profile."""
    profile = Profile.create(tmp_path / "profile", plugin_dirs=[plugins])
    trial._skip_first_run(profile)
    monkeypatch.setenv("XDG_DATA_HOME", str(profile.resources.parent))
    assert settings.load(paths.default_folder()) == settings.Settings(first_run=False)
