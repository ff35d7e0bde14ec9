"""One named colour to another: what turns, what stays, and how smooth the border is."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from PIL import Image, ImageChops

from layer_edit.backends.offline.colours import COLOURS
from layer_edit.backends.offline.oklab import (
    Gamut,
    from_oklab,
    hue_distance,
    hue_of,
    polar,
    to_oklab,
)

Edit = Callable[..., Image.Image]

TYPICAL = {
    "red": (200, 30, 40),
    "orange": (240, 130, 20),
    "yellow": (245, 215, 30),
    "green": (50, 140, 50),
    "lime": (160, 220, 40),
    "teal": (10, 120, 120),
    "turquoise": (60, 200, 190),
    "cyan": (20, 200, 230),
    "blue": (40, 90, 210),
    "navy": (10, 20, 100),
    "violet": (120, 60, 220),
    "purple": (130, 30, 170),
    "magenta": (220, 30, 190),
    "pink": (250, 150, 190),
    "brown": (110, 65, 30),
    "gold": (205, 160, 40),
}


def plain(*colours: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGB", (16 * len(colours), 16))
    for index, colour in enumerate(colours):
        picture.paste(colour, (16 * index, 0, 16 * index + 16, 16))
    return picture


def lch(colour: object) -> tuple[float, float, float]:
    """Lightness, chroma and hue of an RGB pixel."""
    assert isinstance(colour, tuple)
    lightness, a, b = to_oklab(*(value / 255 for value in colour[:3]))
    return lightness, math.hypot(a, b), hue_of(a, b)


@pytest.mark.parametrize(("name", "colour"), TYPICAL.items())
def test_typical_colours_have_their_name(
    name: str, colour: tuple[int, int, int], edit: Edit
) -> None:
    """What people call by a name turns wholly to the target's hue."""
    target = "blue" if name in ("red", "orange", "yellow", "gold", "brown", "pink") else "red"
    edited = edit(plain(colour), f"change {name} to {target}")
    hue = lch(edited.getpixel((8, 8)))[2]
    assert abs(hue_distance(hue, lch(COLOURS[target].rgb)[2])) < 12


@pytest.mark.parametrize("source", ["red", "yellow", "green", "blue", "purple"])
def test_others_stay(source: str, edit: Edit) -> None:
    """Other colours and greys stay within 1/255."""
    near = {
        "red": ("red", "pink", "orange", "brown", "magenta"),
        "yellow": ("yellow", "gold", "orange", "lime", "brown"),
        "green": ("green", "lime"),
        "blue": ("blue", "navy", "violet", "cyan"),
        "purple": ("purple", "violet", "magenta"),
    }[source]
    others = [colour for name, colour in TYPICAL.items() if name not in near]
    others += [(0, 0, 0), (90, 90, 90), (200, 200, 200), (255, 255, 255)]
    picture = plain(*others)
    edited = edit(picture, f"change {source} to {'green' if source != 'green' else 'red'}")
    assert all(high <= 1 for _, high in ImageChops.difference(edited, picture).getextrema())  # type: ignore[misc]


@pytest.mark.parametrize("target", ["red", "green", "blue", "magenta", "teal", "brown"])
def test_light_and_shade_stay(target: str, edit: Edit) -> None:
    """Lightness keeps its order from shade to highlight, and the vivid middle meets the target."""
    gamut = Gamut.of_srgb()
    tones = []
    for index in range(1, 20):
        lightness = 0.4 + index * 0.028
        colour = from_oklab(*polar(lightness, 0.95 * gamut.most_chroma(lightness, 100), 100))
        tones.append(tuple(round(value * 255) for value in colour))
    edited = edit(plain(*tones), f"change yellow to {target}")  # type: ignore[arg-type]
    results = [lch(edited.getpixel((16 * index + 8, 8))) for index in range(len(tones))]
    lights = [light for light, _, _ in results]
    assert all(after > before - 0.005 for before, after in pairwise(lights))
    assert lights[-1] - lights[0] > 0.25
    wanted = lch(COLOURS[target].rgb)
    nearest = min(math.dist(result[:2], wanted[:2]) for result in results)
    assert nearest < 0.12


def test_sample_petals(edit: Edit, sample: Image.Image) -> None:
    """On the sample, lit, shaded and orange petals turn magenta; the background stays."""
    edited = edit(sample, "change the yellow to magenta")
    wanted = lch(COLOURS["magenta"].rgb)[2]
    for place in ((505, 60), (330, 140), (200, 240), (390, 285), (250, 330), (560, 150)):
        light, vivid, hue = lch(edited.getpixel(place))
        assert abs(hue_distance(hue, wanted)) < 15
        assert vivid > 0.5 * lch(sample.getpixel(place))[1]
        assert light > 0.3
    for box in ((0, 0, 90, 250), (20, 300, 90, 390), (110, 0, 200, 90)):
        difference = ImageChops.difference(edited.crop(box), sample.crop(box))
        assert all(high <= 8 for _, high in difference.getextrema())  # type: ignore[misc]


def test_border_is_smooth(edit: Edit) -> None:
    """Across all hues no step appears: neighbours half a degree apart stay near each other."""
    gamut = Gamut.of_srgb()
    picture = Image.new("RGB", (720, 8))
    for x in range(720):
        colour = from_oklab(*polar(0.6, 0.7 * gamut.most_chroma(0.6, x / 2), x / 2))
        picture.paste(tuple(round(value * 255) for value in colour), (x, 0, x + 1, 8))  # type: ignore[arg-type]
    edited = edit(picture, "change the green to magenta")
    data = edited.crop((0, 0, 720, 1)).tobytes()
    steps = [abs(a - b) for a, b in zip(data, data[3:], strict=False)]
    assert max(steps) <= 24


@pytest.mark.parametrize(
    ("instruction", "colour", "kept"),
    [
        ("change the white to pink", (245, 245, 245), (60, 60, 60)),
        ("change the black to red", (20, 20, 20), (200, 200, 200)),
        ("change the grey to blue", (128, 128, 128), (250, 250, 250)),
    ],
)
def test_neutral_sources(
    instruction: str, colour: tuple[int, int, int], kept: tuple[int, int, int], edit: Edit
) -> None:
    """Black, white and grey are taken by lightness and get the target's hue."""
    vivid = (230, 60, 20)
    edited = edit(plain(colour, kept, vivid), instruction)
    target = COLOURS[instruction.rsplit(maxsplit=1)[-1]]
    assert abs(hue_distance(lch(edited.getpixel((8, 8)))[2], lch(target.rgb)[2])) < 6
    assert edited.getpixel((24, 8)) == kept
    assert edited.getpixel((40, 8)) == vivid


@pytest.mark.parametrize(
    ("target", "low", "high"), [("black", 0.0, 0.35), ("white", 0.78, 1.0), ("grey", 0.4, 0.75)]
)
def test_neutral_targets(target: str, low: float, high: float, edit: Edit) -> None:
    """A colour turned black, white or grey loses its chroma and gets near that lightness."""
    light, vivid, _ = lch(edit(plain((40, 90, 210)), f"blue to {target}").getpixel((8, 8)))
    assert vivid < 0.02
    assert low <= light <= high


def test_orange_counts_as_yellow_only_in_its_company(edit: Edit) -> None:
    """An orange that stands alone is not yellow; one that runs on from the picture's yellow is."""
    orange = (215, 120, 10)
    alone = plain(orange, (250, 225, 40))
    assert edit(alone, "yellow to blue").getpixel((8, 8)) == orange
    gamut = Gamut.of_srgb()
    run = Image.new("RGB", (400, 64))
    for x in range(400):
        hue = 55 + x / 8
        colour = from_oklab(*polar(0.7, 0.9 * gamut.most_chroma(0.7, hue), hue))
        run.paste(tuple(round(value * 255) for value in colour), (x, 0, x + 1, 64))  # type: ignore[arg-type]
    turned = lch(edit(run, "yellow to blue").getpixel((60, 8)))
    assert abs(hue_distance(turned[2], lch(COLOURS["blue"].rgb)[2])) < 15


def test_larger_neighbour_is_left_alone(edit: Edit) -> None:
    """A much larger amount of orange beside a little yellow is another colour, and stays."""
    gamut = Gamut.of_srgb()
    picture = Image.new("RGB", (400, 64))
    for x in range(400):
        hue = 58 + x / 50 if x < 320 else 66 + (x - 320) / 2
        colour = from_oklab(*polar(0.7, 0.9 * gamut.most_chroma(0.7, hue), hue))
        picture.paste(tuple(round(value * 255) for value in colour), (x, 0, x + 1, 64))  # type: ignore[arg-type]
    edited = edit(picture, "yellow to blue")
    box = (0, 0, 150, 64)
    difference = ImageChops.difference(edited.crop(box), picture.crop(box))
    assert all(high <= 2 for _, high in difference.getextrema())  # type: ignore[misc]
    assert edited.getpixel((385, 8)) != picture.getpixel((385, 8))
