"""The commands: edit, resume, jobs, balance."""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..assembly import make_backend
from ..backends.base import Backend
from ..editing.codec import read_picture
from ..editing.errors import InputError
from ..editing.geometry import Rect, Size
from ..editing.limits import ImageLimits
from ..editing.plan import Wish, check_wish
from ..editing.reference import encoded_reference
from ..editing.request import SEED_RANGE, EncodedImage
from ..editing.source import Source
from ..jobs.job import JobRecord
from ..keys import KeyStore
from ..paths import data_folder
from ..settings import Settings
from ..settings import load as load_settings
from .options import Command
from .running import carry_out, check_output, journal
from .telling import facts

ADDRESSES = {
    "wavespeed": "wavespeed_url",
    "comfyui": "comfyui_url",
    "openai-images": "images_url",
}
"""The setting that --base-url stands for, by backend."""


def _edit(options: argparse.Namespace) -> None:
    backend = _backend(options.backend, options)
    wish = _wish(options)
    check_wish(wish, backend.limits)
    check_output(options.output)
    if options.mask is not None:
        check_output(options.mask, (".png",))
    image = read_picture(options.input, backend.limits)
    source = Source(image, Rect.of_size(Size(*image.size)))
    record = replace(
        JobRecord.new(wish, options.input.name, source.bounds),
        output=str(options.output.absolute()),
    )
    carry_out(record, backend, options, lambda: source)


def _resume(options: argparse.Namespace) -> None:
    kept = journal()
    if options.job:
        records = [kept.folder(options.job).load()]
    else:
        records = [one for one in kept.open_records() if one.output]
    if not records and not options.json:
        print("There is nothing to resume.")
    for record in records:
        if options.output is None and not record.output:
            raise InputError(
                f"The job {record.id} was started in Krita: name a file with -o to collect it."
            )
        output = options.output or Path(record.output)
        check_output(output)
        resumed = replace(record, output=str(output.absolute()))
        if options.send_again and record.prediction is None:
            resumed = replace(resumed, sent_at=None)
        carry_out(resumed, _backend(record.wish.backend, options), options, None)


def _jobs(options: argparse.Namespace) -> None:
    records = journal().records()
    if options.json:
        print(json.dumps([facts(record) for record in records], ensure_ascii=False))
        return
    for record in records:
        price = "free" if record.price is None else f"${record.price:.2f}"
        price = "own GPU" if record.price == 0 else price
        text = " ".join(record.wish.instruction.split())
        print(f"{record.id}  {record.state.value:11}  {price:>7}  {text[:60]}")


def _balance(options: argparse.Namespace) -> None:
    health = _backend("wavespeed", options).check()
    if options.json:
        print(json.dumps({"balance": health.balance, "currency": "USD"}))
    else:
        print(health.sentence)


def _backend(key: str, options: argparse.Namespace) -> Backend:
    settings: Settings = load_settings(data_folder())
    if options.base_url and key in ADDRESSES:
        changes: dict[str, Any] = {ADDRESSES[key]: options.base_url}
        settings = replace(settings, **changes)
    settings = replace(
        settings,
        comfyui_graph=getattr(options, "graph", "") or settings.comfyui_graph,
        sync_mode=settings.sync_mode or getattr(options, "sync", False),
        base64_output=settings.base64_output or getattr(options, "base64", False),
    )
    return make_backend(key, settings, KeyStore(data_folder()).get)


def _wish(options: argparse.Namespace) -> Wish:
    seed = options.seed
    if seed is None:
        seed = random.randrange(SEED_RANGE.start, SEED_RANGE.stop)  # noqa: S311 - not a secret
    size = None
    if options.size:
        try:
            size = Size.parse(options.size)
        except ValueError as error:
            raise InputError(f"--size: {error}, such as 2048*2048.") from error
    return Wish(
        instruction=options.instruction,
        backend=options.backend,
        seed=seed,
        size=size,
        protect=options.protect,
        output_format=options.format,
        model=options.model,
        references=tuple(_reference(path) for path in options.reference),
    )


def _reference(path: Path) -> EncodedImage:
    limits = ImageLimits(max_ratio=4)
    return encoded_reference(read_picture(path, limits), limits)


COMMANDS: dict[str, Command] = {
    "edit": _edit,
    "resume": _resume,
    "jobs": _jobs,
    "balance": _balance,
}
