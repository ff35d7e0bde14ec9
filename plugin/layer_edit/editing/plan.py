"""From a source picture and a wish to the request a backend gets and where its result goes."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from ..texts import tr
from .background import KINDS, Backdrop, Layer, flatten_over
from .codec import encode
from .errors import InputError
from .geometry import Size
from .limits import ImageLimits, check_picture
from .placement import Placement, arrange, nearest_size, place
from .protect import MODES
from .reference import check_references
from .request import FORMATS, EditRequest, EncodedImage, check_instruction, check_seed
from .source import Source


@dataclass(frozen=True)
class Wish:
    """What the user asked for, before a picture is there. `size` None lets the plan choose.

    `background`: one of background.KINDS, for backends that see no transparency. `grow` and
    `feather`: pixels by which the mask made from a selection is larger (smaller if negative) and
    softer than it. `protect`: one of protect.MODES, for backends that redraw the whole picture.
    """

    instruction: str
    backend: str
    seed: int | None = None
    size: Size | None = None
    output_format: str = "png"
    model: str = ""
    references: tuple[EncodedImage, ...] = ()
    background: str = "auto"
    grow: int = 0
    feather: int = 0
    protect: str = "soft"


@dataclass(frozen=True)
class Plan:
    """What is sent, and how what comes back is put in place.

    `sends_source`: the first picture of the request is the source itself, pixel for pixel.
    """

    request: EditRequest
    placement: Placement
    sends_source: bool


def check_wish(wish: Wish, limits: ImageLimits) -> Wish:
    """Return the wish tidied. Raises InputError naming what is wrong and what is possible."""
    if wish.output_format not in FORMATS:
        raise InputError(
            tr(
                "The format '{format}' is not one of {formats}: choose one.",
                format=wish.output_format,
                formats=", ".join(FORMATS),
            )
        )
    if wish.background not in KINDS:
        raise InputError(
            tr(
                "The background '{background}' is not one of {kinds}: choose one.",
                background=wish.background,
                kinds=", ".join(KINDS),
            )
        )
    if wish.protect not in MODES:
        raise InputError(
            tr(
                "The protection '{protect}' is not one of {modes}: choose one.",
                protect=wish.protect,
                modes=", ".join(MODES),
            )
        )
    if wish.size is not None and not limits.sizes:
        raise InputError(
            tr("This backend keeps the size of the picture: leave the size option away.")
        )
    check_references(len(wish.references), limits)
    check_seed(wish.seed)
    check_instruction(wish.instruction)
    return wish


def plan_edit(source: Source, wish: Wish, limits: ImageLimits) -> Plan:
    """Choose size, padding and encoding. Heavy (encodes): for worker threads.

    Raises InputError when the picture or the wish cannot be used with this backend.
    """
    check_picture(source.bounds.size, limits)
    check_wish(wish, limits)
    asked = size_to_ask(source.bounds.size, wish.size, limits)
    placement = place(source.bounds, asked)
    image = source.image if limits.alpha else as_seen(source, wish.background)
    sent = arrange(image, placement)
    request = EditRequest(
        instruction=check_instruction(wish.instruction),
        images=(encode(sent), *wish.references),
        size=asked,
        output_format=wish.output_format,
        seed=wish.seed,
        model=wish.model,
    )
    return Plan(request, placement, sends_source=sent is source.image)


def size_to_ask(size: Size, wanted: Size | None, limits: ImageLimits) -> Size | None:
    """The size a backend is asked for, given the picture's; None where it keeps that."""
    if wanted is None and limits.sizes:
        return nearest_size(size, limits.sizes)
    return wanted


def as_seen(source: Source, background: str) -> Image.Image:
    """RGB: what a model that knows no transparency is shown of the source, at its own size."""
    below = () if source.backdrop is None else (Layer(source.backdrop, source.bounds),)
    return flatten_over(source.image, source.bounds, Backdrop(background, below))
