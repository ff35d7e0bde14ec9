"""What a backend is asked for: one instruction, one or more encoded pictures, a few options."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from ..texts import tr
from .errors import InputError
from .geometry import Size

MAX_INSTRUCTION = 4000
"""Characters; longer texts are refused before anything is captured or sent."""

FORMATS = ("png", "jpeg", "webp")
"""Result formats the services know; png is lossless and the default, results are edited again."""

SEED_RANGE = range(1, 2**31)
"""1 … 2147483647, the model page's range."""


@dataclass(frozen=True)
class EncodedImage:
    """A picture as file bytes. `mime` is image/png, image/jpeg or image/webp; pixels are sRGB."""

    data: bytes
    mime: str
    size: Size

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the bytes: the identity under which an upload is remembered."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class EditRequest:
    """One edit as a backend gets it.

    `images[0]` is the picture to edit, further ones are references. `size` is the output size in
    pixels to ask for, None where the backend keeps the size of what it gets. `seed` None means
    random. `model` is a key of the backend's own model table, '' its default.
    """

    instruction: str
    images: tuple[EncodedImage, ...]
    size: Size | None = None
    output_format: str = "png"
    seed: int | None = None
    model: str = ""


def check_instruction(text: str) -> str:
    """Return the instruction without surrounding white space.

    Raises InputError when it is empty or longer than MAX_INSTRUCTION characters.
    """
    text = text.strip()
    if not text:
        raise InputError(
            tr("The instruction is empty: say what should change, for example 'warmer'.")
        )
    if len(text) > MAX_INSTRUCTION:
        raise InputError(
            tr(
                "The instruction has {length} characters and {most} is the most: shorten it.",
                length=f"{len(text):,}",
                most=f"{MAX_INSTRUCTION:,}",
            )
        )
    return text


def check_seed(seed: int | None) -> int | None:
    """Return the seed. Raises InputError when it is outside SEED_RANGE."""
    if seed is not None and seed not in SEED_RANGE:
        raise InputError(
            tr(
                "The seed {seed} is outside 1 to {most}: choose one in that range.",
                seed=seed,
                most=SEED_RANGE[-1],
            )
        )
    return seed
