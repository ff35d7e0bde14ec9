"""A studio for tests: started as `installer studio` starts one, with an engine that waits."""

from __future__ import annotations

import base64
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from edit_studio.keys import Keys
from edit_studio.queue import Queue, connect
from installer.studio_processes import Processes
from installer.system import find_redis
from tests.contract.wavespeed_kit import encoded, picture
from tests.studio.engine import CONTROL, Control

ROOT = Path(__file__).resolve().parents[2]
MODEL = "wavespeed-ai/hidream-o1-image/edit"
QUICK = {"STUDIO_BEAT": "0.1", "STUDIO_LEASE": "1.5", "STUDIO_SWEEP": "0.2"}
"""Seconds; a worker that was killed is missed after one and a half."""

PATIENCE = 60.0
"""Seconds until a test gives up waiting."""


def why_not() -> str:
    """Why no studio can run here; '' when one can."""
    if sys.platform == "win32":
        return "Redis does not run on Windows"
    return "" if find_redis() else "there is no redis-server on the path"


class Studio:
    """A running studio. `settings` are STUDIO_… variables."""

    def __init__(self, folder: Path, workers: int = 1, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._control = folder / "control.json"
        self.control(Control())
        own = {"STUDIO_ENGINE": "tests.studio.engine:WaitingEngine", CONTROL: str(self._control)}
        self.processes = Processes(
            redis_program=find_redis() or "redis-server",
            python=Path(sys.executable),
            folder=folder,
            settings={**own, **QUICK, **settings},
            workers=workers,
            path=(ROOT,),
        )
        self.redis: Any = connect(self.processes.redis.url)
        self.queue = Queue(self.redis)
        self.keys = Keys(self.redis)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.processes.port}"

    def control(self, control: Control) -> None:
        """What the engine does with the jobs begun from now on."""
        control.write(self._control)

    def start(self) -> None:
        """Start all, and wait for the workers."""
        self.processes.start()
        self.wait_for(lambda: self.processes.ready_workers() >= self.processes.workers)

    def key(self, name: str, at_once: int = 64, queued: int = 20_000) -> Client:
        """A new key's client."""
        return Client(self.url, self.keys.add(name, at_once, queued))

    def wait_for(self, ready: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Wait until it is true; what it was then."""
        give_up = time.monotonic() + seconds
        while not (found := ready()):
            assert time.monotonic() < give_up, f"waited {seconds:g} s in vain"
            time.sleep(0.02)
        return found

    def logs(self) -> str:
        """All that the processes have said."""
        return "".join(
            file.read_text("utf-8") for file in sorted((self.folder / "log").glob("[fw]*.log"))
        )


@contextmanager
def running(folder: Path, workers: int = 1, **settings: str) -> Iterator[Studio]:
    """A studio that ends with the block."""
    studio = Studio(folder, workers, **settings)
    try:
        studio.start()
        yield studio
    finally:
        studio.processes.stop()


class Client:
    """Speaks the protocol with one key, plainly."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.key = key
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {key}"

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/api/v3/{path}", timeout=10, **options)

    def submit(self, **changes: Any) -> str:
        """The id of a new job."""
        answer = self.ask("POST", MODEL, json={**a_body(), **changes})
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["id"]

    def data(self, job_id: str) -> dict[str, Any]:
        answer = self.ask("GET", f"predictions/{job_id}/result")
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def ended(self, job_id: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """The job when it has ended."""
        give_up = time.monotonic() + seconds
        while (data := self.data(job_id))["status"] not in ("completed", "failed"):
            assert time.monotonic() < give_up, data
            time.sleep(0.02)
        return data


def a_body() -> dict[str, Any]:
    """A submit in order, with a small picture inside."""
    data = base64.b64encode(encoded(picture()).data).decode()
    return {
        "prompt": "make it warmer",
        "images": [f"data:image/png;base64,{data}"],
        "size": "2048*2048",
        "output_format": "png",
    }
