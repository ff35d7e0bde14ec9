"""What would be refused or silently dropped is found here, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...editing.errors import InputError
from ...editing.geometry import Size
from ...editing.request import EditRequest, EncodedImage, check_instruction
from ...texts import tr
from .models import EditModel, ModelTable
from .options import WaveSpeedOptions


def check_request(request: EditRequest, table: ModelTable) -> EditModel:
    """Return the request's model. Raises InputError naming the field, the rule and the value."""
    model = _model(request.model, table)
    check_instruction(request.instruction)
    _check_images(request.images, model)
    if request.size is not None and request.size not in model.sizes:
        raise InputError(
            tr(
                "The size is {size} and {model} makes only {sizes}: choose one of these.",
                size=_star(request.size),
                model=model.title,
                sizes=", ".join(map(_star, model.sizes)),
            )
        )
    if request.output_format not in model.formats:
        raise InputError(
            tr(
                "The output format is '{format}' and must be one of {formats}: choose one "
                "of these.",
                format=request.output_format,
                formats=", ".join(model.formats),
            )
        )
    if request.seed is not None and request.seed not in model.seeds:
        raise InputError(
            tr(
                "The seed is {seed} and must be {least} to {most}: choose one in that "
                "range, or none for a random one.",
                seed=request.seed,
                least=model.seeds[0],
                most=model.seeds[-1],
            )
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
            tr(
                "The model is '{key}' and must be one of {models}: choose one of these.",
                key=key,
                models=", ".join(table.keys),
            )
        ) from None


def _check_images(images: Sequence[EncodedImage], model: EditModel) -> None:
    if not 1 <= len(images) <= model.max_images:
        raise InputError(
            tr(
                "There are {number} pictures and {model} takes 1 to {most}: leave some "
                "references out.",
                number=len(images),
                model=model.title,
                most=model.max_images,
            )
            if images
            else tr("There is no picture to edit: choose a layer.")
        )
    for number, image in enumerate(images, 1):
        _check_image(number, image, model)


def _check_image(number: int, image: EncodedImage, model: EditModel) -> None:
    if not image.data:
        raise InputError(
            tr("Picture {number} is empty: choose another layer or file.", number=number)
        )
    if image.mime not in model.input_types:
        raise InputError(
            tr(
                "Picture {number} is of type '{type}' and must be one of {types}: save it "
                "as one of these.",
                number=number,
                type=image.mime,
                types=", ".join(model.input_types),
            )
        )
    longer, shorter = max(image.size.as_tuple), min(image.size.as_tuple)
    if longer > shorter * model.max_ratio:
        raise InputError(
            tr(
                "Picture {number} is {size} pixels and its longer side may be at most "
                "{ratio} times the shorter: crop it or choose a part of it.",
                number=number,
                size=image.size,
                ratio=f"{model.max_ratio:g}",
            )
        )


def _star(size: Size) -> str:
    return f"{size.width}*{size.height}"
