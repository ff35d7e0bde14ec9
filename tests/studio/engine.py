"""The engine of tests: it waits and gives a simulated edit, as a file tells it job by job."""

from __future__ import annotations

import json
import os
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from edit_studio.engines import Edited
from layer_edit.backends.base import Stage
from tests.double.simulate import SimulatedModel

CONTROL = "STUDIO_TEST_CONTROL"
"""Names the file."""

STEP = 0.02
"""Seconds between two looks at whether the job is still wanted."""


@dataclass(frozen=True)
class Control:
    """`seconds`: how long a job takes, drawn from this range. `scale` and `size`: of the result.
    `loading`: seconds until a worker is ready."""

    seconds: tuple[float, float] = (0.0, 0.0)
    scale: float = 1 / 64
    size: tuple[int, int] | None = None
    loading: float = 0.0

    def write(self, file: Path) -> None:
        """For all jobs begun from now on."""
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(asdict(self)), "utf-8")
        beside.replace(file)

    @classmethod
    def read(cls) -> Control:
        """What is to be done now."""
        told = json.loads(Path(os.environ[CONTROL]).read_text("utf-8"))
        size = tuple(told["size"]) if told["size"] else None
        return cls(tuple(told["seconds"]), told["scale"], size, told["loading"])


class WaitingEngine:
    """Loads nothing."""

    def __init__(self, _settings: Any) -> None:
        pass

    def prepare(self) -> str:
        time.sleep(Control.read().loading)
        return "The engine of tests is ready."

    def run(self, request: Any, watch: Any) -> Edited:
        control = Control.read()
        seconds = random.uniform(*control.seconds)  # noqa: S311 - not a secret
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            watch.wait(min(left, STEP))
            watch.report(Stage.RUNNING, 1 - left / seconds)
        model = SimulatedModel(scale=control.scale, size=control.size)
        asked = request.size.as_tuple if request.size else (2048, 2048)
        data = model.render(
            request.images[0].data, request.instruction, asked, request.output_format
        )
        return Edited(data, ("A note.",))
