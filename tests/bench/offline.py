"""Offline edits of a 4-megapixel photograph on one core, the engine's own time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PIL import Image

from layer_edit.backends.offline import OfflineBackend
from layer_edit.editing.codec import encode
from layer_edit.editing.request import EditRequest
from tests.bench.table import middle, show
from tests.fake_backend import QuietHands

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample" / "yellow-flower.jpg"
INSTRUCTIONS = (
    "slightly brighter",
    "warmer and more contrast",
    "change the yellow to magenta",
    "black and white",
    "auto levels, then sharpen",
    "blur by 10 px",
    "denoise",
    "film grain",
    "pencil sketch",
)
ROUNDS = 3


def run() -> dict[str, Any]:
    """Milliseconds from the encoded picture to the encoded result, median of the rounds."""
    with Image.open(SAMPLE) as sample:
        picture = sample.convert("RGBA").resize((2560, 1600))
    image = encode(picture)
    rows = {text: middle([_once(text, image) for _ in range(ROUNDS)]) for text in INSTRUCTIONS}
    coding = middle([_coding(picture) for _ in range(ROUNDS)])
    rows["(decoding and encoding alone)"] = coding
    show(("2560 × 1600 pixels", "ms"), list(rows.items()))
    return rows


def _once(instruction: str, image: Any) -> float:
    backend, watch = OfflineBackend(), QuietHands()
    start = time.perf_counter()
    backend.fetch(backend.submit(EditRequest(instruction, (image,), seed=1), watch), watch)
    return (time.perf_counter() - start) * 1000


def _coding(picture: Image.Image) -> float:
    start = time.perf_counter()
    encode(picture)
    with Image.open(SAMPLE) as sample:
        sample.load()
    return (time.perf_counter() - start) * 1000
