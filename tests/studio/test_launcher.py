"""`python3 -m installer studio` as a user starts it, and what it says when it cannot."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from installer import studio, system
from installer.console import Console, InputError, InstallerError
from installer.studio_processes import Child, Processes, Redis, free_port
from installer.system import MANAGERS, Need, Rights, commands_for, packages_for
from tests.studio.kit import ROOT, why_not

LAUNCH = """
import sys
from pathlib import Path
from installer import __main__, studio
studio.studio_environment = lambda *_, **__: Path(sys.executable)
sys.exit(__main__.main(["studio", *sys.argv[1:]]))
"""
"""The command itself, in the environment of the tests in place of one of its own."""

needs_redis = pytest.mark.skipif(bool(why_not()), reason=f"no studio can run here: {why_not()}")


def launch(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", LAUNCH, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def lines_until(process: subprocess.Popen[str], word: str) -> str:
    """What it prints until a line begins with that word."""
    told = ""
    for line in process.stdout:
        told += line
        if line.startswith(word):
            return told
    pytest.fail(f"it ended before it said {word}: {told}")


@needs_redis
def test_a_studio_with_one_command(tmp_path):
    """Address and key are printed; an edit by the plugin's command line; Ctrl-C ends all of it."""
    port = free_port()
    process = launch("--data", tmp_path / "data", "--port", port, "--engine", "offline")
    try:
        told = lines_until(process, "Workers")
        key = re.search(r"^Key +(\S+)", told, re.MULTILINE)[1]
        address = re.search(r"^Address +(\S+)", told, re.MULTILINE)[1]
        assert address == f"http://127.0.0.1:{port}"
        another = launch("--data", tmp_path / "data", "--port", port, "--new-key", "ben")
        assert another.communicate(timeout=60)[0].splitlines()[-1].startswith("studio-")
        refused = launch("--data", tmp_path / "data")
        assert "runs already" in refused.communicate(timeout=60)[0]
        edited(tmp_path, address, key)
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[0]
    assert process.returncode == 0, rest
    assert "has ended. Jobs that wait go on at the next start." in rest
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1)
    assert not Redis.at(tmp_path / "data" / "redis").answers()
    assert (tmp_path / "data" / "redis" / "redis.conf").stat().st_mode & 0o077 == 0


def edited(folder: Path, address: str, key: str) -> None:
    """One edit through the plugin's own command line."""
    Image.effect_noise((80, 60), 90).convert("RGB").save(folder / "in.png")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "plugin"),
        "LAYER_EDIT_DATA": str(folder / "plugin"),
        "WAVESPEED_API_KEY": key,
    }
    run = subprocess.run(
        [sys.executable, "-m", "layer_edit", "edit", folder / "in.png", "invert", "-o",
         folder / "out.png", "--backend", "wavespeed", "--base-url", address],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    with Image.open(folder / "out.png") as result:
        assert result.size == (80, 60)


@needs_redis
def test_an_engine_that_cannot_start_ends_the_studio_with_its_sentence(tmp_path):
    """Not started again and again: the reason is the last thing that is said."""
    process = launch("--data", tmp_path, "--port", free_port(), "--engine", "hidream")
    told = process.communicate(timeout=90)[0]
    assert process.returncode == 1
    assert "STUDIO_HIDREAM_CHECKOUT names no folder" in told
    assert "is started again" not in told


@needs_redis
def test_a_port_that_is_taken_is_told_before_anything_starts(tmp_path):
    """Nor is a key made, which the other program there would be sent."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process = launch("--data", tmp_path, "--port", port, "--engine", "offline")
        told = process.communicate(timeout=60)[0]
    assert process.returncode == 2
    assert f"cannot listen at 127.0.0.1, port {port}" in told
    assert "Key" not in told


@pytest.mark.parametrize(("host", "port"), [("nowhere.invalid", 8790), ("127.0.0.1", 99999)])
def test_an_address_that_this_machine_does_not_have(host, port):
    """It is named, with the options that choose another."""
    with pytest.raises(InputError, match=rf"{host}, port {port} .*--host and --port"):
        studio._check_address(host, port)


@pytest.mark.parametrize(
    ("host", "shown"), [("::1", "[::1]"), ("10.0.0.5", "10.0.0.5"), ("::", socket.gethostname())]
)
def test_the_address_is_shown_as_it_is_entered(host, shown):
    """Colons of an address stand apart from the one before the port."""
    assert studio._shown(host) == shown


def test_the_reason_of_an_end_is_told_and_not_the_end_itself(tmp_path):
    """A front that cannot go on says why, and then that it has stopped."""
    log = tmp_path / "front.log"
    log.write_text('{"event": "library", "text": "in use"}\n{"event": "stopped"}\n')
    child = Child("front", [], {}, log)
    assert child.last_words() == "in use"
    log.write_text("ssl.SSLError: no certificate\n")
    assert child.last_words() == "ssl.SSLError: no certificate"
    log.write_text("")
    assert child.last_words() == "it said nothing"


@needs_redis
def test_a_process_that_dies_is_started_again(tmp_path):
    """The front is killed: the launcher starts it again and says so."""
    processes = Processes(str(system.find_redis()), Path(sys.executable), tmp_path, {})
    try:
        processes.start()
        processes.children["front"].kill()
        told, give_up = [], time.monotonic() + 20
        while not processes.children["front"].runs and time.monotonic() < give_up:
            told += processes.watch()
            time.sleep(0.1)
        assert [line for line in told if line.startswith("front ended")] == told != []
    finally:
        processes.stop()
    assert not any(child.runs for child in processes.children.values())


REDIS_PACKAGES = {"apt-get": "redis-server", "dnf": "redis", "zypper": "redis", "pacman": "redis"}


@pytest.mark.parametrize("manager", MANAGERS, ids=lambda manager: manager.program)
def test_without_redis_and_rights_the_command_to_run_is_told(monkeypatch, manager):
    """Exactly what to install, by the system's own package manager."""
    package = REDIS_PACKAGES[manager.program]
    monkeypatch.setattr(system, "find_redis", lambda: None)
    monkeypatch.setattr(system, "find_rights", lambda: Rights.NONE)
    monkeypatch.setattr(system, "find_manager", lambda: manager)
    with pytest.raises(InstallerError, match=rf"Redis\. Run 'sudo {manager.program} .*{package}'"):
        system.provide([Need.REDIS], Console())
    packages = packages_for(manager, [Need.REDIS])
    assert package in commands_for(manager, packages, Rights.ROOT)[-1]


def test_a_python_for_workers_must_have_what_they_import():
    """What it lacks is named, with the command that installs it."""
    with pytest.raises(InputError, match=r"lacks .*torch.*-m pip install .*torch"):
        studio._worker_python(Path(sys.executable))
    with pytest.raises(InputError, match="no Python"):
        studio._worker_python(Path(os.devnull))
    with pytest.raises(InputError, match="no Python"):
        studio._worker_python(Path("/bin/true"))


def test_redis_keeps_its_address_and_password(tmp_path):
    """A second start uses the same file; every write is synchronised."""
    first = Redis.at(tmp_path)
    assert Redis.at(tmp_path) == first
    conf = (tmp_path / "redis.conf").read_text("utf-8")
    assert "appendonly yes" in conf and "appendfsync always" in conf and "bind 127.0.0.1" in conf


def test_a_studios_folder_that_was_moved(tmp_path):
    """Its Redis works in the new place, and never in the one it was copied from."""
    first = Redis.at(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    moved = Redis.at(tmp_path / "new")
    assert (moved.port, moved.password) == (first.port, first.password)
    conf = tmp_path / "new" / "redis.conf"
    assert f'dir "{tmp_path / "new"}"' in conf.read_text("utf-8")
    assert conf.stat().st_mode & 0o077 == 0


def test_a_start_that_was_killed_before_redis_had_its_file(tmp_path):
    """An empty file is written anew."""
    (tmp_path / "redis.conf").touch()
    assert Redis.at(tmp_path) == Redis.at(tmp_path)
