"""The processes of a studio on one machine: Redis, the front, the workers. Started, watched, ended.

Standard library only. Tests and benches start their studios in the same way.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .console import InstallerError
from .metadata import PLUGIN_DIR

START_SECONDS = 30.0
"""Redis and the front are there in a second or two; a slow machine gets this long."""

END_SECONDS = 20.0
"""A worker puts its job back and ends in a moment; an engine may be in the middle of a step."""

CANNOT_START = 78
"""Exit code of `edit_studio` for a setting or an engine that does not do: no use trying again."""

PAUSES = (0.2, 1.0, 5.0, 15.0)
"""Seconds before a process that died is started again; the last is repeated."""

SETTLED = 60.0
"""Seconds after which a process counts as well, and its next end as its first."""

REDIS_CONF = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
save ""
appendonly yes
# An accepted job is on disk before the client hears of it.
appendfsync always
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Redis:
    """A Redis of the studio's own, on loopback; `folder` keeps its file, address and password."""

    folder: Path
    port: int
    password: str

    @classmethod
    def at(cls, folder: Path) -> Redis:
        """That folder's: the one of before, or a new one on a port that is free now."""
        conf = folder / "redis.conf"
        text = conf.read_text("utf-8") if conf.is_file() else ""
        told = dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
        if told:
            redis = cls(folder, int(told["port"]), told["requirepass"])
        else:
            folder.mkdir(parents=True, exist_ok=True)
            redis = cls(folder, free_port(), secrets.token_hex(24))
        # Anew where the folder was moved or copied: it names where the data lies.
        wanted = REDIS_CONF.format(port=redis.port, password=redis.password, folder=f'"{folder}"')
        if text != wanted:
            part = folder / "redis.conf.part"
            part.touch(mode=0o600)
            part.write_text(wanted, "utf-8")
            part.replace(conf)
        return redis

    @property
    def url(self) -> str:
        """For STUDIO_REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        """Whether it is there and has read its file."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                connection.settimeout(1)
                told = b""
                while told.count(b"\r\n") < 2:
                    part = connection.recv(200)
                    if not part:
                        return False
                    told += part
        except OSError:
            return False
        return b"+PONG" in told


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Child:
    """One process; its output goes to the end of `log`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    ends: int = 0
    again_at: float | None = None

    def start(self) -> None:
        """Start it. In a session of its own, so that a Ctrl-C reaches the launcher alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                list(self.command),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started, self.again_at = time.monotonic(), None

    @property
    def exit_code(self) -> int | None:
        """None while it runs, or when it was never started."""
        return None if self.process is None else self.process.poll()

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if self.process is not None and self.runs:
            self.process.terminate()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None and self.runs:
            self.process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
            self.process.wait()

    def wait(self, until: float) -> None:
        """Wait for its end; what has not ended by then (monotonic seconds) is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.kill()

    def last_words(self) -> str:
        """The last line of its output that says something: that it has stopped is known."""
        for line in reversed(self.log.read_text("utf-8", "replace").strip().splitlines()):
            try:
                words = str(json.loads(line).get("text", ""))
            except (ValueError, AttributeError):
                words = line
            if words:
                return words[-500:]
        return "it said nothing"


@dataclass
class Processes:
    """All of a studio's processes. `settings`: STUDIO_… variables, besides those set here."""

    redis_program: str
    python: Path
    folder: Path
    settings: Mapping[str, str]
    host: str = "127.0.0.1"
    port: int = 0
    workers: int = 1
    worker_python: Path | None = None
    front_arguments: Sequence[str] = ()
    path: Sequence[Path] = ()
    gpus: bool = False
    engine_urls: Sequence[str] = ()
    redis: Redis = field(init=False)
    children: dict[str, Child] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.redis = Redis.at(self.folder / "redis")
        self.port = self.port or free_port()
        self._add("redis", [self.redis_program, str(self.redis.folder / "redis.conf")])
        self._add(
            "front",
            [*self.studio("front"), "--host", self.host, "--port", str(self.port),
             *self.front_arguments],
        )  # fmt: skip
        for number in range(self.workers):
            command = [*self.studio("worker", self.worker_python), "--name", f"worker-{number}"]
            self._add(f"worker-{number}", command, self._own(number))

    def _own(self, number: int) -> dict[str, str]:
        """What a worker has for itself: a GPU, or one of the engine's servers."""
        own = {"CUDA_VISIBLE_DEVICES": str(number)} if self.gpus else {}
        if self.engine_urls:
            own["STUDIO_ENGINE_URL"] = self.engine_urls[number % len(self.engine_urls)]
        return own

    def studio(self, command: str, python: Path | None = None) -> list[str]:
        """The command line of one of `edit_studio`'s commands."""
        return [str(python or self.python), "-m", "edit_studio", command]

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the studio is given."""
        store = {"STUDIO_STORE": str(self.folder / "pictures")}
        path = os.pathsep.join(str(each) for each in (PLUGIN_DIR, *self.path))
        own = {"STUDIO_REDIS_URL": self.redis.url, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
        return {**store, **os.environ, **self.settings, **own}

    def _add(
        self, name: str, command: Sequence[str], more: Mapping[str, str] | None = None
    ) -> None:
        log = self.folder / "log" / f"{name}.log"
        self.children[name] = Child(name, command, {**self.environment, **(more or {})}, log)

    # Life

    def start_redis(self) -> None:
        """Start Redis and wait until it answers. Raises InstallerError."""
        redis = self.children["redis"]
        redis.start()
        self._wait_for(self.redis.answers, redis)

    def start(self) -> None:
        """Start what does not run yet, and wait until the front answers. Raises InstallerError."""
        if not self.children["redis"].runs:
            self.start_redis()
        for child in self.children.values():
            if not child.runs:
                child.start()
        self._wait_for(self._front_listens, self.children["front"])

    def _front_listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((self._near, self.port), 1):
            return True
        return False

    @property
    def _near(self) -> str:
        """The front's host, seen from here."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104

    def _wait_for(self, ready: Callable[[], bool], child: Child) -> None:
        give_up = time.monotonic() + START_SECONDS
        while not ready():
            if child.exit_code is not None or time.monotonic() > give_up:
                raise InstallerError(f"The studio's {child.name} did not start: {_said(child)}")
            time.sleep(0.05)

    def watch(self) -> list[str]:
        """Start again what died; sentences about it. To be called about every second.

        Raises InstallerError when a process cannot start at all.
        """
        told = []
        for child in self.children.values():
            if child.runs:
                continue
            if child.exit_code == CANNOT_START:
                raise InstallerError(f"The studio's {child.name} cannot start: {_said(child)}")
            now = time.monotonic()
            if child.again_at is None:
                child.ends = 0 if now - child.started > SETTLED else child.ends
                child.again_at = now + PAUSES[min(child.ends, len(PAUSES) - 1)]
                child.ends += 1
                told.append(f"{child.name} ended and is started again: {_said(child)}")
            if now >= child.again_at:
                child.start()
        return told

    def ready_workers(self) -> int:
        """How many workers have loaded their engine and were heard of."""
        scheme = "https" if "--certificate" in self.front_arguments else "http"
        context = ssl.create_default_context() if scheme == "https" else None
        if context:
            # It is the front that was just started here, under whatever name.
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        near = f"[{self._near}]" if ":" in self._near else self._near
        url = f"{scheme}://{near}:{self.port}/health"
        try:
            with urllib.request.urlopen(url, timeout=5, context=context) as answer:  # noqa: S310
                return int(json.load(answer).get("workers", 0))
        except (OSError, ValueError):
            return 0

    def stop(self) -> None:
        """End all: workers put their jobs back, then Redis writes what is left."""
        others = [child for child in self.children.values() if child.name != "redis"]
        redis = self.children["redis"]
        for group in (others, [redis]):
            for child in group:
                child.ask_to_end()
            until = time.monotonic() + END_SECONDS
            for child in group:
                child.wait(until)

    def new_key(self, name: str) -> str:
        """Make an artist's key; Redis must run. Raises InstallerError."""
        run = subprocess.run(
            [*self.studio("keys"), "add", name],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            raise InstallerError(run.stderr.strip() or "The key could not be made.")
        return run.stdout.strip()


def _said(child: Child) -> str:
    return f"{child.last_words()} (all of it is in {child.log})"
