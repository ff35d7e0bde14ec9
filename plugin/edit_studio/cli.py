"""`python3 -m edit_studio front | worker | keys`: one process of a studio, set by STUDIO_…."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import warnings
from collections.abc import Sequence

import redis

from layer_edit.editing.errors import LayerEditError

from .engines import EngineStartError, make_engine, served_models
from .keys import KeyNameError, Keys
from .log import Log, take_over
from .queue import Queue, connect
from .settings import Settings, SettingsError
from .store import open_store

CANNOT_START = 78
"""Exit code (sysexits' EX_CONFIG): starting it again would end the same way."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 failed, 78 when a setting or the engine does not do."""
    options = parser().parse_args(arguments)
    try:
        settings = Settings.from_environment()
        return int(options.run(options, settings))
    except (SettingsError, EngineStartError, KeyNameError) as error:
        print(error, file=sys.stderr, flush=True)
        return CANNOT_START
    except LayerEditError as error:
        print(error.message, file=sys.stderr, flush=True)
        return CANNOT_START
    except redis.RedisError as error:
        print(f"Redis does not answer at STUDIO_REDIS_URL: {error}.", file=sys.stderr, flush=True)
        return 1


def parser() -> argparse.ArgumentParser:
    """The description of the command line."""
    top = argparse.ArgumentParser(prog="python3 -m edit_studio", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    front = commands.add_parser("front", help="answer HTTP")
    front.add_argument("--host", default="127.0.0.1")
    front.add_argument("--port", type=int, default=8790)
    front.add_argument("--certificate", help="PEM file; the front then speaks https")
    front.add_argument("--certificate-key", help="PEM file, where it is not in the other")
    front.set_defaults(run=run_front)
    worker = commands.add_parser("worker", help="run jobs, one at a time")
    worker.add_argument("--name", default=f"worker-{os.getpid()}", help="name in the log")
    worker.set_defaults(run=run_worker)
    keys = commands.add_parser("keys", help="make, end and list the artists' keys")
    actions = keys.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make a key; it is shown this once")
    add.add_argument("name")
    add.add_argument("--at-once", type=int, help="jobs running at once")
    add.add_argument("--queued", type=int, help="jobs waiting")
    add.set_defaults(run=add_key)
    revoke = actions.add_parser("revoke", help="end a key")
    revoke.add_argument("name")
    revoke.set_defaults(run=revoke_key)
    actions.add_parser("list", help="names and limits").set_defaults(run=list_keys)
    return top


def run_front(options: argparse.Namespace, settings: Settings) -> int:
    """Answer requests until told to end."""
    import uvicorn  # noqa: PLC0415 - workers need neither this nor FastAPI

    from .front import make_app  # noqa: PLC0415

    take_over(Log("front", settings.log_contents))
    uvicorn.run(
        make_app(settings, served_models(settings)),
        host=options.host,
        port=options.port,
        ssl_certfile=options.certificate,
        ssl_keyfile=options.certificate_key,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    return 0


def run_worker(options: argparse.Namespace, settings: Settings) -> int:
    """Load the engine, then take calls until told to end."""
    from celery import signals  # noqa: PLC0415

    from .tasks import TASK, Waker, make_celery  # noqa: PLC0415
    from .worker import Worker  # noqa: PLC0415

    # Containers run as root, and nothing here reads what others can put into the queue as code.
    warnings.filterwarnings("ignore", "You're running the worker with superuser privileges")
    name = f"{options.name}@{socket.gethostname()}"
    log = Log(name, settings.log_contents)
    engine = make_engine(settings)
    log.say("ready", engine=settings.engine, text=engine.prepare())
    queue, waker = Queue(connect(settings.redis_url)), Waker(settings.redis_url)
    worker = Worker(settings, queue, open_store(settings), engine, waker, name, log)
    signals.setup_logging.connect(lambda **_: take_over(log), weak=False)
    signals.worker_shutting_down.connect(worker.stop)
    worker.begin()
    celery = make_celery(settings.redis_url)
    celery.task(worker.look, name=TASK)
    celery.worker_main(
        ["--quiet", "worker", "--pool=solo", "--concurrency=1", "--without-gossip",
         "--without-mingle", "--without-heartbeat", f"--hostname={name}"]
    )  # fmt: skip
    return 0


def add_key(options: argparse.Namespace, settings: Settings) -> int:
    """Print a new key."""
    keys = Keys(connect(settings.redis_url))
    limits = options.at_once or settings.at_once, options.queued or settings.queued
    print(keys.add(options.name, *limits))
    return 0


def revoke_key(options: argparse.Namespace, settings: Settings) -> int:
    """End a key."""
    if Keys(connect(settings.redis_url)).revoke(options.name):
        return 0
    print(f"There is no key '{options.name}'.", file=sys.stderr)
    return 1


def list_keys(_options: argparse.Namespace, settings: Settings) -> int:
    """Print names and limits."""
    for owner in Keys(connect(settings.redis_url)).all():
        print(f"{owner.name:30} {owner.at_once:>6} at once {owner.queued:>8} queued")
    return 0
