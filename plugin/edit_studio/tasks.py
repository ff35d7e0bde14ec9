"""Celery, which wakes workers up: one kind of message, 'look whether there is a job'.

The messages carry nothing, so a lost one or one that comes twice harms nobody; see queue.py.
"""

from __future__ import annotations

import contextlib
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from .queue import CALLS

TASK = "edit_studio.look"
VISIBLE_AGAIN = 300
"""Seconds after which Celery hands out again what a dead worker had taken. No job waits for that:
the sweeper notices a lost call sooner."""


def make_celery(redis_url: str) -> Celery:
    """Celery's side of a front or a worker."""
    app = Celery("edit_studio", broker=redis_url)
    app.conf.update(
        task_default_queue=CALLS,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": VISIBLE_AGAIN,
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "health_check_interval": 5,
        },
    )
    return app


class Waker:
    """Sends calls, and tells how many nobody has taken yet. Safe to use from several threads."""

    def __init__(self, redis_url: str) -> None:
        self._celery: Any = make_celery(redis_url)

    def wake(self) -> None:
        """Send a call. Never raises: the sweeper sends one where this could not."""
        with contextlib.suppress(OperationalError, OSError):
            self._celery.send_task(TASK, retry=False)
