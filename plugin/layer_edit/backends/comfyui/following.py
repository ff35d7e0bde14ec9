"""Where a prompt stands: asked over HTTP, and in between told over the WebSocket."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ...texts import ntr, tr
from ..base import Prediction, PredictionState, Stage, Watch
from ..net.own import OwnWording
from .client import Client, Queue
from .listener import Listener
from .outcome import LOST, outcome
from .progress import Progress

FOLLOW_SECONDS = 30.0
"""After so long `follow` returns, so that errors long past do not count any more."""

HEAR_SECONDS = 0.25
"""The longest wait for a message: a cancel takes no longer."""


class Following:
    """Looks at prompts. `listener` makes what hears of the prompt with that id; `look_seconds`:
    between two looks at queue and history."""

    def __init__(
        self,
        client: Client,
        wording: OwnWording,
        listener: Callable[[str], Listener],
        look_seconds: float,
    ) -> None:
        self._client = client
        self._wording = wording
        self._listener = listener
        self._look_seconds = look_seconds

    def looked(self, prediction: Prediction) -> tuple[Prediction, Queue]:
        """How it is now, and the queue while it is in it. Raises NetworkError."""
        prompt_id = prediction.id
        entry, queue = self._client.history(prompt_id), Queue()
        if entry is None:
            queue = self._client.queue()
            if queue.find(prompt_id) is None:
                # It may have ended between the two questions.
                entry = self._client.history(prompt_id)
                if entry is None:
                    lost = Prediction(prompt_id, PredictionState.FAILED, error=tr(LOST), cost=0.0)
                    return replace(lost, notes=prediction.notes), queue
        if entry is None:
            return replace(prediction, state=PredictionState.RUNNING), queue
        ended = outcome(prompt_id, entry, self._wording)
        return replace(ended, notes=prediction.notes), queue

    def follow(self, prediction: Prediction, watch: Watch) -> Prediction:
        """Report how far it is until it has ended, or for half a minute. Raises NetworkError."""
        until = time.monotonic() + FOLLOW_SECONDS
        with self._listener(prediction.id) as listener:
            # Before the first look, so that an end that comes after it is heard.
            listener.open()
            progress: Progress | None = None
            while True:
                watch.check()
                prediction, queue = self.looked(prediction)
                if prediction.state is not PredictionState.RUNNING or time.monotonic() > until:
                    return prediction
                found = queue.find(prediction.id)
                progress = progress or Progress(prediction.id, found.graph if found else {})
                _report(watch, progress, queue.before(prediction.id))
                self._hear(listener, progress, watch)

    def _hear(self, listener: Listener, progress: Progress, watch: Watch) -> None:
        """Listen until it is time for the next look."""
        if progress.has_ended:
            # And yet the look did not show it: asking on without a pause helps nobody.
            watch.wait(HEAR_SECONDS)
            return
        until = time.monotonic() + self._look_seconds
        while (left := until - time.monotonic()) > 0 and not progress.has_ended:
            watch.check()
            if not listener.open():
                watch.wait(min(left, HEAR_SECONDS))
                continue
            before = progress.fraction
            progress.hear(listener.message(min(left, HEAR_SECONDS)) or {})
            if progress.fraction != before:
                _report(watch, progress, 0)


def _report(watch: Watch, progress: Progress, before: int) -> None:
    if before:
        note = ntr(
            "{number} prompt comes before it in ComfyUI's queue",
            "{number} prompts come before it in ComfyUI's queue",
            before,
        )
        watch.report(Stage.WAITING, None, note)
    else:
        watch.report(Stage.RUNNING, progress.fraction)
