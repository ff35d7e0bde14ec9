"""Flattening over what lies below or a flat colour, against formulas written pixel by pixel."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from layer_edit.editing.background import KINDS, Backdrop, Layer, flatten_over, stack
from layer_edit.editing.blending import MODES, blended
from layer_edit.editing.geometry import Rect, Size

PAIRS = Size(256, 256)
ALL_SOURCES = Image.linear_gradient("L").rotate(90)
ALL_BELOW = Image.linear_gradient("L")


def soft_light(s: float, d: float) -> float:
    """Photoshop's, which Krita calls 'soft_light'."""
    if s <= 0.5:
        return d - (1 - 2 * s) * d * (1 - d)
    return d + (2 * s - 1) * (math.sqrt(d) - d)


def soft_light_svg(s: float, d: float) -> float:
    """That of the W3C's Compositing and Blending."""
    if s <= 0.5 or d > 0.25:
        return soft_light(s, d)
    return d + (2 * s - 1) * (((16 * d - 12) * d + 4) * d - d)


def hard_light(s: float, d: float) -> float:
    """The W3C's: multiply below the middle, screen above."""
    return 2 * s * d if s <= 0.5 else 1 - (2 - 2 * s) * (1 - d)


FORMULAS = {
    "normal": lambda s, d: s,
    "multiply": lambda s, d: s * d,
    "screen": lambda s, d: s + d - s * d,
    "darken": min,
    "lighten": max,
    "add": lambda s, d: s + d,
    "linear_dodge": lambda s, d: s + d,
    "subtract": lambda s, d: d - s,
    "linear_burn": lambda s, d: s + d - 1,
    "diff": lambda s, d: abs(s - d),
    "exclusion": lambda s, d: s + d - 2 * s * d,
    "hard_light": hard_light,
    "overlay": lambda s, d: hard_light(d, s),
    "soft_light": soft_light,
    "soft_light_svg": soft_light_svg,
}

channels = st.tuples(*[st.integers(0, 255)] * 4)
opacities = st.integers(0, 255)


def blend(mode: str, s: float, d: float) -> float:
    return min(1.0, max(0.0, FORMULAS[mode](s, d)))


def over(stacked, layers):
    """One pixel of layers over each other as the W3C has it: (r, g, b, a), each 0–1."""
    for colour, opacity, mode in layers:
        alpha = colour[3] / 255 * opacity / 255
        *below, below_alpha = stacked
        union = alpha + below_alpha - alpha * below_alpha
        mixed = [
            (1 - below_alpha) * s / 255 + below_alpha * blend(mode, s / 255, d)
            for s, d in zip(colour[:3], below, strict=True)
        ]
        stacked = [
            (alpha * m + (1 - alpha) * below_alpha * d) / union if union else 0.0
            for m, d in zip(mixed, below, strict=True)
        ] + [union]
    return stacked


def on_white(pixel):
    """The pixel over white, 0–255."""
    *colour, alpha = pixel
    return [255 * (alpha * value + 1 - alpha) for value in colour]


def one_pixel(colour) -> Image.Image:
    return Image.new("RGBA", (1, 1), colour)


def farthest(seen, expected) -> float:
    return max(abs(one - other) for one, other in zip(seen, expected, strict=True))


def test_every_mode_has_a_formula_here():
    """So that none is added unchecked."""
    assert set(FORMULAS) == {*MODES, "normal"}


@pytest.mark.parametrize("mode", FORMULAS)
def test_a_mode_follows_its_formula_for_all_values(mode):
    """All 65,536 pairs of values, within 1/255 of the exact number."""
    s, d = (Image.merge("RGB", [one] * 3) for one in (ALL_SOURCES, ALL_BELOW))
    seen = blended(s, d, mode).getchannel("G").tobytes()
    pairs = zip(ALL_SOURCES.tobytes(), ALL_BELOW.tobytes(), strict=True)
    expected = [255 * blend(mode, one / 255, other / 255) for one, other in pairs]
    assert len(set(zip(ALL_SOURCES.tobytes(), ALL_BELOW.tobytes(), strict=True))) == PAIRS.pixels
    assert farthest(seen, expected) <= 1


@settings(max_examples=400, deadline=None)
@given(channels, st.tuples(*[st.integers(0, 255)] * 3), opacities, st.sampled_from(list(FORMULAS)))
def test_a_layer_on_an_opaque_one_is_exact(colour, below, opacity, mode):
    """Any colour, alpha, opacity and mode: within 1/255 of the formula's rounded value."""
    here = Rect(0, 0, 1, 1)
    layers = (
        Layer(Image.new("RGB", (1, 1), below), here),
        Layer(one_pixel(colour), here, opacity, mode),
    )
    seen = Backdrop("auto", layers).picture(here).getpixel((0, 0))
    start = [value / 255 for value in below] + [1.0]
    expected = on_white(over(start, [(colour, opacity, mode)]))
    assert farthest(seen, [round(value) for value in expected]) <= 1


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(channels, opacities), min_size=1, max_size=4))
def test_half_transparent_layers_add_up_over_white(layers):
    """Each layer may add its own rounding of half a step, in colour and in alpha."""
    here = Rect(0, 0, 1, 1)
    stacked = tuple(Layer(one_pixel(colour), here, opacity) for colour, opacity in layers)
    seen = Backdrop("auto", stacked).picture(here).getpixel((0, 0))
    expected = over([0.0] * 4, [(colour, opacity, "normal") for colour, opacity in layers])
    assert farthest(seen, on_white(expected)) <= len(layers) + 1


@settings(max_examples=300, deadline=None)
@given(channels, st.sampled_from(["white", "black", "grey"]))
def test_a_flat_background_shows_as_far_as_the_source_is_transparent(colour, kind):
    """One mix, one rounding: within half a step, and grey is 128."""
    flat = {"white": 255, "black": 0, "grey": 128}[kind]
    seen = flatten_over(one_pixel(colour), Rect(5, 5, 1, 1), Backdrop(kind)).getpixel((0, 0))
    alpha = colour[3] / 255
    assert farthest(seen, [alpha * value + (1 - alpha) * flat for value in colour[:3]]) <= 0.51


@pytest.mark.parametrize("mode", ["add", "screen", "diff", "soft_light"])
def test_over_nothing_every_mode_shows_its_own_colour(mode):
    """As Krita does: 'add' over transparency is not added to the white behind it."""
    here = Rect(0, 0, 1, 1)
    seen = Backdrop("auto", (Layer(one_pixel((10, 100, 200, 255)), here, 255, mode),)).picture(here)
    assert seen.getpixel((0, 0)) == (10, 100, 200)


def test_an_unknown_mode_is_taken_as_normal():
    """Krita has more modes than can be computed here; their layers are shown plainly."""
    here = Rect(0, 0, 1, 1)
    layers = tuple(Layer(one_pixel(c), here, 255, "hue_hsi") for c in ("red", (0, 0, 255, 128)))
    assert Backdrop("auto", layers).picture(here).getpixel((0, 0)) == (127, 0, 128)


def test_layers_lie_where_their_bounds_say():
    """Partly outside, wholly outside, negative: each pixel of the picture sees its own layers."""
    red = Layer(Image.new("RGBA", (4, 4), "red"), Rect(-6, -6, 4, 4))
    blue = Layer(Image.new("RGBA", (3, 9), "blue"), Rect(-3, -8, 3, 9))
    far = Layer(Image.new("RGBA", (5, 5), "lime"), Rect(90, 90, 5, 5))
    seen = stack((red, blue, far), Rect(-5, -5, 5, 5))
    rows = [
        "".join({0: "."}.get(a, "b" if b else "r") for _, _, b, a in row) for row in rows_of(seen)
    ]
    assert rows == ["rrbbb", "rrbbb", "rrbbb", "..bbb", "..bbb"]


def rows_of(image: Image.Image) -> list[list[tuple[int, ...]]]:
    return [[image.getpixel((x, y)) for x in range(image.width)] for y in range(image.height)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_opaque_source_is_itself_over_anything(kind):
    """And one without an alpha channel is not even mixed."""
    below = Layer(Image.new("RGBA", (20, 20), "red"), Rect(0, 0, 20, 20))
    source = Image.effect_noise((20, 20), 90).convert("RGB")
    for image in (source, source.convert("RGBA")):
        seen = flatten_over(image, Rect(0, 0, 20, 20), Backdrop(kind, (below,)))
        assert (seen.mode, seen.tobytes()) == ("RGB", source.tobytes())


def test_only_auto_looks_at_what_lies_below():
    """A chosen colour is that colour, whatever is there."""
    below = (Layer(Image.new("RGBA", (1, 1), "red"), Rect(0, 0, 1, 1)),)
    seen = {
        kind: Backdrop(kind, below).picture(Rect(0, 0, 1, 1)).getpixel((0, 0)) for kind in KINDS
    }
    expected = {"white": (255,) * 3, "black": (0,) * 3, "grey": (128,) * 3, "auto": (255, 0, 0)}
    assert seen == expected


def test_another_kind_is_refused():
    """A misspelt setting is an error, not white."""
    with pytest.raises(ValueError, match="pink"):
        Backdrop("pink")
