"""What the offline parser understands, and that it refuses everything else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layer_edit.backends.base import DeclinedError
from layer_edit.backends.offline.adjustment import Op
from layer_edit.backends.offline.parser import parse
from layer_edit.backends.offline.vocabulary import ADJUSTMENTS, PHRASES, capabilities
from layer_edit.editing.errors import InputError

ONE_STEP = {
    "brighter": "brightness +20%",
    "Darker!": "brightness -20%",
    "make the picture a little brighter, please": "brightness +10%",
    "Could you make the whole image much darker?": "brightness -40%",
    "I'd like it 30% brighter": "brightness +30%",
    "I want it to be very slightly darker": "brightness -5%",
    "brighten it up by 30 percent": "brightness +30%",
    "brighter by 15 per cent": "brightness +15%",
    "brightness -20": "brightness -20%",
    "less dark": "brightness +20%",
    "one stop brighter": "exposure +1 stop",
    "half a stop darker": "exposure -0.5 stops",
    "+1 stop": "exposure +1 stop",
    "−1/2 stop": "exposure -0.5 stops",
    "set the exposure to +1.5 EV": "exposure +1.5 stops",
    "increase the exposure by 100%": "exposure +1 stop",
    "reduce the contrast by 20%": "contrast -20%",
    "strong contrast": "contrast +40%",
    "contrast +10": "contrast +10%",
    "gamma 1.2": "gamma 1.2",
    "raise the gamma to 1.4": "gamma 1.4",
    "more saturated colors": "saturation +25%",
    "much less saturated": "saturation -50%",
    "desaturate by 60%": "saturation -60%",
    "more colorful": "saturation +25%",
    "more vibrant": "vibrance +40%",
    "increase the warmth": "warmth +30%",
    "a bit cooler": "warmth -15%",
    "cool it down": "warmth -30%",
    "warm it up a bit": "warmth +15%",
    "add a green tint": "green tint 25%",
    "tint towards magenta by 10%": "magenta tint 10%",
    "less green tint": "magenta tint 25%",
    "shift the hue by 40 degrees": "hue shift +40 degrees",
    "rotate hue -90°": "hue shift -90 degrees",
    "black and white": "black and white",
    "Black & White": "black and white",
    "convert it to grayscale": "black and white",
    "make it look like black-and-white": "black and white",
    "sepia 50%": "sepia 50%",
    "duotone in navy and orange": "duotone in navy and orange",
    "dark blue and light pink duotone": "duotone in dark blue and light pink",
    "invert the colours": "invert",
    "posterize to 8 levels": "posterise 8 levels",
    "4 levels posterise": "posterise 4 levels",
    "threshold at 40%": "threshold 40%",
    "auto-levels": "auto levels",
    "sharpen slightly": "sharpen 40%",
    "a bit sharper": "sharpen 40%",
    "blur with a radius of 5 px": "blur 5 px",
    "5px blur": "blur 5 px",
    "soften": "soften 50%",
    "remove the noise": "denoise 50%",
    "less grain": "denoise 50%",
    "add a strong vignette": "vignette 80%",
    "darken the corners": "vignette 40%",
    "add film grain": "film grain 30%",
    "grainy": "film grain 30%",
    "faded": "fade 50%",
    "pixelate with 24 px blocks": "pixelate 24 px",
    "make it look like a pencil sketch": "pencil sketch",
    "show the edges": "edges",
    "change the yellow to magenta": "yellow to magenta",
    "Turn YELLOW into magenta, please": "yellow to magenta",
    "make the red parts green": "red to green",
    "make the yellow flower purple": "yellow to purple",
    "recolor blue -> dark green": "blue to dark green",
    "replace the gray with light pink": "grey to light pink",
    "make everything that is white teal": "white to teal",
    "change the yellow flower to a purple flower": "yellow to purple",
    "can you make all the blue in the picture red?": "blue to red",
}

SEVERAL_STEPS = {
    "brighter and warmer": ["brightness +20%", "warmth +30%"],
    "darker; sharper\nadd grain. invert": [
        "brightness -20%",
        "sharpen 80%",
        "film grain 30%",
        "invert",
    ],
    "sepia, then a vignette": ["sepia 100%", "vignette 40%"],
    "black and white with grain": ["black and white", "film grain 30%"],
    "increase contrast and saturation by 20%": ["contrast +20%", "saturation +20%"],
    "reduce the contrast, saturation by 15%": ["contrast -15%", "saturation -15%"],
    "reduce the contrast and the warmth": ["contrast -20%", "warmth -30%"],
    "less bright and colourful": ["brightness -20%", "saturation -25%"],
    "less contrast and make it warm": ["contrast -20%", "warmth +30%"],
    "less contrast. Warm": ["contrast -20%", "warmth +30%"],
    "brightness +20, contrast -10": ["brightness +20%", "contrast -10%"],
    "reduce contrast by 10% and saturation by 30%": ["contrast -10%", "saturation -30%"],
    "change the red to blue and the green to orange": ["red to blue", "green to orange"],
}

KEPT = {
    "warmer. Keep the face and the hands unchanged.": ["the face", "the hands"],
    "Keep the blue sky, brighter": ["the blue sky"],
    "brighter without changing the colours": ["the colours"],
    "Don't touch the logo; invert": ["the logo"],
    "do not change the text, then sharpen": ["the text"],
    "leave everything else as it is, and make yellow blue": ["everything else"],
    "darker but keep the man, his hat and the dog": ["the man", "his hat", "the dog"],
}

REFUSED = {
    "replace the jacket with a leather jacket": ("replace", "jacket", "leather"),
    "remove the man": ("remove", "man"),
    "make it look like summer": ("summer",),
    "brighter and add a hat": ("hat",),
    "change the jacket to black": ("jacket",),
    "change the sky to orange": ("sky", "orange"),
    "make it blue": ("make it blue", "change the yellow to magenta"),
    "tint it blue": ("tint it blue", "add a green tint"),
    "turn yellow into a purple elephant": ("elephant",),
    "make the yellow left purple": ("left",),
    "make the yellow not purple": ("not",),
    "change the dark blue to red": ("change the dark blue to red",),
    "make the background brighter": ("background",),
    "the left half brighter": ("left",),
    "brighten the shadows": ("shadows",),
    "sharpen the man": ("man",),
    "it is too dark": ("too",),
    "it looks dark": ("looks",),
    "not brighter": ("not",),
    "don't make it brighter": ("don't",),
    "warmer 😀": ("😀",),
    "brighter $ darker": ("$",),
    "contrast": ("contrast", "reduce the contrast by 20%"),
    "brighter darker": ("brighter darker",),
    "less brighter": ("less brighter",),
    "reduce and increase the contrast": ("reduce",),
    "saturation to 50%": ("saturation to 50%",),
    "brighter by 5 px": ("brighter by 5 px",),
    "brighter by -20%": ("brighter by -20%",),
    "increase the exposure by -1 stop": ("increase the exposure by -1 stop",),
    "blur 30%": ("blur 30%",),
    "gamma": ("gamma 1.2",),
    "gamma by 1.2": ("gamma by 1.2",),
    "reduce the gamma to 1.3": ("reduce the gamma to 1.3",),
    "hue shift": ("hue shift",),
    "less sepia": ("less sepia",),
    "less noise and grain": ("grain",),
    "reduce the contrast and blur": ("blur",),
    "duotone": ("duotone",),
    "posterise to 2.5 levels": ("posterise to 2.5 levels",),
    "posterise 1/0": ("1/0",),
    "change yellow to yellow": ("change yellow to yellow",),
    "keep the face brighter": ("keep the face brighter",),
    "keep it black and white": ("keep it black and white",),
    "keep the face and remove the man": ("remove", "man"),
    "warmer, keep the face and the jacket should be red": ("jacket",),
    "sepia with a hat": ("hat",),
    "sepia and the man to red": ("man",),
    "make the picture of you": ("make the picture of you",),
}


def described(instruction: str) -> list[str]:
    return [step.describe() for step in parse(instruction).steps]


@pytest.mark.parametrize(("instruction", "expected"), ONE_STEP.items())
def test_one_step(instruction: str, expected: str) -> None:
    """A phrasing of one adjustment gives exactly that adjustment with its amount."""
    assert described(instruction) == [expected]


@pytest.mark.parametrize(("instruction", "expected"), SEVERAL_STEPS.items())
def test_several_steps(instruction: str, expected: list[str]) -> None:
    """Joined adjustments keep their order, and share a verb or a number only where said so."""
    assert described(instruction) == expected


@pytest.mark.parametrize(("instruction", "kept"), KEPT.items())
def test_kept(instruction: str, kept: list[str]) -> None:
    """What is said to be kept is set apart, and the rest is still carried out."""
    plan = parse(instruction)
    assert list(plan.kept) == kept
    assert len(plan.steps) == 1


@pytest.mark.parametrize(("instruction", "named"), REFUSED.items())
def test_refused(instruction: str, named: tuple[str, ...]) -> None:
    """What is not wholly understood is refused, naming the words and the way to an AI backend."""
    with pytest.raises(DeclinedError) as refusal:
        parse(instruction)
    assert refusal.value.exit_code == 3
    for word in named:
        assert f"‘{word}’" in refusal.value.message
    assert "WAVESPEED_API_KEY" in refusal.value.message
    assert "vignette" in refusal.value.message


@pytest.mark.parametrize(
    "instruction",
    [
        "brighter by 200%",
        "sharpen by 0%",
        "posterise to 1 level",
        "blur 5000 px",
        "hue +400",
        "gamma 9",
        "threshold at 100%",
        "+9 stops",
        f"brightness {'9' * 400}",
    ],
)
def test_out_of_range(instruction: str) -> None:
    """A number outside an adjustment's range is an input error that gives the range."""
    with pytest.raises(InputError, match=r"outside what .* takes: say "):
        parse(instruction)


@pytest.mark.parametrize("instruction", ["", "  \n", "x" * 4001])
def test_unusable_text(instruction: str) -> None:
    """An empty or overlong instruction is an input error."""
    with pytest.raises(InputError):
        parse(instruction)


@pytest.mark.parametrize("instruction", ["keep the face", ", . ;", "please", "Thank you!"])
def test_nothing_to_do(instruction: str) -> None:
    """An instruction that asks for no change is refused, as nothing would be done."""
    with pytest.raises(DeclinedError, match="names no change"):
        parse(instruction)


def test_size_words() -> None:
    """An amount word without a number scales what the picture's size decides."""
    assert [parse(f"{word} blur").steps[0].factor for word in ("slight", "", "strong")] == [
        0.5,
        1.0,
        2.0,
    ]


def test_noun_is_remembered() -> None:
    """The word after a source colour is passed on, so that the notes can disown it."""
    assert parse("make the yellow flower purple").steps[0].noun == "flower"
    assert parse("make the yellow purple").steps[0].noun == ""


def test_capabilities_cover_the_vocabulary() -> None:
    """Every adjustment is listed once, and its example gives that adjustment."""
    listed = capabilities()
    assert len(listed) == len(ADJUSTMENTS) == len(Op)
    for adjustment, capability in zip(ADJUSTMENTS, listed, strict=True):
        assert capability.name == adjustment.op.value
        assert [step.op for step in parse(capability.example).steps] == [adjustment.op]


def test_no_phrase_twice() -> None:
    """No phrase names two adjustments."""
    assert len(PHRASES) == sum(len(p) for a in ADJUSTMENTS for p in a.words.values())


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    """Arbitrary text is understood or refused; nothing else is ever raised."""
    try:
        assert parse(text).steps
    except (DeclinedError, InputError) as refusal:
        assert refusal.message


WORDS = """
brighter darker make the picture it more less much slightly and then , . ; by 20% 20 -5 to
contrast saturation keep without changing blur 5px radius yellow blue magenta change turn
into hue degrees 8 levels sepia duotone grain reduce increase please stop one half with
"""
KNOWN = st.sampled_from(WORDS.split())


@settings(max_examples=400, deadline=None)
@given(st.lists(KNOWN, max_size=9))
def test_any_known_words(words: list[str]) -> None:
    """Known words in any order are understood or refused; nothing else is ever raised."""
    try:
        plan = parse(" ".join(words))
    except (DeclinedError, InputError):
        return
    assert plan.steps
    for step in plan.steps:
        assert step.describe()


UNKNOWN = st.text("bcdfgklmnpqrstvwxz", min_size=5, max_size=9).filter(
    lambda word: all(word not in phrase for phrase in PHRASES)
)
FRAGMENTS = [c.example for c in capabilities()] + ["a bit warmer", "Keep the sky", "less contrast"]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4),
    st.sampled_from([" and ", ", ", ". ", "; ", "\n", " then "]),
    UNKNOWN,
    st.data(),
)
def test_unknown_word(parts: list[str], joint: str, unknown: str, data: st.DataObject) -> None:
    """An unknown word but after 'keep' or a source colour refuses the whole and is named."""
    place = data.draw(st.integers(0, len(parts)))
    if place < len(parts) and not parts[place].startswith(("Keep", "change")):
        words = parts[place].split()
        words.insert(data.draw(st.integers(0, len(words))), unknown)
        parts = [*parts[:place], " ".join(words), *parts[place + 1 :]]
    else:
        parts = [*parts[:place], unknown, *parts[place:]]
    with pytest.raises(DeclinedError) as refusal:
        parse(joint.join(parts))
    assert unknown in refusal.value.message
