"""Environments in the cache: made once, whole or made anew."""

import sys
import threading
import time

import pytest

from installer import environment
from installer.console import Console, InstallerError

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="nothing is locked on Windows, and the cache is elsewhere"
)


@pytest.fixture
def making(tmp_path, monkeypatch):
    """A Python without pip and with an empty cache; gives the list of what was made."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(environment, "provide", lambda needs, console: None)
    made = []

    def make(folder):
        made.append(folder)
        time.sleep(0.3)
        folder.mkdir(parents=True)

    monkeypatch.setattr(environment, "_make", make)
    return made


def test_two_that_want_the_same_environment_make_it_once(making):
    """The second one waits for the first, instead of taking its folder away."""
    told = []

    def ask():
        told.append(environment.pip_command(Console()))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(making) == 1
    assert told == [[str(environment.python_in(making[0])), "-m", "pip"]] * 3


def test_one_that_was_not_finished_is_made_anew(making, monkeypatch):
    """Its folder alone says nothing."""
    monkeypatch.setattr(environment, "_make", lambda folder: folder.mkdir(parents=True) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        environment.pip_command(Console())
    monkeypatch.setattr(environment, "_make", making.append)
    environment.pip_command(Console())
    assert len(making) == 1
    environment.pip_command(Console())
    assert len(making) == 1


def test_a_complete_environment_is_used_where_the_cache_can_only_be_read(making, monkeypatch):
    """No lock is needed for it."""

    def lock(file):
        raise PermissionError

    environment.pip_command(Console())
    monkeypatch.setattr(environment, "locked", lock)
    environment.pip_command(Console())
    assert len(making) == 1


def test_a_python_that_makes_no_environment_is_told_in_its_own_words(tmp_path):
    """As of a folder that cannot be on a path."""
    with pytest.raises(InstallerError, match=r"Python made no environment: .*PATH separator"):
        environment._make(tmp_path / "a:b")
