"""`python3 -m installer studio`: a whole studio on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .console import OK, Console, InputError, InstallerError
from .environment import studio_environment
from .metadata import Metadata
from .studio_processes import Processes
from .system import Need, find_redis, provide

PORT = 8790
LOOPBACK = ("127.0.0.1", "localhost", "::1")
FIRST_KEY = "studio"
"""Name of the key that is made at the first start."""

SEEN = "first-key-made"

NEEDED_BY_WORKERS = ("celery", "redis", "requests", "PIL", "torch")
"""What a Python given for the workers must have; the rest is upstream's."""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command to argparse."""
    one = commands.add_parser("studio", help="serve one's own GPUs to Krita, until Ctrl-C")
    one.add_argument("--engine", default="", help="hidream, comfyui, openai-images or offline")
    one.add_argument("--workers", type=int, help="default: one for each GPU, or for "
                     "each address in STUDIO_ENGINE_URL (separated by commas), or 1")  # fmt: skip
    one.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to serve other machines too")
    one.add_argument("--port", type=int, default=PORT)
    one.add_argument("--data", type=Path, default=Path("layer-edit-studio"), metavar="DIR",
                     help="folder for queue, pictures and logs")  # fmt: skip
    one.add_argument("--certificate", type=Path, metavar="PEM", help="certificate, for https")
    one.add_argument("--certificate-key", type=Path, metavar="PEM", help="its key, if apart")
    one.add_argument("--worker-python", type=Path, metavar="PYTHON",
                     help="Python with torch and what HiDream-O1-Image needs")  # fmt: skip
    one.add_argument("--new-key", metavar="NAME",
                     help="make a key for an artist; also while the studio runs")  # fmt: skip


def run(options: argparse.Namespace, metadata: Metadata, console: Console) -> int:
    """Start everything and watch it. Raises InstallerError."""
    if sys.platform == "win32":
        raise InstallerError("Redis does not run on Windows: start the studio in WSL or on Linux.")
    _check(options)
    provide([Need.REDIS], console)
    program = find_redis()
    assert program is not None  # noqa: S101 - provided
    s3 = os.environ.get("STUDIO_STORE", "").startswith("s3://")
    urls = os.environ.get("STUDIO_ENGINE_URL", "").replace(",", " ").split()
    processes = Processes(
        redis_program=program,
        python=studio_environment(metadata, console, s3=s3),
        folder=options.data,
        settings={"STUDIO_ENGINE": options.engine} if options.engine else {},
        host=options.host,
        port=options.port,
        workers=options.workers or max(_gpus(options), len(urls)),
        engine_urls=urls,
        worker_python=_worker_python(options.worker_python),
        front_arguments=_certificate(options),
        gpus=_is_hidream(options),
    )
    with _alone(processes.folder) as alone:
        if not alone:
            return _key_only(processes, options.new_key, console)
        try:
            return _serve(processes, options, console)
        except KeyboardInterrupt:
            console.say("Ending …")
            return OK
        finally:
            processes.stop()
            console.say("The studio has ended. Jobs that wait go on at the next start.")


def _serve(processes: Processes, options: argparse.Namespace, console: Console) -> int:
    _check_address(options.host, processes.port)
    with console.part("Starting Redis, the front and the workers"):
        processes.start()
    scheme = "https" if options.certificate else "http"
    console.say(f"Address  {scheme}://{_shown(options.host)}:{processes.port}")
    seen = processes.folder / SEEN
    name = options.new_key or ("" if seen.exists() else FIRST_KEY)
    if name:
        console.say(f"Key      {processes.new_key(name)}   ('{name}'; it is shown this once)")
        seen.touch()
    else:
        console.say("Keys of before go on working; --new-key NAME makes another.")
    console.say(f"Logs     {processes.folder / 'log'}\nCtrl-C ends it.")
    if options.host not in LOOPBACK and not options.certificate:
        console.say("The plugin speaks http with this machine alone: others need --certificate.")
    ready = False
    while True:
        time.sleep(1)
        for sentence in processes.watch():
            console.say(sentence)
        if not ready and processes.ready_workers() == processes.workers:
            ready = True
            console.say(f"Workers  {processes.workers}, ready")


def _key_only(processes: Processes, name: str | None, console: Console) -> int:
    if not name:
        raise InstallerError(f"A studio runs already with {processes.folder}: end that first.")
    console.say(processes.new_key(name))
    return OK


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether no other launcher works with that folder; the lock ends with this process."""
    import fcntl  # noqa: PLC0415 - POSIX has it

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def _check(options: argparse.Namespace) -> None:
    if options.workers is not None and options.workers < 1:
        raise InputError("--workers must be at least 1.")
    for file in (options.certificate, options.certificate_key):
        if file is not None and not file.is_file():
            raise InputError(f"{file} is no file.")


def _check_address(host: str, port: int) -> None:
    """Raise InputError where the front cannot listen.

    Another program's answer would be taken for the front's, and that program given the key.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address[0], port, *address[2:]))
    except (OSError, OverflowError) as error:
        raise InputError(
            f"The studio cannot listen at {host}, port {port} ({error}): choose others by --host "
            "and --port; nothing was started."
        ) from error


def _certificate(options: argparse.Namespace) -> list[str]:
    if options.certificate is None:
        return []
    key = options.certificate_key or options.certificate
    return ["--certificate", str(options.certificate), "--certificate-key", str(key)]


def _is_hidream(options: argparse.Namespace) -> bool:
    return (options.engine or os.environ.get("STUDIO_ENGINE", "")) == "hidream"


def _gpus(options: argparse.Namespace) -> int:
    """How many GPUs the engine hidream can use; 1 for engines that use none of their own."""
    if not _is_hidream(options) or shutil.which("nvidia-smi") is None:
        return 1
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    return max(1, listed.stdout.count("GPU "))


def _worker_python(python: Path | None) -> Path | None:
    """That Python, when it has all that a worker imports. Raises InputError with what to do."""
    if python is None:
        return None
    code = (
        "import importlib.util, json, sys; "
        "print(json.dumps([n for n in sys.argv[1:] if importlib.util.find_spec(n) is None]))"
    )
    command = [str(python), "-c", code, *NEEDED_BY_WORKERS]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=True)
        names = json.loads(asked.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise InputError(f"{python} is no Python that can be started.") from error
    lacking = ["Pillow" if name == "PIL" else name for name in names]
    if lacking:
        raise InputError(
            f"{python} lacks {', '.join(lacking)}: run '{python} -m pip install "
            f"{' '.join(lacking)}', then this command again."
        )
    return python


def _shown(host: str) -> str:
    """The host as others would write it in an address."""
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
