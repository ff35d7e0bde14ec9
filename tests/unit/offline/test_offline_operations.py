"""Each adjustment's measurable property, on synthetic pictures and on the sample photograph."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from layer_edit.backends.offline.colours import COLOURS
from layer_edit.backends.offline.oklab import (
    Gamut,
    from_oklab,
    hue_distance,
    hue_of,
    polar,
    to_encoded,
    to_linear,
    to_oklab,
)
from layer_edit.backends.offline.vocabulary import capabilities

Edit = Callable[..., Image.Image]


def swatch(*colours: tuple[int, int, int], side: int = 16) -> Image.Image:
    """Squares of plain colours beside each other."""
    picture = Image.new("RGB", (side * len(colours), side))
    for index, colour in enumerate(colours):
        picture.paste(colour, (index * side, 0, (index + 1) * side, side))
    return picture


def ramp() -> Image.Image:
    """All greys from 0 to 255, left to right."""
    return Image.frombytes("L", (256, 1), bytes(range(256))).resize((256, 16)).convert("RGB")


def row(picture: Image.Image, band: int = 0) -> list[int]:
    """One band of the top row."""
    return list(picture.getchannel(band).crop((0, 0, picture.width, 1)).tobytes())


def at(picture: Image.Image, index: int, side: int = 16) -> tuple[int, ...]:
    """The colour of a swatch's square."""
    value = picture.getpixel((index * side + side // 2, side // 2))
    assert isinstance(value, tuple)
    return value


def mean(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).mean[0]


def spread(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("L")).stddev[0]


def lab(colour: tuple[int, ...]) -> tuple[float, float, float]:
    """Lightness, chroma and hue."""
    lightness, a, b = to_oklab(*(value / 255 for value in colour[:3]))
    return lightness, math.hypot(a, b), hue_of(a, b)


def chroma(picture: Image.Image) -> float:
    """Mean chroma of a few hundred pixels."""
    data = picture.resize((24, 15), Image.Resampling.NEAREST).tobytes()
    values = [lab(tuple(data[i : i + 3]))[1] for i in range(0, len(data), 3)]
    return sum(values) / len(values)


def most_different(first: Image.Image, second: Image.Image) -> int:
    extrema = ImageChops.difference(first, second).getextrema()
    return max(int(high) for _, high in extrema)  # type: ignore[misc, index]


@pytest.mark.parametrize("capability", capabilities(), ids=lambda c: c.name)
def test_examples_change_the_picture(capability: object, sample: Image.Image, edit: Edit) -> None:
    """Every example changes the sample photograph and keeps its mode and size."""
    edited = edit(sample, capability.example)  # type: ignore[attr-defined]
    assert (edited.mode, edited.size) == ("RGB", sample.size)
    assert most_different(edited, sample) > 4


@pytest.mark.parametrize("instruction", [c.example for c in capabilities()])
def test_same_pixels_twice(instruction: str, sample: Image.Image, edit: Edit) -> None:
    """The same picture, instruction and seed give the same pixels."""
    small = sample.reduce(4)
    assert edit(small, instruction).tobytes() == edit(small, instruction).tobytes()


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("brighter", "darker"),
        ("exposure +1 stop", "exposure -1 stop"),
        ("gamma 1.5", "gamma 0.7"),
    ],
)
def test_light(more: str, less: str, sample: Image.Image, edit: Edit) -> None:
    """Brightness, exposure and gamma raise the mean one way and lower it the other."""
    assert mean(edit(sample, less)) + 3 < mean(sample) < mean(edit(sample, more)) - 3


def test_brightness_keeps_ends(edit: Edit) -> None:
    """Brightness keeps black and white and is monotonic, without a gap wider than 3 codes."""
    edited = row(edit(ramp(), "20% brighter"))
    assert (edited[0], edited[255]) == (0, 255)
    assert edited[128] == pytest.approx(255 * 0.6, abs=2)
    assert all(0 <= after - before <= 3 for before, after in pairwise(edited))


def test_exposure_is_linear_light(edit: Edit) -> None:
    """One stop doubles linear light."""
    edited = row(edit(ramp(), "+1 stop"))
    for code in (20, 80, 140):
        wanted = to_encoded(2 * to_linear(code / 255)) * 255
        assert edited[code] == pytest.approx(wanted, abs=0.51)


def test_contrast(sample: Image.Image, edit: Edit) -> None:
    """Contrast spreads the tones about middle grey, or draws them together."""
    assert spread(edit(sample, "less contrast")) + 3 < spread(sample)
    assert spread(sample) + 3 < spread(edit(sample, "more contrast"))
    steeper = row(edit(ramp(), "more contrast"))
    assert (steeper[0], steeper[255]) == (0, 255)
    assert abs(steeper[128] - 128) <= 1
    assert row(edit(ramp(), "reduce contrast by 100%")) == [128] * 256


def test_gamma_table(edit: Edit) -> None:
    """Gamma is the power 1/gamma of the encoded value, exactly rounded."""
    assert row(edit(ramp(), "gamma 2")) == [round(255 * (c / 255) ** 0.5) for c in range(256)]


def test_saturation(sample: Image.Image, edit: Edit) -> None:
    """Saturation changes chroma both ways, to grey at −100 %, and leaves greys and hue."""
    assert chroma(edit(sample, "much less saturated")) < 0.6 * chroma(sample)
    pale = swatch((180, 140, 130))
    before, after = lab(at(pale, 0)), lab(at(edit(pale, "50% more saturated"), 0))
    assert after[1] == pytest.approx(1.5 * before[1], rel=0.06)
    assert abs(hue_distance(after[2], before[2])) < 2
    assert chroma(edit(sample, "desaturate by 100%")) < 0.003
    assert most_different(edit(ramp(), "more saturated"), ramp()) <= 1


def test_vibrance_prefers_weak_colours(edit: Edit) -> None:
    """Vibrance strengthens a weak colour by more than a strong one."""
    weak, strong = (150, 130, 125), (235, 40, 30)
    edited = edit(swatch(weak, strong), "more vibrant")
    gains = [lab(at(edited, i))[1] / lab(c)[1] for i, c in enumerate((weak, strong))]
    assert gains[0] > 1.2
    assert gains[1] < 1.05


@pytest.mark.parametrize(
    ("instruction", "rising", "falling"),
    [
        ("warmer", 0, 2),
        ("cooler", 2, 0),
        ("add a green tint", 1, 0),
        ("add a magenta tint", 2, 1),
    ],
)
def test_white_balance(instruction: str, rising: int, falling: int, edit: Edit) -> None:
    """Warmth and tint move a grey's channels apart and keep its luminance and black."""
    grey = 120
    edited = edit(swatch((grey, grey, grey), (0, 0, 0)), instruction)
    colour = at(edited, 0)
    assert colour[rising] > grey > colour[falling]
    light = sum(
        w * to_linear(v / 255) for w, v in zip((0.2126, 0.7152, 0.0722), colour, strict=True)
    )
    assert light == pytest.approx(to_linear(grey / 255), rel=0.03)
    assert at(edited, 1) == (0, 0, 0)


def test_hue_shift(edit: Edit) -> None:
    """A hue shift turns hues by its degrees, a full turn in two halves is none, greys stay."""
    colour = (200, 110, 90)
    edited = edit(swatch(colour), "shift the hue by 60 degrees")
    assert hue_distance(lab(at(edited, 0))[2], lab(colour)[2]) == pytest.approx(60, abs=3)
    back = edit(swatch(colour), "hue +180, hue +180")
    assert most_different(back, swatch(colour)) <= 4
    assert most_different(edit(ramp(), "hue +60"), ramp()) <= 1


def test_black_and_white(edit: Edit, sample: Image.Image) -> None:
    """Black and white is the luminance in linear light, and leaves greys."""
    edited = edit(sample, "black and white")
    red, green, blue = edited.split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()
    assert most_different(edit(ramp(), "black and white"), ramp()) <= 1
    green_swatch = at(edit(swatch((0, 255, 0)), "black and white"), 0)[0]
    assert green_swatch == pytest.approx(255 * to_encoded(0.7152), abs=1)


def test_sepia(edit: Edit) -> None:
    """Sepia makes greys brown: red over green over blue, dark to light as before."""
    edited = edit(ramp(), "sepia")
    for code in (60, 128, 200):
        red, green, blue = edited.getpixel((code, 0))  # type: ignore[misc]
        assert 1.04 < red / green < 1.6
        assert 1.08 < green / blue < 2.5
    tones = row(edited, 1)
    assert tones == sorted(tones)


def test_duotone(edit: Edit) -> None:
    """A duotone runs from the darker named colour to the lighter, in whichever order."""
    edited = edit(ramp(), "duotone in orange and navy")
    assert edited.tobytes() == edit(ramp(), "duotone in navy and orange").tobytes()
    for place, name in ((0, "navy"), (255, "orange")):
        colour = edited.getpixel((place, 0))
        assert max(abs(a - b) for a, b in zip(colour, COLOURS[name].rgb, strict=True)) <= 1  # type: ignore[arg-type]


def test_invert_twice(edit: Edit, sample: Image.Image) -> None:
    """Inverting is exact: twice gives every pixel back."""
    assert edit(sample, "invert").tobytes() == ImageChops.invert(sample).tobytes()
    assert edit(sample, "invert, then invert").tobytes() == sample.tobytes()


def test_posterise(edit: Edit) -> None:
    """Posterising leaves exactly that many tones, with black and white among them."""
    tones = sorted(set(row(edit(ramp(), "posterise to 4 levels"))))
    assert tones == [0, 85, 170, 255]


def test_threshold(edit: Edit, sample: Image.Image) -> None:
    """A threshold leaves black and white only, split at its percentage."""
    assert {colour for _, colour in edit(sample, "threshold").getcolors() or []} == {
        (0, 0, 0),
        (255, 255, 255),
    }
    assert row(edit(ramp(), "threshold at 40%")).index(255) == 102


def test_auto_levels(edit: Edit) -> None:
    """Auto levels stretch a flat picture to black and white and keep its hues."""
    flat = ramp().point([60 + code // 3 for code in range(256)] * 3)
    edited = row(edit(flat, "auto levels"))
    assert (edited[0], edited[255]) == (0, 255)
    assert edit(swatch((90, 90, 90)), "auto levels").getpixel((0, 0)) == (90, 90, 90)


def detail(picture: Image.Image) -> float:
    """How much neighbouring pixels differ."""
    tones = picture.convert("L")
    return ImageStat.Stat(ImageChops.difference(tones, ImageChops.offset(tones, 1, 0))).mean[0]


def test_detail(edit: Edit, sample: Image.Image) -> None:
    """Sharpening adds detail; blurring, softening and pixelating take it away, by their amount."""
    plain = detail(sample)
    assert detail(edit(sample, "sharpen strongly")) > detail(edit(sample, "sharpen")) > plain
    assert detail(edit(sample, "blur 8 px")) < detail(edit(sample, "blur 2 px")) < plain
    assert detail(edit(sample, "soften")) < plain
    assert (
        most_different(edit(sample, "blur 3 px"), sample.filter(ImageFilter.GaussianBlur(3))) == 0
    )


def test_denoise(edit: Edit, sample: Image.Image) -> None:
    """Denoising brings a noisy picture nearer to the clean one."""
    clean = sample.filter(ImageFilter.GaussianBlur(2))
    noisy = edit(clean, "add strong grain")
    before = ImageStat.Stat(ImageChops.difference(noisy, clean)).rms[1]
    after = ImageStat.Stat(ImageChops.difference(edit(noisy, "denoise strongly"), clean)).rms[1]
    assert after < 0.9 * before


def test_vignette(edit: Edit) -> None:
    """A vignette darkens the corners by its amount, evenly, and leaves the middle."""
    edited = edit(Image.new("RGB", (301, 201), (200, 200, 200)), "40% vignette").getchannel(0)
    assert edited.getpixel((150, 100)) == 200
    corners = {edited.getpixel(place) for place in ((0, 0), (300, 0), (0, 200), (300, 200))}
    assert corners == {120}
    line = [edited.getpixel((x, 100)) for x in range(150, 301)]
    assert line == sorted(line, reverse=True)  # type: ignore[type-var]


def test_grain(edit: Edit) -> None:
    """Grain keeps the mean, differs by seed, and is stronger in the middle tones than in black."""
    grey = Image.new("RGB", (128, 128), (128, 128, 128))
    first, second = edit(grey, "add grain", seed=1), edit(grey, "add grain", seed=2)
    assert first.tobytes() != second.tobytes()
    assert mean(first) == pytest.approx(128, abs=1.5)
    assert 4 < spread(first) < 25
    assert spread(first) < spread(edit(grey, "add strong grain"))
    assert spread(edit(Image.new("RGB", (128, 128)), "add grain")) == 0


def test_grain_is_version_stable() -> None:
    """The generator's bytes for a seed are those of every Python from 3.9 on."""
    noise = random.Random(42).randbytes(8)  # noqa: S311
    assert noise.hex() == "9d79b1a37f31801c"


def test_fade(edit: Edit) -> None:
    """Fading lifts black, lowers white and weakens colours."""
    edited = edit(swatch((0, 0, 0), (255, 255, 255), (230, 40, 40)), "faded")
    assert 10 < at(edited, 0)[0] < 40
    assert 235 < at(edited, 1)[0] < 255
    assert lab(at(edited, 2))[1] < 0.9 * lab((230, 40, 40))[1]


def test_pixelate(edit: Edit, sample: Image.Image) -> None:
    """Pixelating gives plain blocks of the asked size."""
    edited = edit(sample, "pixelate 20 px")
    for left, top in ((0, 0), (300, 200), (620, 380)):
        block = edited.crop((left, top, min(left + 20, 640), min(top + 20, 400)))
        assert len(block.getcolors() or []) == 1
    assert len(edited.crop((0, 0, 640, 20)).getcolors() or []) > 10


def test_drawings(edit: Edit) -> None:
    """A sketch is dark lines on white, edges are light lines on black, both without colour."""
    step = swatch((60, 90, 60), (160, 120, 160), side=64)
    sketch, edges = edit(step, "pencil sketch"), edit(step, "show the edges")
    assert sketch.getpixel((5, 30)) == (255, 255, 255)
    assert sketch.getpixel((62, 30))[0] < 235  # type: ignore[index]
    assert edges.getpixel((5, 30)) == (0, 0, 0)
    assert edges.getpixel((63, 30))[0] > 100  # type: ignore[index]
    for drawing in (sketch, edges):
        assert len({band.tobytes() for band in drawing.split()}) == 1


def test_merged_steps_do_not_band(edit: Edit) -> None:
    """Curves that follow each other are rounded once: a step and its reverse lose nothing."""
    edited = edit(ramp(), "brightness +50%. brightness -50%")
    assert edited.tobytes() == ramp().tobytes()


def test_tables_are_smooth(edit: Edit) -> None:
    """The 3D table makes no steps in a gradient of one colour."""
    gradient = Image.merge(
        "RGB",
        [ramp().getchannel(0).point([c * k // 255 for c in range(256)]) for k in (240, 180, 90)],
    )
    for instruction in ("more saturated", "hue +30", "sepia", "faded"):
        for band in range(3):
            codes = row(edit(gradient, instruction), band)
            assert max(abs(b - a) for a, b in pairwise(codes)) <= 4


def test_srgb_round_trip() -> None:
    """OKLab and back is the same colour, and greys have no chroma."""
    for colour in ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.2, 0.5, 0.9), (1.0, 0.0, 0.3)):
        assert from_oklab(*to_oklab(*colour)) == pytest.approx(colour, abs=1e-4)
    assert math.hypot(*to_oklab(0.5, 0.5, 0.5)[1:]) < 1e-6


def test_gamut() -> None:
    """The most vivid colour of a hue is on the border of sRGB: one channel is 0 and one is 1."""
    gamut = Gamut.of_srgb()
    for hue in range(0, 360, 7):
        lightness, most = gamut.cusp(hue)
        colour = from_oklab(*polar(lightness, most, hue))
        assert max(colour) > 0.985
        assert min(colour) < 0.08


def test_order_counts(edit: Edit, sample: Image.Image) -> None:
    """Steps are carried out in the order in which they are said."""
    assert chroma(edit(sample, "black and white, then warmer")) > 0.01
    assert chroma(edit(sample, "warmer, then black and white")) < 0.003
    toned = edit(sample, "sepia, invert, sepia")
    assert toned.tobytes() == edit(edit(edit(sample, "sepia"), "invert"), "sepia").tobytes()
