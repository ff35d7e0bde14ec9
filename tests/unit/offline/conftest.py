"""Pictures and a watch for the tests of the offline backend."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from layer_edit.backends.base import Stage, Watch
from layer_edit.backends.offline.engine import Result, run
from layer_edit.backends.offline.parser import parse
from layer_edit.editing.errors import CancelledError

SAMPLE = Path(__file__).parents[3] / "resources" / "sample" / "yellow-flower.jpg"


class QuietWatch(Watch):
    """Remembers reports; cancels at the check with that number, counted from 1."""

    def __init__(self, cancel_at: int = 0) -> None:
        self.reports: list[tuple[Stage, float | None]] = []
        self.checks = 0
        self._cancel_at = cancel_at

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        self.reports.append((stage, fraction))

    def wait(self, seconds: float) -> None:
        raise AssertionError("the offline backend has nothing to wait for")

    def check(self) -> None:
        self.checks += 1
        if self.checks == self._cancel_at:
            raise CancelledError("The edit was cancelled.")


@pytest.fixture
def watch() -> QuietWatch:
    return QuietWatch()


@pytest.fixture
def watch_type() -> type[QuietWatch]:
    return QuietWatch


@pytest.fixture(scope="session")
def sample_bytes() -> bytes:
    return SAMPLE.read_bytes()


@pytest.fixture(scope="session")
def sample(sample_bytes: bytes) -> Image.Image:
    """The sample photograph at a quarter of its size."""
    with Image.open(io.BytesIO(sample_bytes)) as opened:
        return opened.convert("RGB").reduce(4)


@pytest.fixture
def edit() -> Callable[..., Image.Image]:
    """Parse an instruction and run it: edit(picture, instruction, seed=1)."""

    def edited(picture: Image.Image, instruction: str, seed: int = 1) -> Image.Image:
        result: Result = run(picture, parse(instruction), seed, QuietWatch())
        return result.picture

    return edited
