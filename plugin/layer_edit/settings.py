"""The user's choices, kept as one JSON file in the data folder."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from .jobs.journal import write_atomically

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """`backend` is the chosen backend's key.

    `scope`: what is edited, 'layer', 'layers' (each of the selected) or 'image' (all that shows).
    `background`: what a model that knows no transparency sees behind the source: 'auto' (what lies
    below), 'white', 'black', 'grey'. `context`: picture sent around a selection, in percent of its
    longer side. `grow`, `feather`: pixels by which the mask made from a selection is larger
    (smaller if negative) and softer than it. `protect`: how what an AI model was not asked to
    change is kept: 'soft', 'strict' (a harder edge), 'off' (its whole picture shows).
    `update_address`: where a release's metadata.json is looked for once a day, '' for never.
    `language`: one of texts.LANGUAGES, 'auto' for Krita's. `notify`: a system notification when
    an edit ends while Krita is in the background. `first_run`: the docker still offers its three
    ways to begin. `log_level`: 'warning', 'info' or 'debug'. `proxy`: 'system', 'none' or the
    address of one.

    `own_slots`: edits that own servers are given at once. `comfyui_url`; `comfyui_graph`: file of
    the user's own graph, '' for HiDream-O1's; `comfyui_checkpoint`: file of weights, '' takes the
    one there is. `images_url`, `images_model`: an OpenAI-style server and its model's name;
    `images_left_out`: parameters it does not take; `images_plain_key`: its key may go unencrypted
    to another machine of the local network.

    The rest is WaveSpeed's. `wavespeed_url`: its address, or a studio's. `model`: 'full' or
    'draft', '' for the default. `size`: 'W*H', '' chooses by the picture's ratio. `output_format`:
    what the service sends. `sync_mode`, `base64_output`: the API's options of that name.
    `ca_bundle`: PEM file of a company's certificate authority. `budget`: US dollars a session may
    spend before the plugin asks, 0 for no limit. `slots`: jobs at once that the account's tier
    allows.
    """

    backend: str = "offline"
    scope: str = "layer"
    background: str = "auto"
    context: int = 25
    grow: int = 0
    feather: int = 0
    protect: str = "soft"
    update_address: str = ""
    language: str = "auto"
    notify: bool = True
    first_run: bool = True
    log_level: str = "info"
    proxy: str = "system"
    own_slots: int = 2
    comfyui_url: str = "http://127.0.0.1:8188"
    comfyui_graph: str = ""
    comfyui_checkpoint: str = ""
    images_url: str = "http://127.0.0.1:8000"
    images_model: str = ""
    images_left_out: str = ""
    images_plain_key: bool = False
    wavespeed_url: str = "https://api.wavespeed.ai/api/v3"
    model: str = ""
    size: str = ""
    output_format: str = "png"
    sync_mode: bool = False
    base64_output: bool = False
    ca_bundle: str = ""
    budget: float = 0.0
    slots: int = 2


def load(folder: Path) -> Settings:
    """Read the settings; what is missing, unknown or of the wrong type takes its default."""
    try:
        data: Any = json.loads((folder / "settings.json").read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        _log.warning("settings cannot be read, using the defaults: %s", error)
        return Settings()
    if not isinstance(data, dict):
        return Settings()
    default = Settings()
    for field in fields(Settings):
        value = data.get(field.name)
        if isinstance(value, type(getattr(default, field.name))):
            default = replace(default, **{field.name: value})
    return default


def save(settings: Settings, folder: Path) -> None:
    """Write the settings. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(settings), indent=1, ensure_ascii=False)
    write_atomically(folder / "settings.json", text.encode())
