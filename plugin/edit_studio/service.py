"""What the front does with a request, without HTTP: for one owner, on values."""

from __future__ import annotations

import base64
import itertools
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from . import protocol
from .jobs import Job
from .keys import Owner
from .log import Log
from .protocol import Refusal
from .queue import Queue
from .settings import Settings
from .store import NAME, Store, new_name

PAGE = 100
TICKET_SECONDS = 3600


class Service:
    """The protocol's calls. `models`: id -> title of what is served. `wake`: tell the workers.

    Every method may raise Refusal, StoreError and redis.RedisError; all block.
    """

    def __init__(
        self,
        settings: Settings,
        queue: Queue,
        store: Store,
        models: Mapping[str, str],
        wake: Callable[[], None],
        log: Log,
    ) -> None:
        self.settings = settings
        self.queue = queue
        self.store = store
        self.models = models
        self._wake = wake
        self._log = log

    @property
    def most_bytes(self) -> int:
        """Of one picture."""
        return int(self.settings.max_image_megabytes * 2**20)

    # Predictions

    def submit(self, owner: Owner, model: str, body: Mapping[str, Any]) -> Job:
        """Accept a job: when this returns, it is in the queue for good."""
        if model not in self.models:
            raise Refusal(404, f"model {model} is not served here")
        inputs = protocol.read_inputs(body, self.settings.max_images)
        found = [protocol.read_picture(text, self.most_bytes) for text in inputs["images"]]
        pictures = tuple(one.name or self.keep(one.data, one.kind) for one in found)
        seed = inputs.get("seed", -1)
        job = Job(
            id=Job.new_id(),
            owner=owner.name,
            model=model,
            inputs={**inputs, "images": [one.name for one in found]},
            pictures=pictures,
            seed=Job.draw_seed() if seed == -1 else seed,
            created=time.time(),
        )
        if not self.queue.submit(job, owner.queued):
            forget_pictures(job, self.store)
            raise Refusal(429, "You have reached your limit of queued jobs")
        self._log.say("accepted", job, prompt=inputs["prompt"], pictures=pictures)
        self._wake()
        return job

    def get(self, owner: Owner, job_id: str) -> Job:
        """A job of that owner."""
        job = self.queue.get(owner.name, job_id)
        if job is None:
            raise Refusal(404, "prediction not found")
        return job

    def data(self, job: Job, address: str) -> dict[str, Any]:
        """What the protocol tells of a job. `address`: how the client came here."""
        return protocol.task(job, self._outputs(job, address), address)

    def _outputs(self, job: Job, address: str) -> list[str]:
        if not job.output:
            return []
        if job.inputs.get("enable_base64_output"):
            return [base64.b64encode(self.store.get(job.output) or b"").decode("ascii")]
        return [f"{address}/files/{job.output}"]

    def history(self, owner: Owner, body: Mapping[str, Any], address: str) -> dict[str, Any]:
        """A page of an owner's jobs, newest first."""
        page = protocol.as_count(body.get("page", 1), "page", 10**6)
        size = protocol.as_count(body.get("page_size", 20), "page_size", PAGE)
        after = protocol.as_unix(body.get("created_after"), "created_after")
        before = protocol.as_unix(body.get("created_before"), "created_before")
        jobs = self.queue.history(
            owner.name,
            -math.inf if after is None else after,
            math.inf if before is None else before,
        )
        wanted = (
            job
            for job in jobs
            if body.get("model") in (None, job.model)
            and body.get("status") in (None, protocol.STATES.get(job.state, job.state))
        )
        shown = itertools.islice(wanted, (page - 1) * size, page * size)
        return {
            "page": page,
            "items": [self._item(job, address, bool(body.get("include_inputs"))) for job in shown],
        }

    def _item(self, job: Job, address: str, with_inputs: bool) -> dict[str, Any]:
        outputs = [f"{address}/files/{job.output}"] if job.output else []
        item = protocol.task(job, outputs, address)
        return {**item, "inputs": protocol.listed_inputs(job, address)} if with_inputs else item

    def delete(self, owner: Owner, ids: Any) -> int:
        """Forget jobs and their pictures; those that wait or run are stopped."""
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise Refusal(400, "ids is required")
        deleted = [job for one in ids if (job := self.queue.delete(owner.name, one))]
        for job in deleted:
            forget_pictures(job, self.store)
            self._log.say("deleted", job, state=job.state)
        return len(deleted)

    # Pictures

    def ticket(self, body: Mapping[str, Any], address: str) -> dict[str, Any]:
        """Where to PUT an upload. The address is the right to do so, and nobody can guess it."""
        size, filename = body.get("size"), body.get("filename")
        if not isinstance(filename, str) or not filename or type(size) is not int or size < 0:
            raise Refusal(400, "filename and size are required")
        self.check_size(size)
        content_type = str(body.get("content_type") or "application/octet-stream")
        name = new_name("uploads", protocol.kind_of(content_type))
        self.queue.open_ticket(name, size, TICKET_SECONDS)
        url = f"{address}/files/{name}"
        put = {"method": "PUT", "url": url, "headers": {"Content-Type": content_type}}
        return {**_upload(url, filename, size, content_type), "upload": put}

    def ticket_size(self, name: str) -> int:
        """How many bytes may be PUT under that name."""
        size = self.queue.ticket(name) if NAME.fullmatch(name) else None
        if size is None:
            raise Refusal(403, "there is no such upload, or it has run out")
        return size

    def fill_ticket(self, name: str, size: int, data: bytes) -> None:
        """Take what was PUT; an upload that broke off may be sent again."""
        if len(data) != size:
            raise Refusal(400, f"{size} bytes were announced and {len(data)} came")
        self.store.put(name, data)
        self.queue.close_ticket(name)

    def check_size(self, size: int) -> None:
        """Raise Refusal for a picture that is too large."""
        if size > self.most_bytes:
            raise Refusal(413, f"pictures may have {self.settings.max_image_megabytes:g} MB")

    def keep(self, data: bytes, kind: str) -> str:
        """Store an upload; returns its name."""
        name = new_name("uploads", kind)
        self.store.put(name, data)
        return name

    def upload(self, data: bytes, filename: str, content_type: str, address: str) -> dict[str, Any]:
        """An upload that came as a form."""
        self.check_size(len(data))
        name = self.keep(data, protocol.kind_of(content_type))
        return _upload(f"{address}/files/{name}", filename, len(data), content_type)

    def file(self, name: str) -> bytes:
        """A stored picture."""
        data = self.store.get(name) if NAME.fullmatch(name) else None
        if data is None:
            raise Refusal(404, "there is no such file, or it is no longer kept")
        return data

    # Money: there is none, and nothing that could run out

    def price(self, model: Any) -> float:
        """0 US dollars for a model that is served."""
        if not isinstance(model, str) or model not in self.models:
            raise Refusal(404, "model not found")
        return 0.0

    def listed_models(self) -> list[dict[str, Any]]:
        """What is served."""
        return [
            {
                "model_id": model,
                "name": model,
                "description": title,
                "type": "image-to-image",
                "base_price": 0.0,
            }
            for model, title in self.models.items()
        ]


def forget_pictures(job: Job, store: Store) -> None:
    """Delete what belongs to this job alone: its result and pictures sent inside the request."""
    own = [name for name, told in zip(job.pictures, job.inputs["images"], strict=True) if not told]
    for name in (*own, *filter(None, [job.output])):
        store.delete(name)


def _upload(url: str, filename: str, size: int, content_type: str) -> dict[str, Any]:
    kind = content_type.partition("/")[0]
    return {"type": kind, "download_url": url, "filename": filename, "size": size}
