"""Pictures drawn by code for the fidelity bench; each call gives the same pixels."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy import ndimage

FINE = 3
"""Drawn at this many times the size, then reduced: smooth edges."""

TEXT = (
    "Every result lies straight above the layer that it was made from, so that nothing has to be "
    "looked for. What was asked for is its name. The layer below is never written, and one step "
    "back takes all of it away again. A picture may be as large as memory allows; it is read in "
    "narrow strips while the program goes on."
)


def _canvas(size: tuple[int, int], paper: object) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (size[0] * FINE, size[1] * FINE), paper)  # type: ignore[arg-type]
    return image, ImageDraw.Draw(image)


def _done(image: Image.Image) -> Image.Image:
    return image.reduce(FINE)


def _box(x: float, y: float, half_width: float, half_height: float) -> tuple[float, ...]:
    edges = (x - half_width, y - half_height, x + half_width, y + half_height)
    return tuple(edge * FINE for edge in edges)


def line_art() -> Image.Image:
    """Black ink on white paper, 960 × 720: a face, a pot, plants, hatching."""
    image, draw = _canvas((960, 720), "white")

    def stroke(points: list[tuple[float, float]], width: float) -> None:
        scaled = [(x * FINE, y * FINE) for x, y in points]
        draw.line(scaled, fill="black", width=round(width * FINE), joint="curve")

    draw.ellipse(_box(595, 396, 76, 86), outline="black", width=4 * FINE)
    draw.ellipse(_box(568, 375, 9, 12), fill="black")
    draw.ellipse(_box(624, 375, 9, 12), fill="black")
    stroke([(570, 435), (585, 446), (605, 446), (622, 434)], 3)
    stroke([(190, 300), (210, 430), (310, 430), (330, 300), (190, 300)], 4)
    for step in range(9):
        stroke([(205 + step * 13, 310), (200 + step * 14, 420)], 1.5)
    for plant in range(7):
        x = 60 + plant * 140
        stroke([(x + 14 * math.sin(t / 6) * t / 20, 700 - t * 4) for t in range(40)], 2.5)
        for leaf in range(5):
            draw.arc(_box(x + 12, 680 - leaf * 30, 24, 14), 180, 330, fill="black", width=2 * FINE)
    for step in range(46):
        stroke([(30 + step * 20, 60 + 25 * math.sin(step)), (45 + step * 20, 130)], 1.2)
    stroke([(20, 560), (300, 540), (640, 575), (940, 550)], 3)
    return _done(image)


def flat_colour() -> Image.Image:
    """A landscape of flat areas, 1000 × 640."""
    image, draw = _canvas((1000, 640), (135, 196, 232))

    def area(points: list[tuple[int, int]], fill: tuple[int, int, int]) -> None:
        draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=fill)

    draw.ellipse(_box(140, 110, 55, 55), fill=(250, 220, 90))
    area([(0, 400), (220, 220), (420, 400), (600, 180), (1000, 420), (1000, 640), (0, 640)],
         (96, 132, 110))  # fmt: skip
    area([(0, 470), (400, 400), (1000, 480), (1000, 640), (0, 640)], (156, 196, 92))
    area([(250, 330), (390, 330), (390, 500), (250, 500)], (204, 92, 70))
    area([(235, 335), (320, 265), (405, 335)], (92, 58, 60))
    area([(300, 430), (340, 430), (340, 500), (300, 500)], (60, 44, 50))
    draw.ellipse(_box(660, 422, 80, 72), fill=(232, 140, 60))
    area([(652, 480), (668, 480), (668, 560), (652, 560)], (110, 80, 56))
    for x in range(40, 1000, 80):
        area([(x, 600), (x + 12, 555), (x + 24, 600)], (60, 110, 66))
    draw.ellipse(_box(800, 80, 70, 24), fill=(240, 246, 250))
    draw.ellipse(_box(850, 95, 80, 22), fill=(240, 246, 250))
    return _done(image)


def gradients() -> Image.Image:
    """Smooth ramps and shaded balls, 800 × 800."""
    rows, columns = np.mgrid[0:800, 0:800] / 800.0
    picture = np.stack(
        [120 + 100 * columns - 30 * rows, 90 + 110 * rows, 200 - 90 * columns * rows - 40 * rows],
        -1,
    )
    for x, y, radius, colour in (
        (0.3, 0.35, 0.13, (235, 120, 90)),
        (0.7, 0.65, 0.14, (90, 210, 160)),
        (0.52, 0.2, 0.09, (250, 230, 120)),
        (0.15, 0.62, 0.08, (90, 110, 220)),
    ):
        distance = np.hypot(columns - x, rows - y) / radius
        light = (
            1.15 - 0.9 * np.hypot(columns - x + radius / 3, rows - y + radius / 3) / radius / 1.4
        )
        inside = np.clip((1 - distance) * radius * 800 / 1.5 + 0.5, 0, 1)[..., None]
        picture = picture * (1 - inside) + inside * light[..., None] * np.array(colour)
    return _image(picture)


def dark() -> Image.Image:
    """A room at night, 900 × 675: a lamp's glow, dim furniture, the noise of a dark photograph."""
    image, draw = _canvas((900, 675), (11, 13, 20))
    draw.rectangle(_box(450, 610, 450, 65), fill=(20, 16, 14))
    draw.rectangle(_box(225, 420, 70, 100), fill=(34, 26, 20))
    draw.ellipse(_box(495, 486, 95, 75), fill=(24, 30, 42))
    draw.polygon([(v[0] * FINE, v[1] * FINE) for v in ((640, 560), (700, 380), (760, 560))],
                 fill=(30, 20, 26))  # fmt: skip
    for step in range(6):
        draw.line(_box(80 + step * 150, 300, 0, 240), fill=(17, 19, 27), width=3 * FINE)
    picture = np.asarray(_done(image), dtype=np.float64)
    rows, columns = np.mgrid[0:675, 0:900]
    glow = 70 * np.exp(-(np.hypot(columns - 120, rows - 150) / 120))
    picture = picture + glow[..., None] * np.array([1.0, 0.8, 0.5])
    return _image(picture + _grain((675, 900), 2.2, seed=4))


def noisy() -> Image.Image:
    """Coloured shapes under strong grain (standard deviation 14), 840 × 630."""
    image, draw = _canvas((840, 630), (150, 150, 140))
    draw.rectangle(_box(420, 560, 420, 70), fill=(96, 104, 84))
    draw.ellipse(_box(294, 390, 100, 95), fill=(190, 80, 70))
    draw.rectangle(_box(605, 265, 95, 85), fill=(70, 100, 160))
    draw.polygon([(v[0] * FINE, v[1] * FINE) for v in ((90, 520), (160, 330), (230, 520))],
                 fill=(200, 190, 110))  # fmt: skip
    draw.line((0, 200 * FINE, 840 * FINE, 120 * FINE), fill=(60, 60, 60), width=7 * FINE)
    picture = np.asarray(_done(image), dtype=np.float64)
    return _image(picture + _grain((630, 840), 14, seed=5))


def text_page() -> Image.Image:
    """A printed page, 800 × 1000: a heading, four paragraphs, a diagram."""
    image = Image.new("RGB", (800, 1000), (250, 248, 242))
    draw = ImageDraw.Draw(image)
    draw.rectangle((80, 90, 720, 170), fill=(40, 70, 130))
    font = ImageFont.load_default(size=44)
    draw.text((400, 130), "The layer above", font=font, fill="white", anchor="mm")
    body, words = ImageFont.load_default(size=19), TEXT.split() * 5
    for line in range(26):
        y = 220 + line * 23 + (line // 7) * 16
        if y > 780:
            break
        text = " ".join(words[line * 9 : line * 9 + 9])
        draw.text((80, y), text[:66], font=body, fill=(30, 30, 34))
    for bar, height in enumerate((60, 110, 85, 140, 95)):
        left = 440 + bar * 52
        draw.rectangle((left, 960 - height, left + 36, 960), fill=(190, 90 + bar * 25, 60))
    draw.line((430, 960, 720, 960), fill=(30, 30, 34), width=2)
    return image


def painting() -> Image.Image:
    """Brush strokes over cloudy colours, 900 × 700."""
    random = np.random.default_rng(6)
    layers = [
        ndimage.gaussian_filter(random.normal(size=(700, 900)), sigma, mode="reflect") * sigma
        for sigma in (60, 20, 6)
    ]
    cloud = sum(layers)
    ground = np.stack([130 + 60 * cloud, 120 + 50 * layers[0] - 30 * layers[1],
                       120 - 50 * cloud + 30 * layers[1]], -1)  # fmt: skip
    image = _image(ground)
    image = image.resize((900 * FINE, 700 * FINE), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(700):
        x, y = random.uniform(0, 900), random.uniform(0, 700)
        angle, length = random.normal(0.4, 0.5), random.uniform(15, 60)
        base = np.array(image.getpixel((int(x * FINE), int(y * FINE))))
        colour = tuple(int(v) for v in np.clip(base + random.normal(0, 22, 3), 0, 255))
        end = (x + length * math.cos(angle), y + length * math.sin(angle))
        draw.line((x * FINE, y * FINE, end[0] * FINE, end[1] * FINE), fill=colour,
                  width=int(random.uniform(3, 9) * FINE))  # fmt: skip
    draw.ellipse(_box(360, 420, 80, 85), fill=(170, 60, 50))
    draw.ellipse(_box(612, 434, 76, 80), fill=(60, 110, 90))
    return _done(image.filter(ImageFilter.GaussianBlur(1.5)))


def poster() -> Image.Image:
    """A street of flat areas, 900 × 640."""
    image, draw = _canvas((900, 640), (244, 214, 168))

    def box(left: int, top: int, right: int, bottom: int, fill: tuple[int, int, int]) -> None:
        draw.rectangle(tuple(edge * FINE for edge in (left, top, right, bottom)), fill=fill)

    draw.ellipse(_box(700, 150, 80, 80), fill=(226, 110, 84))
    for left, top, right, wall, window in (
        (0, 260, 180, (78, 112, 150), (240, 230, 170)),
        (180, 190, 330, (182, 84, 88), (120, 180, 190)),
        (330, 300, 520, (216, 164, 92), (92, 70, 76)),
        (520, 230, 690, (100, 148, 128), (236, 236, 226)),
        (690, 330, 900, (146, 108, 160), (244, 206, 120)),
    ):
        box(left, top, right, 520, wall)
        for x in range(left + 24, right - 40, 48):
            for y in range(top + 26, 470, 62):
                box(x, y, x + 24, y + 34, window)
    box(0, 520, 900, 640, (92, 96, 106))
    for x in range(20, 900, 120):
        box(x, 576, x + 62, 584, (238, 226, 150))
    box(360, 470, 540, 548, (206, 60, 60))
    for x in (396, 504):
        draw.ellipse(_box(x, 552, 22, 22), fill=(40, 40, 48))
    return _done(image)


def street_lamps() -> Image.Image:
    """A street at night, 920 × 640: two lamps, lit windows, the noise of a dark photograph."""
    image, draw = _canvas((920, 640), (9, 11, 18))
    for left, top, width, wall in (
        (0, 200, 230, (19, 17, 20)),
        (230, 120, 190, (14, 16, 24)),
        (470, 230, 210, (24, 19, 17)),
        (680, 160, 240, (15, 20, 22)),
    ):
        edges = (left, top, left + width, 520)
        draw.rectangle(tuple(edge * FINE for edge in edges), fill=wall)
    for x, y, light in (
        (60, 260, (120, 96, 52)),
        (560, 300, (64, 70, 84)),
        (800, 250, (92, 60, 40)),
    ):
        draw.rectangle(_box(x, y, 13, 19), fill=light)
    draw.rectangle(_box(460, 580, 460, 60), fill=(17, 17, 19))
    picture = np.asarray(_done(image), dtype=np.float64)
    rows, columns = np.mgrid[0:640, 0:920]
    for x, y, reach, light in ((330, 180, 80, (90, 74, 44)), (640, 420, 55, (40, 52, 66))):
        glow = np.exp(-np.hypot(columns - x, rows - y) / reach)
        picture = picture + glow[..., None] * np.array(light)
    return _image(picture + _grain((640, 920), 2.5, seed=8))


def stars() -> Image.Image:
    """Stars and a faint band of light over a nearly black sky, 960 × 800."""
    random = np.random.default_rng(9)
    rows, columns = np.mgrid[0:800, 0:960]
    band = np.exp(-(((rows - 0.5 * columns - 150) / 130) ** 2))
    picture = np.array([7.0, 8.0, 12.0]) + band[..., None] * np.array([12.0, 10.0, 9.0])
    for _ in range(700):
        x, y, reach = random.uniform(0, 960), random.uniform(0, 800), random.gamma(1.6, 0.8) + 0.6
        light = random.gamma(1.2, 60) * np.array([1, 0.9, 0.8] if random.random() < 0.5 else
                                                 [0.75, 0.85, 1])  # fmt: skip
        near = (slice(max(0, int(y - 6 * reach)), int(y + 6 * reach) + 1),
                slice(max(0, int(x - 6 * reach)), int(x + 6 * reach) + 1))  # fmt: skip
        distance = np.hypot(columns[near] - x, rows[near] - y) / reach
        picture[near] += np.exp(-(distance**1.5) / 1.5)[..., None] * light
    return _image(picture + _grain((800, 960), 3, seed=10))


def _grain(shape: tuple[int, int], deviation: float, seed: int) -> NDArray[np.float64]:
    """Noise as of a camera: a little blurred, the channels partly alike."""
    random = np.random.default_rng(seed)
    shared = random.normal(0, deviation, (*shape, 1))
    own = random.normal(0, deviation, (*shape, 3))
    mixed = np.sqrt(0.5) * shared + np.sqrt(0.5) * own
    return ndimage.gaussian_filter(mixed, (0.45, 0.45, 0))


def _image(picture: NDArray[np.float64]) -> Image.Image:
    return Image.fromarray(np.clip(np.round(picture), 0, 255).astype(np.uint8))
