"""The command line: the same plan, job and compose code without Krita and without Qt."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from PIL import Image

from .assembly import TITLES, make_backend
from .backends.base import Backend, Stage
from .editing.codec import encode, read_picture
from .editing.errors import CancelledError, InputError, LayerEditError
from .editing.geometry import Rect, Size
from .editing.limits import ImageLimits
from .editing.plan import Source, Wish, check_wish
from .editing.request import FORMATS, SEED_RANGE, EncodedImage
from .jobs.job import JobRecord
from .jobs.journal import Journal, write_atomically
from .jobs.work import carry_out
from .keys import KeyStore
from .paths import data_folder
from .settings import Settings
from .settings import load as load_settings


class _Parser(argparse.ArgumentParser):
    """argparse with exit code 2 and one sentence, no usage block in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"layer_edit: {message}; 'layer_edit --help' lists the options.\n")


class _Watch:
    """Prints each new stage to stderr; Ctrl-C sets `stop`."""

    def __init__(self, quiet: bool) -> None:
        self.stop = threading.Event()
        self._quiet = quiet
        self._stage: Stage | None = None

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        if not self._quiet and (stage is not self._stage or note):
            print(f"{stage.value}{': ' + note if note else ''}", file=sys.stderr)
        self._stage = stage

    def wait(self, seconds: float) -> None:
        self.stop.wait(seconds)
        self.check()

    def check(self) -> None:
        if self.stop.is_set():
            raise CancelledError("Stopped.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 bad usage, 3 refused, 4 network."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except LayerEditError as error:
        if getattr(options, "json", False):
            print(json.dumps({"error": error.message, "detail": error.detail}, ensure_ascii=False))
        print(f"layer_edit: {error.message}", file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="layer_edit", description="Edit pictures by instruction.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    edit = commands.add_parser("edit", help="edit a picture file")
    edit.set_defaults(command=_edit)
    edit.add_argument("input", type=Path, metavar="IN", help="PNG, JPEG or WebP")
    edit.add_argument("instruction", help="what should change, such as 'slightly warmer'")
    edit.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    edit.add_argument("--backend", choices=tuple(TITLES), default="offline")
    edit.add_argument("--base-url", metavar="URL", help="address of the WaveSpeed API")
    edit.add_argument("--seed", type=int, help=f"1 to {SEED_RANGE[-1]}; random when left away")
    edit.add_argument("--size", metavar="W*H", help="output size to ask the service for")
    edit.add_argument("--format", choices=FORMATS, default="png", help="what the service sends")
    edit.add_argument("--reference", type=Path, action="append", default=[], metavar="FILE")
    edit.add_argument("--json", action="store_true", help="print what was done as JSON")
    return parser


def _edit(options: argparse.Namespace) -> None:
    settings = load_settings(data_folder())
    if options.base_url:
        settings = replace(settings, wavespeed_url=options.base_url)
    backend = _backend(options.backend, settings)
    wish = _wish(options)
    check_wish(wish, backend.limits)
    _check_output(options.output)
    image = read_picture(options.input, backend.limits)
    source = Source(image, Rect.of_size(Size(*image.size)))
    record = JobRecord.new(wish, options.input.name, source.bounds)
    record, result = _run(record, source, backend, options.json)
    _save(result, options.output)
    _report(record, options)


def _backend(key: str, settings: Settings) -> Backend:
    return make_backend(key, settings, KeyStore(data_folder()))


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
        output_format=options.format,
        references=tuple(_reference(path) for path in options.reference),
    )


def _reference(path: Path) -> EncodedImage:
    return encode(read_picture(path, ImageLimits(max_ratio=4)).convert("RGB"))


def _check_output(path: Path) -> None:
    """Before anything is spent: a result that cannot be written would be a pity."""
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp"):
        raise InputError(f"{path} has no known ending: choose .png, .jpg or .webp.")
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InputError(f"{path} cannot be written: choose a file in a folder that you may use.")


def _run(
    record: JobRecord, source: Source, backend: Backend, quiet: bool
) -> tuple[JobRecord, Image.Image]:
    watch = _Watch(quiet)
    before = signal.signal(signal.SIGINT, lambda *_: watch.stop.set())
    try:
        folder = Journal(data_folder() / "jobs").folder(record.id)
        return carry_out(record, source, folder, backend, watch, lambda _record: None)
    finally:
        signal.signal(signal.SIGINT, before)


def _save(image: Image.Image, path: Path) -> None:
    kind = {".png": "png", ".webp": "webp"}.get(path.suffix.lower(), "jpeg")
    try:
        write_atomically(path, encode(image, kind).data)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror or error}).") from error


def _report(record: JobRecord, options: argparse.Namespace) -> None:
    prediction = record.prediction
    notes = prediction.notes if prediction else ()
    if not options.json:
        print(f"{options.output}: done (seed {record.wish.seed}).", *notes)
        return
    values: dict[str, Any] = {
        "output": str(options.output),
        "job": record.id,
        "backend": record.wish.backend,
        "seed": record.wish.seed,
        "size": record.target.size.as_tuple,
        "prediction": prediction.id if prediction else None,
        "price": record.price,
        "notes": notes,
    }
    print(json.dumps(values, ensure_ascii=False))
