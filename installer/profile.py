"""A Krita profile of its own in one folder, so that the user's Krita is never touched."""

from __future__ import annotations

import base64
import os
import shutil
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .display import Display
from .metadata import METADATA_FILE, RESOURCES_DIR

Settings = Mapping[str, Mapping[str, str]]
"""Groups of a kritarc, each with its keys."""

_PASSED_ON = (
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "USER",
    "LOGNAME",
    "LD_LIBRARY_PATH",
    "DBUS_SESSION_BUS_ADDRESS",
    "QT_SCALE_FACTOR",
    "QT_SCREEN_SCALE_FACTORS",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)
"""All that Krita gets of the user's environment. PATH is not in it: a virtual environment on the
path would become the home of Krita's Python. Neither is any API key."""

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games"

_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")


@dataclass(frozen=True)
class Profile:
    """The folders of one Krita profile. Everything in it can be thrown away after the run."""

    folder: Path

    @property
    def home(self) -> Path:
        """What the process sees as HOME."""
        return self.folder / "home"

    @property
    def config(self) -> Path:
        """XDG_CONFIG_HOME."""
        return self.folder / "config"

    @property
    def resources(self) -> Path:
        """Krita's resource folder."""
        return self.folder / "data" / "krita"

    @property
    def pykrita(self) -> Path:
        """Where Python plugins are."""
        return self.resources / "pykrita"

    @property
    def kritarc(self) -> Path:
        """Krita's settings. Krita rewrites the file when it quits."""
        return self.config / "kritarc"

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        plugin_dirs: Sequence[Path],
        vendor: Path | None = None,
        resources: Path = RESOURCES_DIR,
        kritarc: Settings | None = None,
        window: tuple[int, int] | None = (1600, 1000),
    ) -> Profile:
        """Make the profile in a new or empty folder and put the plugins into it.

        Every `NAME.desktop` with its `NAME/` in the `plugin_dirs` is copied and enabled. The
        plugin `layer_edit` also gets `resources/` and, as `vendor/TAG/`, the prepared `vendor`
        folder whose name is TAG. `kritarc` is laid over the quiet defaults; `window` is the size
        of Krita's main window in pixels; with None Krita chooses.
        """
        profile = cls(folder.resolve())
        for each in (profile.home, profile.config, profile.pykrita):
            each.mkdir(parents=True, exist_ok=True)
        names = [name for source in plugin_dirs for name in profile._add_plugins(source)]
        if "layer_edit" in names:
            profile._complete_layer_edit(resources, vendor)
        settings = merge(quiet_settings(window), enabled(names), kritarc or {})
        profile.kritarc.write_text(kritarc_text(settings), encoding="utf-8")
        return profile

    def _add_plugins(self, source: Path) -> list[str]:
        names = sorted(file.stem for file in source.glob("*.desktop"))
        for name in names:
            shutil.copy2(source / f"{name}.desktop", self.pykrita)
            shutil.copytree(source / name, self.pykrita / name, ignore=_IGNORED)
        return names

    def _complete_layer_edit(self, resources: Path, vendor: Path | None) -> None:
        plugin = self.pykrita / "layer_edit"
        if resources.is_dir():
            # Krita reads .action files below pykrita too: a second copy would be a duplicate.
            ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "*.action")
            shutil.copytree(resources, plugin / "resources", ignore=ignored, dirs_exist_ok=True)
            actions = self.resources / "actions"
            actions.mkdir(exist_ok=True)
            for file in sorted(resources.glob("actions/*.action")):
                shutil.copy2(file, actions)
        shutil.copy2(METADATA_FILE, plugin)
        if vendor is not None:
            shutil.copytree(vendor, plugin / "vendor" / vendor.name, ignore=_IGNORED)

    def environment(self, display: Display) -> dict[str, str]:
        """The whole environment of a Krita that runs with this profile on that display."""
        run = self.folder / "run"
        run.mkdir(mode=0o700, exist_ok=True)
        environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
        environment.setdefault("LANG", "C.UTF-8")
        return {
            **environment,
            **display.environment,
            "PATH": _SYSTEM_PATH,
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.config),
            "XDG_DATA_HOME": str(self.resources.parent),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_RUNTIME_DIR": str(run),
        }


def enabled(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """The kritarc group that enables Python plugins."""
    return {"python": {f"enable_{name}": "true" for name in names}}


def quiet_settings(window: tuple[int, int] | None) -> dict[str, dict[str, str]]:
    """Settings of a Krita that asks nothing and calls nobody on its first start."""
    return {
        "<default>": {"FetchNews": "false", "sessionOnStartup": "0"},
        "SplashScreen": {"HideSplashAfterStartup": "true"},
        "MainWindow": {"ko_geometry": geometry(window)} if window else {},
    }


_TITLE_BAR = 20
"""Pixels that Qt keeps free above a window whose place it restores."""


def geometry(window: tuple[int, int]) -> str:
    """A window in the screen's corner as QWidget.saveGeometry writes it, in base64.

    `window` is its width and height in pixels, title bar included.
    """
    width, height = window
    rect = (0, _TITLE_BAR, width - 1, height - 1)
    fields = (0x1D9D0CB, 3, 0, *rect, *rect, 0, False, False, width, *rect)
    return base64.b64encode(struct.pack(">IHH4i4ii??i4i", *fields)).decode()


def merge(*layers: Settings) -> dict[str, dict[str, str]]:
    """Settings laid over each other; later ones win key by key."""
    result: dict[str, dict[str, str]] = {}
    for layer in layers:
        for group, keys in layer.items():
            result.setdefault(group, {}).update(keys)
    return result


def kritarc_text(settings: Settings) -> str:
    """The text of a kritarc. Keys of the group `<default>` stand before all groups."""
    lines = [f"{key}={value}" for key, value in settings.get("<default>", {}).items()]
    for group, keys in settings.items():
        if group != "<default>":
            lines += ["", f"[{group}]", *(f"{key}={value}" for key, value in keys.items())]
    return "\n".join(lines) + "\n"
