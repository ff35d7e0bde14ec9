"""What can be set, read from the environment once; every process of a studio gets the same."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PREFIX = "STUDIO_"


class SettingsError(Exception):
    """A setting that cannot be used; the text is a sentence for whoever starts the studio."""


@dataclass(frozen=True)
class Settings:
    """Each field is the environment variable STUDIO_<NAME IN CAPITALS>.

    Where and what:
    `redis_url`: Redis with an append-only file. `store`: a folder, or s3://bucket/prefix.
    `s3_endpoint`: address of an S3-compatible storage, '' for Amazon's. `engine`: hidream, comfyui,
    openai-images, offline, or module:Class of one's own. `public_url`: the address clients see, ''
    to take it from each request.

    Rules: `at_once` and `queued` are a new key's limits: jobs running at once, and jobs waiting.
    `attempts`: how often a job is begun before it fails for good. `retention_days`: how long jobs,
    results and uploads are kept. `max_image_megabytes`, `max_images`: what a request may hold.

    Times, in seconds: `lease`: a job whose worker has not been heard of for so long is run again.
    `beat`: how often a worker is heard of, and learns of a cancel. `sweep`: between two rounds of
    the sweeper. `sync_seconds`: how long a submit in sync mode waits.

    `log_contents`: write prompts and the names of stored pictures into the log too.

    For the engines comfyui and openai-images: `engine_url`: the server's address, '' for its usual
    one on this machine; `engine_model`: its checkpoint or model, '' leaves that to it;
    `engine_graph`: a file with a graph of one's own for ComfyUI; `engine_left_out`: parameters an
    OpenAI-style server does not take.

    For hidream: `hidream_checkout`, `hidream_weights`: folders; `hidream_type`: full or dev;
    `hidream_gigabytes`: memory that must be free on the GPU at start (BF16 weights take 18 to 20).
    """

    redis_url: str = "redis://127.0.0.1:6379/0"
    store: str = "studio-data"
    s3_endpoint: str = ""
    engine: str = "offline"
    public_url: str = ""
    at_once: int = 64
    queued: int = 20_000
    attempts: int = 3
    retention_days: float = 7.0
    max_image_megabytes: float = 50.0
    max_images: int = 10
    lease: float = 20.0
    beat: float = 1.0
    sweep: float = 1.0
    sync_seconds: float = 85.0
    log_contents: bool = False
    engine_url: str = ""
    engine_model: str = ""
    engine_graph: str = ""
    engine_left_out: str = ""
    hidream_checkout: str = ""
    hidream_weights: str = ""
    hidream_type: str = "full"
    hidream_gigabytes: float = 18.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read them. Raises SettingsError for a value that cannot be used."""
        given: dict[str, Any] = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            if environment.get(name):
                given[field.name] = _value(name, environment[name], type(field.default))
        return cls(**given).checked()

    def checked(self) -> Settings:
        """The same. Raises SettingsError where a number makes no sense."""
        for name in ("at_once", "queued", "attempts", "lease", "beat", "sweep", "max_images"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{PREFIX}{name.upper()} must be more than 0.")
        if self.beat * 2 > self.lease:
            raise SettingsError(
                f"STUDIO_LEASE ({self.lease:g} s) must be at least twice STUDIO_BEAT "
                f"({self.beat:g} s): a worker would be taken for dead between two beats."
            )
        if self.hidream_type not in ("full", "dev"):
            raise SettingsError("STUDIO_HIDREAM_TYPE must be full or dev.")
        return self

    @property
    def folder(self) -> Path:
        """The store's folder, where it is one."""
        return Path(self.store).resolve()


def _value(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise SettingsError(f"{name} is '{text}' and must be 0 or 1.")
        return text.lower() in ("1", "true", "yes")
    try:
        return kind(text)
    except ValueError as error:
        raise SettingsError(f"{name} is '{text}' and must be a number.") from error
