"""The steps that are still to come after each job, in memory and in the data folder.

A step begins when the one before has become a layer. What is left of a chain when Krita ends, or
when a step did not become a layer, is held: only the user's word goes on with it or drops it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..editing.runs import Task, jobs_of
from ..jobs.formats import Step, upgraded
from ..jobs.journal import write_atomically
from ..texts import ntr, tr

FORMAT_VERSION = 1

UPGRADES: Mapping[int, Step] = {}
"""From each earlier version to the next: whoever raises FORMAT_VERSION adds a step."""

UNREAD = ".unread.json"
"""Beside the file: one that was damaged, or that a newer version of the plugin wrote."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Link:
    """A job that is a step: its task holds the steps after it.

    `parent`: the job whose result it works on, '' for a first step. `price`: US dollars a step,
    None where nothing costs. `is_held`: the steps after it wait for the user's word.
    """

    job_id: str
    task: Task
    parent: str = ""
    price: float | None = None
    is_held: bool = False

    @property
    def left(self) -> int:
        """How many steps come after it."""
        return jobs_of(self.task.next)


class Chains:
    """All links by job. `write` hands a write to a worker that keeps the order of the calls."""

    def __init__(self, file: Path, write: Callable[[Callable[[], object]], None]) -> None:
        self._file = file
        self._write = write
        self._links: dict[str, Link] = {}
        self._is_unread = False

    def load(self, is_kept: Callable[[str], bool]) -> None:
        """Read what an earlier Krita left; all of it is held. Quick: a small file.

        `is_kept` tells of a job id whether that job was written down. A step that was not never
        began: it is to be started anew after its parent. A file that is damaged or of a newer
        version is left alone, and kept beside the next one.
        """
        try:
            data = upgraded(json.loads(self._file.read_text("utf-8")), FORMAT_VERSION, UPGRADES)
            links = [_from_json(entry) for entry in data["links"]]
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("%s cannot be read: %s", self._file, error)
            self._is_unread = True
            return
        for link in links:
            if is_kept(link.job_id):
                if link.left:
                    self._links[link.job_id] = link
            elif link.parent:
                self._return(link)

    def _return(self, link: Link) -> None:
        known = self._links.get(link.parent)
        before = replace(link.task, next=()) if known is None else known.task
        step = known.task.step if known else link.task.step - 1
        task = replace(before, step=step, next=(*before.next, link.task))
        self._links[link.parent] = Link(link.parent, task, "", link.price, is_held=True)

    def begin(self, tasks: Mapping[str, Task], price: float | None, parent: str = "") -> None:
        """Jobs have begun, each with its task; they take the place of their parent."""
        self._links.pop(parent, None)
        for job_id, task in tasks.items():
            if task.steps > 1:
                self._links[job_id] = Link(job_id, task, parent, price)
        self._save()

    def link(self, job_id: str) -> Link | None:
        """The link of that job, None for a job that is no step or has ended."""
        return self._links.get(job_id)

    def drop(self, job_id: str) -> None:
        """Forget a job and the steps after it."""
        if self._links.pop(job_id, None) is not None:
            self._save()

    def hold(self, job_id: str, is_held: bool = True) -> None:
        """Let the steps after a job wait for the user's word, or no longer."""
        link = self._links.get(job_id)
        if link is not None:
            self._links[job_id] = replace(link, is_held=is_held)

    def left(self, job_id: str) -> int:
        """How many steps come after that job."""
        link = self._links.get(job_id)
        return 0 if link is None else link.left

    @property
    def held(self) -> tuple[Link, ...]:
        """Those with steps that wait for the user's word."""
        return tuple(link for link in self._links.values() if link.is_held and link.left)

    @property
    def promised(self) -> float:
        """US dollars for the steps that will begin by themselves."""
        links = (link for link in self._links.values() if not link.is_held)
        return sum((link.price or 0.0) * link.left for link in links)

    def _save(self) -> None:
        links = [_to_json(link) for link in self._links.values()]
        data = json.dumps({"version": FORMAT_VERSION, "links": links}, ensure_ascii=False, indent=1)
        self._write(lambda: self._put(data.encode() if links else b""))

    def _put(self, data: bytes) -> None:
        try:
            if self._is_unread:
                self._file.replace(self._file.with_suffix(UNREAD))
                self._is_unread = False
            if data:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self._file, data)
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("the steps to come were not kept: %s", error)


def failed_words(task: Task) -> str:
    """'Step 3 of 5 failed; the first 2 layers stay.'"""
    if task.step == 1:
        return tr("Step 1 of {steps} failed, so no other was started.", steps=task.steps)
    return ntr(
        "Step {step} of {steps} failed; the first layer stays.",
        "Step {step} of {steps} failed; the first {number} layers stay.",
        task.step - 1,
        step=task.step,
        steps=task.steps,
    )


def cancelled_words(task: Task) -> str:
    """'Step 3 of 5 was cancelled; the first 2 layers stay.'"""
    if task.step == 1:
        return tr("Step 1 of {steps} was cancelled, so no other was started.", steps=task.steps)
    return ntr(
        "Step {step} of {steps} was cancelled; the first layer stays.",
        "Step {step} of {steps} was cancelled; the first {number} layers stay.",
        task.step - 1,
        step=task.step,
        steps=task.steps,
    )


def waiting_words(task: Task) -> str:
    """A step has no layer yet, so the ones after it wait."""
    return tr(
        "Step {step} of {steps} is not a layer yet: the steps after it wait, and nothing was "
        "spent on them.",
        step=task.step,
        steps=task.steps,
    )


def not_started_words(task: Task, reason: str) -> str:
    """A step could not begin; `reason` is a sentence."""
    return tr(
        "Step {step} of {steps} was not started, and nothing was spent on it. {reason}",
        step=task.step,
        steps=task.steps,
        reason=reason,
    )


def _to_json(link: Link) -> dict[str, Any]:
    return {
        "job": link.job_id,
        "parent": link.parent,
        "price": link.price,
        "task": link.task.to_json(),
    }


def _from_json(data: Mapping[str, Any]) -> Link:
    price = data["price"]
    return Link(
        job_id=str(data["job"]),
        task=Task.from_json(data["task"]),
        parent=str(data["parent"]),
        price=None if price is None else float(price),
        is_held=True,
    )
