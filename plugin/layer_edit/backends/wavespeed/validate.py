"""What would be refused or silently dropped is found here, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...editing.errors import InputError
from ...editing.geometry import Size
from ...editing.request import EditRequest, EncodedImage, check_instruction
from .models import EditModel, ModelTable
from .options import WaveSpeedOptions


def check_request(request: EditRequest, table: ModelTable) -> EditModel:
    """Return the request's model. Raises InputError naming the field, the rule and the value."""
    model = _model(request.model, table)
    check_instruction(request.instruction)
    _check_images(request.images, model)
    if request.size is not None and request.size not in model.sizes:
        raise InputError(
            f"The size is {_star(request.size)} and {model.title} makes only "
            f"{', '.join(map(_star, model.sizes))}: choose one of these."
        )
    if request.output_format not in model.formats:
        raise InputError(
            f"The output format is '{request.output_format}' and must be one of "
            f"{', '.join(model.formats)}: choose one of these."
        )
    if request.seed is not None and request.seed not in model.seeds:
        raise InputError(
            f"The seed is {request.seed} and must be {model.seeds[0]} to {model.seeds[-1]}: "
            "choose one in that range, or none for a random one."
        )
    return model


def inputs_of(
    request: EditRequest, model: EditModel, images: Sequence[str], options: WaveSpeedOptions
) -> dict[str, Any]:
    """The request's inputs under the model's names; `images` are URLs or data URIs."""
    names = model.parameters
    size = request.size or model.nearest_size(request.images[0].size)
    given = (
        (names.prompt, check_instruction(request.instruction)),
        (names.images, list(images)),
        (names.size, _star(size)),
        (names.format, request.output_format),
        (names.seed, request.seed),
        (names.sync, options.sync_mode or None),
        (names.base64, options.base64_output or None),
    )
    return {name: value for name, value in given if name and value is not None}


def _model(key: str, table: ModelTable) -> EditModel:
    try:
        return table.get(key)
    except KeyError:
        raise InputError(
            f"The model is '{key}' and must be one of {', '.join(table.keys)}: choose one of these."
        ) from None


def _check_images(images: Sequence[EncodedImage], model: EditModel) -> None:
    if not 1 <= len(images) <= model.max_images:
        raise InputError(
            f"There are {len(images)} pictures and {model.title} takes 1 to {model.max_images}: "
            "leave some references out."
            if images
            else "There is no picture to edit: choose a layer."
        )
    for number, image in enumerate(images, 1):
        _check_image(number, image, model)


def _check_image(number: int, image: EncodedImage, model: EditModel) -> None:
    if not image.data:
        raise InputError(f"Picture {number} is empty: choose another layer or file.")
    if image.mime not in model.input_types:
        raise InputError(
            f"Picture {number} is of type '{image.mime}' and must be one of "
            f"{', '.join(model.input_types)}: save it as one of these."
        )
    longer, shorter = max(image.size.as_tuple), min(image.size.as_tuple)
    if longer > shorter * model.max_ratio:
        raise InputError(
            f"Picture {number} is {image.size} pixels and its longer side may be at most "
            f"{model.max_ratio:g} times the shorter: crop it or choose a part of it."
        )


def _star(size: Size) -> str:
    return f"{size.width}*{size.height}"
