"""The command line: the same plan, job and compose code without Krita and without Qt."""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from .assembly import TITLES, make_backend
from .backends.base import Backend, Stage
from .editing.codec import encode, read_picture
from .editing.errors import CancelledError, InputError, LayerEditError
from .editing.geometry import Rect, Size
from .editing.limits import ImageLimits
from .editing.plan import Wish, check_wish
from .editing.protect import MODES
from .editing.reference import encoded_reference
from .editing.request import FORMATS, SEED_RANGE, EncodedImage
from .editing.source import Source
from .jobs.ending import is_paid, stopped, understood
from .jobs.job import JobRecord, JobState
from .jobs.journal import JobFolder, Journal, JournalError, write_atomically
from .jobs.pace import Pace
from .jobs.work import Done, Work
from .keys import KeyStore
from .paths import data_folder
from .settings import Settings
from .settings import load as load_settings

ADDRESSES = {
    "wavespeed": "wavespeed_url",
    "comfyui": "comfyui_url",
    "openai-images": "images_url",
}
"""The setting that --base-url stands for, by backend."""

_log = logging.getLogger(__name__)

STOPPED = 130
"""What shells return for a program that Ctrl-C ended."""


class _Parser(argparse.ArgumentParser):
    """argparse with exit code 2 and one sentence, no usage block in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"layer_edit: {message}; 'layer_edit --help' lists the options.\n")


class _Hands:
    """Prints each new stage to stderr; Ctrl-C stops it before the next step."""

    def __init__(self, quiet: bool) -> None:
        self.stop = threading.Event()
        self._quiet = quiet
        self._stage: Stage | None = None

    def report(self, stage: Stage, _fraction: float | None = None, note: str = "") -> None:
        if not self._quiet and (stage is not self._stage or note):
            print(f"{stage.value}{': ' + note if note else ''}", file=sys.stderr)
        self._stage = stage

    def wait(self, seconds: float) -> None:
        self.stop.wait(seconds)
        self.check()

    def check(self) -> None:
        if self.stop.is_set():
            raise CancelledError("Stopped; nothing was spent.")

    def saved(self, record: JobRecord) -> None:
        """The work itself is asked."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 bad usage, 3 refused, 4 network.

    Of several jobs the highest code counts.
    """
    options = _parser().parse_args(arguments)
    return _reported(lambda: options.command(options), options)


def _reported(call: Callable[[], int | None], options: argparse.Namespace, job: str = "") -> int:
    """Its exit code; what it raises is printed, with the job that it is about."""
    try:
        return call() or 0
    except LayerEditError as error:
        if options.json:
            facts = {"error": error.message, "detail": error.detail}
            print(json.dumps({"job": job, **facts} if job else facts, ensure_ascii=False))
        print(f"layer_edit: {job + ': ' if job else ''}{error.message}", file=sys.stderr)
        return STOPPED if isinstance(error, CancelledError) else error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="layer_edit", description="Edit pictures by instruction.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, call: Callable[[argparse.Namespace], int | None], text: str) -> _Parser:
        sub: _Parser = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=call)
        sub.add_argument("--json", action="store_true", help="print JSON")
        sub.add_argument("--base-url", metavar="URL", help="address of the backend's server")
        return sub

    edit = command("edit", _edit, "edit a picture file")
    edit.add_argument("input", type=Path, metavar="IN", help="PNG, JPEG or WebP")
    edit.add_argument("instruction", help="what should change, such as 'slightly warmer'")
    edit.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    edit.add_argument("--backend", choices=tuple(TITLES), default="offline")
    edit.add_argument("--model", default="", help="'full' (the default) or 'draft', half price")
    edit.add_argument("--seed", type=int, help=f"1 to {SEED_RANGE[-1]}; random when left away")
    edit.add_argument("--size", metavar="W*H", help="output size to ask the service for")
    edit.add_argument("--format", choices=FORMATS, default="png", help="what the service sends")
    edit.add_argument("--sync", action="store_true", help="let one long request bring the result")
    edit.add_argument("--base64", action="store_true", help="get the result inside the answer")
    edit.add_argument(
        "--protect",
        choices=MODES,
        default="soft",
        help="how what an AI model was not asked to change is kept",
    )
    edit.add_argument(
        "--mask",
        type=Path,
        metavar="FILE",
        help="write where the result shows as an 8-bit grey PNG of the picture's size",
    )
    edit.add_argument("--graph", metavar="FILE", help="for comfyui: a graph of your own")
    edit.add_argument("--reference", type=Path, action="append", default=[], metavar="FILE")
    resume = command("resume", _resume, "collect what an interrupted edit left at the service")
    resume.add_argument("job", nargs="?", help="a job's id; all unfinished ones when left away")
    resume.add_argument("-o", "--output", type=Path, metavar="OUT", help="another file than before")
    resume.add_argument(
        "--send-again",
        action="store_true",
        help="for an uncertain job: send it once more, which may cost twice",
    )
    command("jobs", _jobs, "list the jobs in the journal")
    command("balance", _balance, "tell what is left on the WaveSpeed account")
    return parser


def _edit(options: argparse.Namespace) -> None:
    backend = _backend(options.backend, options)
    wish = _wish(options)
    check_wish(wish, backend.limits)
    _check_output(options.output)
    if options.mask is not None:
        _check_output(options.mask, (".png",))
    image = read_picture(options.input, backend.limits)
    source = Source(image, Rect.of_size(Size(*image.size)))
    record = replace(
        JobRecord.new(wish, options.input.name, source.bounds),
        output=str(options.output.absolute()),
    )
    folder = _journal().folder(record.id)
    with folder.locked():
        _carry_out(record, folder, backend, options, lambda: source)


def _resume(options: argparse.Namespace) -> int:
    """All of them, whatever becomes of one: a paid result must not wait for another job's end."""
    journal = _journal()
    if options.job:
        records = [journal.folder(options.job).load()]
    else:
        records = [one for one in journal.open_records() if one.output]
    if not records and not options.json:
        print("There is nothing to resume.")
    if options.output is not None and len(records) > 1:
        raise InputError(
            f"{options.output} is one file and {len(records)} jobs are unfinished: name the one "
            "that it is for ('layer_edit jobs' lists them)."
        )
    worst = 0
    for record in records:
        call, job = partial(_resume_one, record.id, options), record.id if records[1:] else ""
        worst = max(worst, _reported(call, options, job))
        if worst == STOPPED:
            break
    return worst


def _resume_one(job: str, options: argparse.Namespace) -> None:
    folder = _journal().folder(job)
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
        _check_output(output)
        resumed = replace(record, output=str(output.absolute()))
        if options.send_again and record.prediction is None:
            resumed = replace(resumed, sent_at=None)
        _carry_out(resumed, folder, _backend(record.wish.backend, options), options, None)


def _jobs(options: argparse.Namespace) -> None:
    records = _journal().records()
    if options.json:
        print(json.dumps([_facts(record) for record in records], ensure_ascii=False))
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
    return make_backend(key, settings, KeyStore(data_folder()))


def _journal() -> Journal:
    return Journal(data_folder() / "jobs")


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


def _check_output(
    path: Path, endings: tuple[str, ...] = (".png", ".jpg", ".jpeg", ".webp")
) -> None:
    """Before anything is spent: a result that cannot be written would be a pity."""
    if path.suffix.lower() not in endings:
        raise InputError(f"{path} has no ending that can be written: choose {', '.join(endings)}.")
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InputError(f"{path} cannot be written: choose a file in a folder that you may use.")


def _carry_out(
    record: JobRecord,
    folder: JobFolder,
    backend: Backend,
    options: argparse.Namespace,
    source: Callable[[], Source] | None,
) -> None:
    """Run one job to its file; what was paid for and not reached stays in the journal.

    The caller has locked the folder.
    """
    hands = _Hands(options.json)
    with _stopped_by_signals(hands):
        work = Work(record, folder, backend, hands)
        try:
            done = work.carry_out(source, Pace(data_folder() / "durations.json"))
        except Exception as error:
            raise _ended(work, folder, understood(error), record.state.has_result) from error
        _save(done, Path(record.output), getattr(options, "mask", None))
        folder.save(done.record.moved(JobState.PLACED))
    _tell(done.record, options.json)


def _ended(
    work: Work, folder: JobFolder, error: LayerEditError, had_result: bool
) -> LayerEditError:
    """Write down where a job stands that has stopped: nothing may be sent later by itself.

    Returns the error to be shown: of what may have been paid for it says how to go on.
    """
    reached = work.record
    if isinstance(error, CancelledError) and is_paid(reached) and not had_result:
        error = CancelledError("Stopped; the edit goes on at the service and is paid for.")
    ended = stopped(reached, error, had_result)
    if reached.placement is not None:
        try:
            folder.save(ended)
        except JournalError as unwritten:
            _log.warning("%s %s", unwritten.message, unwritten.detail)
    if isinstance(error, CancelledError) and not is_paid(reached):
        work.give_up()
    if not ended.state.is_open:
        return error
    does = "looks for it" if ended.state is JobState.UNCERTAIN else "collects the result"
    return type(error)(
        f"{error.message} 'layer_edit resume {ended.id}' {does}.", detail=error.detail
    )


@contextmanager
def _stopped_by_signals(hands: _Hands) -> Iterator[None]:
    """By Ctrl-C, the end of the terminal, or being told to end: what was not sent never is."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last two: of POSIX, of Windows
    there = (signal.Signals[name] for name in names if hasattr(signal, name))
    # What is ignored stays so: nohup is to outlive the terminal.
    heard = [one for one in there if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, lambda *_: hands.stop.set()) for one in heard}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _save(done: Done, path: Path, mask: Path | None) -> None:
    kind = {".png": "png", ".webp": "webp"}.get(path.suffix.lower(), "jpeg")
    try:
        write_atomically(path, encode(done.finished.over(done.source), kind).data)
        if mask is not None:
            write_atomically(mask, encode(done.finished.whole_mask, "png").data)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror or error}); the result is kept: "
            f"'layer_edit resume {done.record.id} -o FILE' writes it elsewhere."
        ) from error


def _tell(record: JobRecord, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_facts(record), ensure_ascii=False))
        return
    notes = record.prediction.notes if record.prediction else ()
    changed = "" if record.share is None else f", {record.share:.1%} of the picture changed"
    print(f"{record.output}: done (seed {record.wish.seed}{changed}).", *notes)


def _facts(record: JobRecord) -> dict[str, Any]:
    prediction = record.prediction
    return {
        "job": record.id,
        "state": record.state.value,
        "output": record.output,
        "backend": record.wish.backend,
        "model": record.wish.model,
        "instruction": record.wish.instruction,
        "seed": record.wish.seed,
        "size": record.target.size.as_tuple,
        "prediction": prediction.id if prediction else None,
        "price": record.price,
        "notes": prediction.notes if prediction else (),
        "share_changed": record.share,
        "message": record.message,
    }
