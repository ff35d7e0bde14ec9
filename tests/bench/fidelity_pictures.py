"""The sources of the fidelity bench: free photographs and pictures drawn by code.

Photographs ship inside scikit-image's wheel, whose documentation gives their licences: `astronaut`
(NASA, public domain), `hubble` (NASA, public domain), `rocket` (SpaceX, public domain), `ihc` (no
known restrictions), `chelsea`, `coffee`, `camera`, `brick` (CC0). `flower` is the project's sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from . import fidelity_drawn as drawn

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample" / "yellow-flower.jpg"

Spot = tuple[float, float, float, float]
"""Centre x, centre y, half width, half height: an ellipse or a box, in shares of the sides."""

TUNING, HELD_OUT = "tuning", "held-out"


@dataclass(frozen=True)
class Things:
    """Where a picture can be edited. `colour` limits the recoloured object to pixels like those
    at its middle (largest distance in CIELAB), None takes the whole ellipse.
    """

    recolour: Spot
    remove: Spot
    add: Spot
    sign: Spot
    colour: float | None = None


@dataclass(frozen=True)
class Picture:
    """A source. `half` says whether it was used for tuning or held out for the report."""

    name: str
    half: str
    load: Callable[[], Image.Image]
    things: Things
    has_sign: bool = True

    def image(self) -> Image.Image:
        """RGB, with a lettered sign put in where the picture has no letters of its own."""
        return _loaded(self)


def _opened(file: str) -> Image.Image:
    with Image.open(Path(skimage.data.__file__).parent / file) as image:
        return image.convert("RGB")


def _photograph(file: str) -> Callable[[], Image.Image]:
    return partial(_opened, file)


def sample() -> Image.Image:
    """The project's sample photograph, 2560 × 1600 pixels, RGB."""
    with Image.open(SAMPLE) as image:
        return image.convert("RGB")


def _flower() -> Image.Image:
    return sample().reduce(2)


PICTURES = (
    Picture(
        "flower",
        TUNING,
        _flower,
        Things((0.8, 0.65, 0.4, 0.5), (0.9, 0.86, 0.07, 0.11), (0.18, 0.3, 0.09, 0.14),
               (0.17, 0.8, 0.13, 0.1), colour=60),
    ),
    Picture(
        "chelsea",
        TUNING,
        _photograph("chelsea.png"),
        Things((0.385, 0.38, 0.075, 0.1), (0.71, 0.46, 0.06, 0.1), (0.88, 0.2, 0.08, 0.13),
               (0.16, 0.14, 0.13, 0.1)),
    ),
    Picture(
        "rocket",
        TUNING,
        _photograph("rocket.jpg"),
        Things((0.4, 0.22, 0.1, 0.15), (0.51, 0.5, 0.03, 0.2), (0.72, 0.25, 0.09, 0.13),
               (0.38, 0.72, 0.09, 0.08)),
    ),
    Picture(
        "camera",
        TUNING,
        _photograph("camera.png"),
        Things((0.25, 0.55, 0.25, 0.4), (0.86, 0.32, 0.06, 0.1), (0.78, 0.75, 0.1, 0.1),
               (0.75, 0.12, 0.16, 0.07), colour=25),
    ),
    Picture(
        "brick",
        TUNING,
        _photograph("brick.png"),
        Things((0.3, 0.35, 0.13, 0.16), (0.7, 0.62, 0.08, 0.08), (0.75, 0.25, 0.1, 0.1),
               (0.3, 0.8, 0.16, 0.07)),
    ),
    Picture(
        "line art",
        TUNING,
        drawn.line_art,
        Things((0.62, 0.55, 0.08, 0.12), (0.27, 0.5, 0.1, 0.12), (0.75, 0.25, 0.07, 0.1),
               (0.3, 0.87, 0.14, 0.06)),
    ),
    Picture(
        "gradients",
        TUNING,
        drawn.gradients,
        Things((0.3, 0.35, 0.12, 0.16), (0.7, 0.65, 0.14, 0.16), (0.75, 0.2, 0.08, 0.1),
               (0.25, 0.8, 0.14, 0.07)),
    ),
    Picture(
        "noisy",
        TUNING,
        drawn.noisy,
        Things((0.35, 0.62, 0.13, 0.16), (0.72, 0.42, 0.12, 0.14), (0.2, 0.25, 0.09, 0.12),
               (0.75, 0.85, 0.14, 0.07)),
    ),
    Picture(
        "poster",
        TUNING,
        drawn.poster,
        Things((0.78, 0.234, 0.088, 0.124), (0.5, 0.8, 0.12, 0.1), (0.25, 0.2, 0.07, 0.09),
               (0.87, 0.66, 0.1, 0.06)),
    ),
    Picture(
        "street lamps",
        TUNING,
        drawn.street_lamps,
        Things((0.61, 0.46, 0.05, 0.08), (0.065, 0.41, 0.05, 0.08), (0.84, 0.75, 0.08, 0.11),
               (0.15, 0.86, 0.11, 0.06)),
    ),
    Picture(
        "stars",
        TUNING,
        drawn.stars,
        Things((0.6, 0.5, 0.07, 0.09), (0.3, 0.3, 0.08, 0.09), (0.75, 0.25, 0.07, 0.09),
               (0.8, 0.88, 0.12, 0.06)),
    ),
    Picture(
        "astronaut",
        HELD_OUT,
        _photograph("astronaut.png"),
        Things((0.4, 0.7, 0.38, 0.34), (0.8, 0.3, 0.12, 0.26), (0.09, 0.35, 0.08, 0.08),
               (0.2, 0.12, 0.14, 0.06), colour=32),
    ),
    Picture(
        "coffee",
        HELD_OUT,
        _photograph("coffee.png"),
        Things((0.5, 0.6, 0.35, 0.4), (0.61, 0.68, 0.08, 0.15), (0.15, 0.35, 0.07, 0.1),
               (0.86, 0.2, 0.11, 0.08), colour=30),
    ),
    Picture(
        "hubble",
        HELD_OUT,
        _photograph("hubble_deep_field.jpg"),
        Things((0.72, 0.54, 0.05, 0.06), (0.28, 0.13, 0.05, 0.05), (0.4, 0.6, 0.06, 0.07),
               (0.2, 0.85, 0.11, 0.06)),
    ),
    Picture(
        "ihc",
        HELD_OUT,
        _photograph("ihc.png"),
        Things((0.62, 0.78, 0.12, 0.17), (0.75, 0.25, 0.1, 0.14), (0.2, 0.25, 0.09, 0.09),
               (0.2, 0.92, 0.15, 0.06)),
    ),
    Picture(
        "flat colour",
        HELD_OUT,
        drawn.flat_colour,
        Things((0.66, 0.66, 0.09, 0.12), (0.32, 0.62, 0.12, 0.22), (0.5, 0.3, 0.06, 0.08),
               (0.85, 0.12, 0.11, 0.06)),
    ),
    Picture(
        "dark",
        HELD_OUT,
        drawn.dark,
        Things((0.55, 0.72, 0.11, 0.12), (0.25, 0.62, 0.09, 0.16), (0.78, 0.3, 0.09, 0.12),
               (0.8, 0.85, 0.12, 0.06)),
    ),
    Picture(
        "text",
        HELD_OUT,
        drawn.text_page,
        Things((0.5, 0.13, 0.36, 0.05), (0.5, 0.46, 0.16, 0.09), (0.25, 0.86, 0.1, 0.08),
               (0.35, 0.335, 0.1, 0.015)),
        has_sign=False,
    ),
    Picture(
        "painting",
        HELD_OUT,
        drawn.painting,
        Things((0.4, 0.6, 0.1, 0.14), (0.68, 0.62, 0.1, 0.14), (0.25, 0.3, 0.08, 0.1),
               (0.75, 0.88, 0.12, 0.06)),
    ),
)  # fmt: skip


def mask_of(spot: Spot, size: tuple[int, int], soft: float = 0.7) -> NDArray[np.float64]:
    """0–1, the ellipse of `spot`, its edge about `soft` pixels wide."""
    mask = Image.new("L", size)
    x, y, half_width, half_height = spot
    box = ((x - half_width) * size[0], (y - half_height) * size[1],
           (x + half_width) * size[0], (y + half_height) * size[1])  # fmt: skip
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return np.asarray(mask.filter(ImageFilter.GaussianBlur(soft)), dtype=np.float64) / 255


def lettered(image: Image.Image, spot: Spot, words: str, panel: bool = True) -> Image.Image:
    """The picture with a sign: dark letters on a light panel, or on the paper itself."""
    result = image.copy()
    draw = ImageDraw.Draw(result)
    x, y = spot[0] * image.width, spot[1] * image.height
    half_width, half_height = spot[2] * image.width, spot[3] * image.height
    if panel:
        box = (x - half_width, y - half_height, x + half_width, y + half_height)
        draw.rectangle(tuple(round(edge) for edge in box), fill=(226, 222, 205))
    font = ImageFont.load_default(size=max(9, round(1.2 * half_height)))
    draw.text((x, y), words, font=font, fill=(32, 38, 70), anchor="mm")
    return result


@cache
def _loaded(picture: Picture) -> Image.Image:
    image = picture.load()
    return lettered(image, picture.things.sign, "OPEN") if picture.has_sign else image
