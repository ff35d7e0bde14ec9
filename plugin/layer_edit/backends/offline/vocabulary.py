"""The closed list of what the offline engine can do, and the words for it.

The parser, the refusals, the docker's help and the manual all read this list. Words stand here in
the parser's plain form: lower case, British spelling, no articles, no hyphens.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from ...texts import N_, tr
from .adjustment import Adjustment, Op, phrases
from .amounts import Unit


@dataclass(frozen=True)
class Capability:
    """One line of 'what it can do': a name, an instruction that does it, and a sentence."""

    name: str
    example: str
    explanation: str


ADJUSTMENTS = (
    Adjustment(
        Op.BRIGHTNESS,
        "slightly brighter",
        N_("Lifts or lowers the middle tones; black and white stay."),
        phrases(
            quantity="brightness, lightness",
            quality="bright",
            opposite="dark",
            more="brighter, brighten, brighten up, lighter, lighten, lighten up",
            less="darker, darken, darken down, dimmer, dim",
        ),
        Unit.PERCENT,
        usual=20,
        most=100,
        signed=True,
    ),
    Adjustment(
        Op.EXPOSURE,
        "exposure +1 stop",
        N_("Multiplies the light, as a longer or shorter exposure would."),
        phrases(quantity="exposure"),
        Unit.STOPS,
        usual=0.5,
        most=5,
        signed=True,
    ),
    Adjustment(
        Op.CONTRAST,
        "reduce the contrast by 20%",
        N_("Spreads the tones from the middle, or draws them together."),
        phrases(quantity="contrast", quality="contrasty", more="contrastier"),
        Unit.PERCENT,
        usual=20,
        most=100,
        signed=True,
    ),
    Adjustment(
        Op.GAMMA,
        "gamma 1.2",
        N_("Bends the tone curve; above 1 is brighter."),
        phrases(look="gamma"),
        Unit.PLAIN,
        least=0.2,
        most=5,
        absolute=True,
    ),
    Adjustment(
        Op.SATURATION,
        "less saturated",
        N_("Makes all colours stronger or weaker."),
        phrases(
            quantity="saturation, colour saturation",
            quality="saturated, colourful, vivid",
            opposite="muted",
            more="saturate",
            less="desaturate, desaturated, mute",
        ),
        Unit.PERCENT,
        usual=25,
        most=100,
        signed=True,
    ),
    Adjustment(
        Op.VIBRANCE,
        "more vibrant",
        N_("Makes weak colours stronger and leaves strong ones."),
        phrases(quantity="vibrance, vibrancy", quality="vibrant"),
        Unit.PERCENT,
        usual=40,
        most=100,
        signed=True,
    ),
    Adjustment(
        Op.WARMTH,
        "a little warmer",
        N_("Moves the white balance to warmer or cooler light."),
        phrases(
            quantity="warmth",
            quality="warm",
            opposite="cool, cold",
            more="warmer, warm up",
            less="cooler, colder, cool down",
        ),
        Unit.PERCENT,
        usual=30,
        most=100,
        signed=True,
    ),
    Adjustment(
        Op.TINT,
        "add a green tint",
        N_("Moves the white balance to green or magenta."),
        phrases(quantity="tint", look="tinted"),
        Unit.PERCENT,
        usual=25,
        most=100,
        signed=True,
    ),
    Adjustment(
        Op.HUE,
        "shift the hue by 40 degrees",
        N_("Turns all colours around the colour circle."),
        phrases(look="hue, hues, hue shift, shift hue, shift hues, rotate hue, rotate hues"),
        Unit.DEGREES,
        least=1,
        most=180,
        signed=True,
    ),
    Adjustment(
        Op.RECOLOUR,
        "change the yellow to magenta",
        N_("Gives everything of one colour another colour and keeps its light and shade."),
        phrases(),
    ),
    Adjustment(
        Op.BLACK_AND_WHITE,
        "black and white",
        N_("Keeps the luminance only."),
        phrases(look="black and white, b and w, bw, greyscale, grey scale, monochrome"),
    ),
    Adjustment(
        Op.SEPIA,
        "sepia",
        N_("Tones the picture brown, as an old print."),
        phrases(look="sepia, sepia tone, sepia toned"),
        Unit.PERCENT,
        usual=100,
        least=1,
        most=100,
    ),
    Adjustment(
        Op.DUOTONE,
        "duotone in navy and orange",
        N_("Prints shadows in the darker of two colours and lights in the other."),
        phrases(look="duotone, duo tone, two tone"),
    ),
    Adjustment(
        Op.INVERT,
        "invert",
        N_("Turns the picture into its negative."),
        phrases(look="invert, inverted, negative"),
    ),
    Adjustment(
        Op.POSTERISE,
        "posterise to 4 levels",
        N_("Leaves a few tones per channel."),
        phrases(look="posterise, posterised"),
        Unit.LEVELS,
        usual=5,
        least=2,
        most=64,
        absolute=True,
    ),
    Adjustment(
        Op.THRESHOLD,
        "threshold at 40%",
        N_("Makes everything above a tone white and the rest black."),
        phrases(look="threshold"),
        Unit.PERCENT,
        usual=50,
        least=1,
        most=99,
        absolute=True,
    ),
    Adjustment(
        Op.AUTO_LEVELS,
        "auto levels",
        N_("Stretches the tones until they run from black to white."),
        phrases(look="auto levels, autolevels, auto contrast, autocontrast, automatic levels"),
    ),
    Adjustment(
        Op.SHARPEN,
        "sharpen slightly",
        N_("Makes fine detail crisper."),
        phrases(quantity="sharpness", quality="sharp, crisp", more="sharpen, sharper, crisper"),
        Unit.PERCENT,
        usual=80,
        least=1,
        most=300,
    ),
    Adjustment(
        Op.BLUR,
        "blur with a radius of 5 px",
        N_("Blurs the whole picture."),
        phrases(
            quality="blur, blurry, blurred, gaussian blur",
            more="blurrier",
        ),
        Unit.PIXELS,
        least=0.5,
        most=250,
        absolute=True,
        counts=("radius",),
    ),
    Adjustment(
        Op.SOFTEN,
        "soften",
        N_("Lays a blurred copy over the picture, as a soft lens does."),
        phrases(quality="soft", more="softer, soften"),
        Unit.PERCENT,
        usual=50,
        least=1,
        most=100,
    ),
    Adjustment(
        Op.DENOISE,
        "denoise",
        N_("Smooths away fine noise."),
        phrases(
            look="denoise, de noise, denoised, noise reduction",
            more="remove noise, reduce noise, less noise, remove grain, reduce grain, less grain",
        ),
        Unit.PERCENT,
        usual=50,
        least=1,
        most=100,
    ),
    Adjustment(
        Op.VIGNETTE,
        "add a strong vignette",
        N_("Darkens the corners."),
        phrases(
            quality="vignette, vignetting",
            more="darken edges, darken corners, darker edges, darker corners",
        ),
        Unit.PERCENT,
        usual=40,
        least=1,
        most=100,
    ),
    Adjustment(
        Op.GRAIN,
        "add a bit of film grain",
        N_("Lays film grain over the picture; the seed decides where."),
        phrases(quality="grain, film grain, grainy, noise, noisy", more="grainier"),
        Unit.PERCENT,
        usual=30,
        least=1,
        most=100,
    ),
    Adjustment(
        Op.FADE,
        "faded",
        N_("Lifts black and weakens the colours, as on an old print."),
        phrases(look="fade, faded, matte"),
        Unit.PERCENT,
        usual=50,
        least=1,
        most=100,
    ),
    Adjustment(
        Op.PIXELATE,
        "pixelate with 24 px blocks",
        N_("Replaces blocks of pixels by their mean colour."),
        phrases(look="pixelate, pixelated, mosaic"),
        Unit.PIXELS,
        least=2,
        most=500,
        absolute=True,
        counts=("blocks", "block", "squares"),
    ),
    Adjustment(
        Op.SKETCH,
        "make it look like a pencil sketch",
        N_("Draws dark lines on white where the tone changes."),
        phrases(look="pencil sketch, pencil drawing, sketch"),
    ),
    Adjustment(
        Op.EDGES,
        "show the edges",
        N_("Shows the outlines as light lines on black."),
        phrases(look="edges, edge detection, find edges, detect edges, show edges"),
    ),
)
"""Everything the engine can do, in the order in which it is shown."""

PHRASES = MappingProxyType(
    {
        phrase: (adjustment, form)
        for adjustment in ADJUSTMENTS
        for form, listed in adjustment.words.items()
        for phrase in listed
    }
)
"""Every phrase, and what it names."""

LONGEST_PHRASE = max(len(phrase.split()) for phrase in PHRASES)
"""Words."""


def adjustment_of(op: Op) -> Adjustment:
    """The vocabulary's entry for `op`."""
    return next(adjustment for adjustment in ADJUSTMENTS if adjustment.op is op)


def capabilities() -> tuple[Capability, ...]:
    """Everything the offline backend can do, each with an instruction that does it."""
    return tuple(
        Capability(tr(adjustment.op.value), adjustment.example, tr(adjustment.explanation))
        for adjustment in ADJUSTMENTS
    )


def abilities_sentence() -> str:
    """What it can do, as the middle of a sentence: 'brightness, exposure, … and edges'."""
    names = [tr(adjustment.op.value) for adjustment in ADJUSTMENTS]
    return tr("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])
