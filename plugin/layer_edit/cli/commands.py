"""The commands: edit, resume, jobs, balance."""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import replace
from functools import partial
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
from ..jobs.job import JobRecord, JobState
from ..jobs.journal import RECORD, Journal, NewerJobError, newer_words
from ..keys import KeyStore
from ..paths import data_folder
from ..settings import Settings
from ..settings import load as load_settings
from .options import Command
from .running import carry_out, check_mask, check_output, journal
from .telling import STOPPED, facts, reported

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
    check_mask(options.mask, (options.input, options.output, *options.reference))
    image = read_picture(options.input, backend.limits)
    source = Source(image, Rect.of_size(Size(*image.size)))
    record = replace(
        JobRecord.new(wish, options.input.name, source.bounds),
        output=str(options.output.absolute()),
    )
    folder = journal().folder(record.id)
    with folder.locked():
        carry_out(record, folder, backend, options, lambda: source)


def _resume(options: argparse.Namespace) -> int:
    """All of them, whatever becomes of one: a paid result must not wait for another job's end."""
    kept = journal()
    if options.job:
        if not kept.folder(options.job).has(RECORD):
            raise InputError(f"There is no job {options.job}: 'layer_edit jobs' lists them.")
        records = [kept.folder(options.job).load()]
    else:
        records = [one for one in kept.open_records() if one.output]
    worst = reported(lambda: _check_newer(kept), options.json)
    if not records and not worst and not options.json:
        print("There is nothing to resume.")
    named = options.output or options.mask
    if named is not None and len(records) > 1:
        raise InputError(
            f"{named} is one file and {len(records)} jobs are unfinished: name the one "
            "that it is for ('layer_edit jobs' lists them)."
        )
    for record in records:
        call, job = partial(_resume_one, record.id, options), record.id if records[1:] else ""
        worst = max(worst, reported(call, options.json, job))
        if worst == STOPPED:
            break
    return worst


def _check_newer(kept: Journal) -> None:
    """Raises JournalError for paid results that this version cannot collect."""
    number = kept.newer_open()
    if number:
        raise NewerJobError(newer_words(number))


def _resume_one(job: str, options: argparse.Namespace) -> None:
    folder = journal().folder(job)
    with folder.locked():
        # Read now: until it was locked another process may have gone on with it.
        record = folder.load()
        if record.sent_at is None and record.state in (JobState.FAILED, JobState.CANCELLED):
            raise InputError(
                f"The job {job} has ended ({record.state.value}) and was not sent, so there is "
                "nothing to collect: edit once more."
            )
        if options.output is None and not record.output:
            raise InputError(
                f"The job {job} was started in Krita: name a file with -o to collect it."
            )
        output = options.output or Path(record.output)
        check_output(output)
        check_mask(options.mask, (output,))
        resumed = replace(record, output=str(output.absolute()))
        if options.send_again and record.prediction is None:
            resumed = replace(resumed, sent_at=None)
        carry_out(resumed, folder, _backend(record.wish.backend, options), options, None)


def _jobs(options: argparse.Namespace) -> None:
    kept = journal()
    records, unread = kept.records(), newer_words(kept.newer_open())
    if unread:
        print(f"layer_edit: {unread}", file=sys.stderr)
    if options.json:
        print(json.dumps([facts(record) for record in records]))
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
