"""The offline backend: the engine behind the protocol that all backends speak.

`submit` does all the work and hands the result over as base64 text in the prediction, so no state
is kept and another process can fetch it. At 4 megapixels (3–7 MB of PNG) the text costs 5–15 ms to
make and 10–25 ms to read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import time

from ...editing.errors import InputError
from ...editing.limits import ImageLimits, check_picture
from ...editing.request import FORMATS, SEED_RANGE, EditRequest, check_seed
from ...texts import N_, tr
from ..base import Health, NetworkError, Prediction, PredictionState, Price, Stage, Watch
from .adjustment import Op
from .codec import decode, encode
from .engine import run
from .parser import parse
from .step import Plan


class OfflineBackend:
    """Adjustments in process: no key, no network, no cost, and no AI.

    The engine knows a closed list of adjustments (vocabulary.py) and refuses everything else. It
    gives the same bytes for the same picture, instruction, format and seed; without a seed, one is
    drawn from the picture and the instruction, and told in the notes where it matters.
    """

    key = "offline"
    title = N_("Offline adjustments")
    limits = ImageLimits(alpha=True, max_ratio=None, max_images=1)
    concurrency = 1

    def check(self) -> Health:
        """Always ready. Never raises."""
        return Health(
            tr(
                "The offline adjustments are ready: they need no key and no network, cost "
                "nothing, and are not AI."
            )
        )

    def validate(self, request: EditRequest) -> None:
        """Raise InputError or DeclinedError for what `submit` would refuse; decodes nothing."""
        _checked(request, self.limits)

    def price(self, request: EditRequest) -> Price | None:
        """None: it costs nothing."""
        return None

    def submit(self, request: EditRequest, watch: Watch) -> Prediction:
        """Edit the picture and return it as a COMPLETED prediction with one base64 output.

        Raises InputError for a picture, format, seed or number that cannot be used, DeclinedError
        for an instruction that is not wholly understood, CancelledError on cancel.
        """
        started = time.monotonic()
        plan = _checked(request, self.limits)
        watch.check()
        watch.report(Stage.PREPARING)
        picture = decode(request.images[0].data, self.limits)
        digest = _digest(request)
        seed = request.seed if request.seed is not None else _seed_of(digest)
        result = run(picture, plan, seed, watch)
        data = encode(result.picture, request.output_format)
        watch.check()
        return Prediction(
            f"offline-{digest.hex()[:12]}",
            PredictionState.COMPLETED,
            outputs=(base64.b64encode(data).decode("ascii"),),
            notes=_notes(plan, result.changed, None if request.seed is not None else seed),
            cost=0.0,
            inference_seconds=time.monotonic() - started,
        )

    def poll(self, prediction: Prediction, watch: Watch) -> Prediction:
        """The prediction itself: it was complete from the start."""
        return prediction

    def fetch(self, prediction: Prediction, watch: Watch) -> bytes:
        """The result's file bytes. Raises NetworkError when the prediction has lost them."""
        watch.check()
        watch.report(Stage.DOWNLOADING)
        try:
            return base64.b64decode(prediction.outputs[0], validate=True)
        except (IndexError, binascii.Error) as error:
            raise NetworkError(
                tr(
                    "The result of this offline adjustment is no longer there: run it again, "
                    "it costs nothing."
                ),
                str(error),
            ) from error

    def recover(self, request: EditRequest, sent_at: float) -> Prediction | None:
        """None: a job that was cut off is not kept; running it again costs nothing."""
        return None

    def cancel(self, prediction: Prediction) -> None:
        """Nothing runs once there is a prediction; `submit` itself ends through its watch."""


def _checked(request: EditRequest, limits: ImageLimits) -> Plan:
    if len(request.images) != 1:
        raise InputError(
            tr(
                "The offline adjustments take one picture and got {number}: choose one "
                "layer and no reference pictures.",
                number=len(request.images),
            )
        )
    if request.output_format not in FORMATS:
        raise InputError(
            tr(
                "The format '{format}' is not one of {formats}.",
                format=request.output_format,
                formats=", ".join(FORMATS),
            )
        )
    check_seed(request.seed)
    check_picture(request.images[0].size, limits)
    return parse(request.instruction)


def _digest(request: EditRequest) -> bytes:
    """SHA-256 of what decides the result."""
    digest = hashlib.sha256(request.images[0].sha256.encode())
    digest.update(f"\0{request.instruction}\0{request.output_format}\0{request.seed}".encode())
    return digest.digest()


def _seed_of(digest: bytes) -> int:
    return SEED_RANGE[int.from_bytes(digest[-8:], "big") % len(SEED_RANGE)]


def _notes(plan: Plan, changed: bool, drawn_seed: int | None) -> tuple[str, ...]:
    """What was done, in sentences for the user; nothing is claimed that the engine cannot know."""
    notes = [
        tr(
            "Adjusted offline, without AI: {steps}.",
            steps=tr(", then ").join(s.describe() for s in plan.steps),
        )
    ]
    for step in plan.steps:
        if step.op is Op.RECOLOUR:
            name = step.colours[0].name
            what = tr(" (‘{noun}’ was not looked for)", noun=step.noun) if step.noun else ""
            notes.append(
                tr(
                    "Everything {name} was recoloured, and shades that run into it, wherever "
                    "it is{what}: the offline adjustments know colours, not objects.",
                    name=name,
                    what=what,
                )
            )
    if plan.kept:
        kept = tr(" and ").join(f"‘{name}’" for name in plan.kept)
        notes.append(
            tr(
                "You asked to keep {kept}: the offline adjustments know nothing of "
                "objects, so they changed the whole picture, apart from what the "
                "adjustment itself leaves alone.",
                kept=kept,
            )
        )
    if drawn_seed is not None and any(step.op is Op.GRAIN for step in plan.steps):
        notes.append(tr("The grain was laid with seed {seed}.", seed=drawn_seed))
    if not changed:
        notes.append(tr("Nothing in the picture changed: it has nothing that this adjusts."))
    return tuple(notes)
