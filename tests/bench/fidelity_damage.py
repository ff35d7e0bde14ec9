"""What a whole-image model does to a picture besides the edit, with the truth of where things went.

A case runs the way a real edit goes: the edited picture is put in place at the size that is sent,
redrawn there with the damage, and comes back at the size the service chose.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.placement import Placement, arrange, nearest_size, place
from tests.double.simulate import SIZES

Floats = NDArray[np.float64]
TABLE = tuple(Size(*size) for size in SIZES)


@dataclass(frozen=True)
class Damage:
    """One drawn damage; the values given here are those that do nothing.

    `shift`: result pixels before the size changes. `scale`: of things about the picture's middle.
    `gain`, `offset`: cast by channel. `gamma`, `curve`: tone; the curve is an S of that many levels
    at its steepest. `blur`: standard deviation, pixels. `grid`: levels. `size`: sides that come
    back, over those sent.
    """

    shift: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gamma: float = 1.0
    curve: float = 0.0
    blur: float = 0.0
    jpeg: bool = False
    grid: float = 0.0
    size: tuple[float, float] = (1.0, 1.0)


KINDS = (
    "nothing",
    "shift",
    "scale",
    "cast",
    "tone curve",
    "blur",
    "JPEG 85",
    "grid",
    "smaller",
    "larger",
    "other ratio",
    "typical",
    "everything",
)


def drawn(kind: str, name: str) -> Damage:
    """The damage of that kind for the case of that name: random, the same each time."""
    random = np.random.default_rng(zlib.crc32(f"{kind}/{name}".encode()))

    def shift(most: float) -> tuple[float, float]:
        angle, length = random.uniform(0, 2 * np.pi), random.uniform(0, most)
        return length * np.cos(angle), length * np.sin(angle)

    def cast(most: float) -> dict[str, tuple[float, ...]]:
        gain = 1 + random.uniform(-most, most, 3)
        return {"gain": tuple(gain), "offset": tuple(random.uniform(-60 * most, 60 * most, 3))}

    def tone(most: float) -> dict[str, float]:
        return {"gamma": 1 + random.uniform(-most, most), "curve": random.uniform(-60, 60) * most}

    damages: dict[str, dict[str, object]] = {
        "nothing": {},
        "shift": {"shift": shift(3)},
        "scale": {"scale": 1 + random.uniform(-0.01, 0.01)},
        "cast": cast(0.06),
        "tone curve": tone(0.13),
        "blur": {"blur": random.uniform(0.5, 1.3)},
        "JPEG 85": {"jpeg": True},
        "grid": {"grid": random.uniform(1.5, 3.5)},
        "smaller": {"size": (random.uniform(0.5, 0.85),) * 2},
        "larger": {"size": (random.uniform(1.2, 1.6),) * 2},
        "other ratio": {"size": (random.uniform(0.96, 1.04), random.uniform(0.96, 1.04))},
        "typical": {
            "shift": shift(1.5),
            "scale": 1 + random.uniform(-0.004, 0.004),
            "blur": random.uniform(0.2, 0.7),
            "jpeg": True,
            **cast(0.03),
        },
        "everything": {
            "shift": shift(3),
            "scale": 1 + random.uniform(-0.01, 0.01),
            "blur": random.uniform(0.4, 1.0),
            "jpeg": True,
            "grid": random.uniform(1.0, 2.0),
            "size": (random.uniform(0.7, 1.3),) * 2,
            **cast(0.04),
            **tone(0.08),
        },
    }
    return Damage(**damages[kind])  # type: ignore[arg-type]


def placed(size: tuple[int, int], name: str) -> Placement:
    """One time out of two the picture is sent pixel for pixel, else enlarged; always padded."""
    target = Rect(0, 0, *size)
    ratio = nearest_size(target.size, TABLE)
    larger = 1.0 if zlib.crc32(name.encode()) % 2 else 1.0 + zlib.crc32(name.encode()) % 50 / 100
    fit = max(size[0] / ratio.width, size[1] / ratio.height) * larger
    sent = Size(round(ratio.width * fit), round(ratio.height * fit))
    if larger > 1:
        return place(target, sent)
    sent = Size(max(sent.width, size[0]), max(sent.height, size[1]))
    inner = Rect((sent.width - size[0]) // 2, (sent.height - size[1]) // 2, *size)
    return Placement(target, sent, inner)


def returned(edited: Image.Image, placement: Placement, damage: Damage) -> Image.Image:
    """The picture that comes back."""
    sent = arrange(edited, placement)
    pixels = _moved(np.asarray(sent, dtype=np.float64), damage)
    if damage.blur:
        pixels = ndimage.gaussian_filter(pixels, (damage.blur, damage.blur, 0), mode="nearest")
    pixels = _toned(pixels, damage)
    if damage.grid:
        pixels = pixels + _grid(pixels, damage.grid)
    result = Image.fromarray(np.clip(np.round(pixels), 0, 255).astype(np.uint8))
    if damage.size != (1.0, 1.0):
        size = tuple(round(side * by) for side, by in zip(sent.size, damage.size, strict=True))
        result = result.resize(size, Image.Resampling.LANCZOS)  # type: ignore[arg-type]
    if damage.jpeg:
        buffer = io.BytesIO()
        result.save(buffer, "JPEG", quality=85)
        with Image.open(buffer) as reopened:
            return reopened.convert("RGB")
    return result


def moved_by(placement: Placement, damage: Damage, points: Floats) -> Floats:
    """How far, in target pixels, each point (n × 2, target pixels) was moved by the damage."""
    content, target = placement.content, placement.target
    across = np.array([content.width / target.width, content.height / target.height])
    sent = points * across + np.array([content.x, content.y])
    middle = np.array(placement.sent.as_tuple) / 2
    there = middle + damage.scale * (sent - middle) + np.array(damage.shift)
    return np.asarray((there - sent) / across)


def _moved(pixels: Floats, damage: Damage) -> Floats:
    """Shifted and scaled about the middle by cubic splines; the edges go on as mirrored."""
    if damage.shift == (0.0, 0.0) and damage.scale == 1.0:
        return pixels
    # Pixel i covers [i, i + 1): its centre is i + 0.5.
    middle = np.array(pixels.shape[:2]) / 2
    shift = np.array(damage.shift[::-1])
    offset = middle - (middle + shift) / damage.scale + 0.5 / damage.scale - 0.5
    moved = [
        ndimage.affine_transform(
            pixels[..., channel], np.full(2, 1 / damage.scale), offset, order=3, mode="reflect"
        )
        for channel in range(3)
    ]
    return np.clip(np.stack(moved, -1), 0, 255)


def _toned(pixels: Floats, damage: Damage) -> Floats:
    value = pixels / 255
    value = np.clip(value, 0, 1) ** damage.gamma
    value = value - damage.curve / 255 * np.sin(2 * np.pi * value)
    value = value * np.array(damage.gain) + np.array(damage.offset) / 255
    return np.asarray(np.clip(value * 255, 0, 255))


def _grid(pixels: Floats, levels: float) -> Floats:
    """Squares of 32 pixels that differ a little, with seams; stronger where it is dark."""
    random = np.random.default_rng(32)
    height, width = pixels.shape[:2]
    squares = random.normal(0, levels / 2, (-(-height // 32), -(-width // 32), 3))
    pattern = np.repeat(np.repeat(squares, 32, axis=0), 32, axis=1)[:height, :width]
    rows, columns = np.mgrid[0:height, 0:width]
    seam = ((rows % 32 == 0) | (columns % 32 == 0)).astype(float)[..., None]
    light = pixels.mean(-1, keepdims=True) / 255
    return np.asarray((pattern + seam * levels) * (1.3 - 0.8 * light))
