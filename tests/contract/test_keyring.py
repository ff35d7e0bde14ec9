"""A keyring that waits until its user unlocks it: nothing but the workers that ask waits with it.

If a call here did wait, it would be the test's own thread that the double finds asking it.
"""

import importlib
import queue
import sys
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from layer_edit.editing.geometry import Size
from layer_edit.editing.plan import Wish
from layer_edit.editing.source import Source
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.jobs.journal import SOURCE, Journal
from layer_edit.jobs.runner import Runner
from layer_edit.keys import SERVICE, Kept, KeyState, KeyStore
from layer_edit.session.equipment import Equipment
from layer_edit.session.prices import Prices
from layer_edit.settings import Settings, save
from tests.contract.job_matrix import PLACE, SHORT, SIZE, Heard
from tests.contract.wavespeed_kit import picture
from tests.double import KEY, SimulatedModel, WaveSpeedDouble

SECONDS = 20
"""Until something is said to never come."""


class LockedKeyring:
    """A keyring that answers once `unlocked` is set, and notes who asked meanwhile."""

    class errors:  # noqa: N801 - the library's name
        class KeyringError(Exception):
            pass

    def __init__(self, kept=None, error=None):
        self.kept = {(SERVICE, name): key for name, key in (kept or {}).items()}
        self.unlocked, self.asked = threading.Event(), threading.Event()
        self.threads = []
        self._error = error

    def get_password(self, service, name):
        self._wait()
        return self.kept.get((service, name))

    def set_password(self, service, name, key):
        self._wait()
        self.kept[service, name] = key

    def delete_password(self, service, name):
        self._wait()
        del self.kept[service, name]

    def _wait(self):
        self.threads.append(threading.current_thread())
        self.asked.set()
        assert self.unlocked.wait(SECONDS)
        if self._error is not None:
            raise self._error


class Signal:
    """As PyQt's, but a call: what hears it here does not mind the thread."""

    def __set_name__(self, owner, name):
        self._name = f"_signal_{name}"

    def __init__(self, *_types):
        pass

    def __get__(self, instance, owner):
        heard = instance.__dict__.setdefault(self._name, [])
        return SimpleNamespace(
            connect=heard.append, emit=lambda *said: [call(*said) for call in list(heard)]
        )


class QObject:
    def __init__(self, parent=None):
        pass


@pytest.fixture
def desks(monkeypatch):
    """The modules of the desks, on a stand-in for Qt."""
    qt = SimpleNamespace(QtCore=SimpleNamespace(QObject=QObject), Signal=Signal)
    names = ("layer_edit.session.key_desk", "layer_edit.session.desk")
    monkeypatch.setitem(sys.modules, "layer_edit.qt", qt)
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield SimpleNamespace(keys=importlib.import_module(names[0]).KeyDesk,
                          account=importlib.import_module(names[1]).AccountDesk)  # fmt: skip
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def ring():
    """With the service's key in it. It is unlocked at the end, so that no thread is left."""
    ring = LockedKeyring({"wavespeed": KEY})
    yield ring
    ring.unlocked.set()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder, and no key in the environment."""
    for name in ("WAVESPEED_API_KEY", "LAYER_EDIT_IMAGES_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LAYER_EDIT_DATA", str(tmp_path))
    for module, name, value in SHORT:
        monkeypatch.setattr(module, name, value)
    return tmp_path


@pytest.fixture
def double():
    with WaveSpeedDouble(model=SimulatedModel(scale=1 / 64)) as running:
        yield running


@pytest.fixture
def equipment(folder, double, ring):
    """What edits are made with, for the service's double."""
    save(Settings(backend="wavespeed", wavespeed_url=double.url), folder)
    made = Equipment(folder)
    made.keys = KeyStore(folder, ring)
    return made


def aside(call):
    """On a thread, as the runner does it."""
    threading.Thread(target=call, daemon=True).start()


def key_desk(desks, store):
    """A desk, and queues of what it says."""
    desk, changed, told = desks.keys(store, aside, None), queue.Queue(), queue.Queue()
    desk.changed.connect(changed.put)
    desk.told.connect(told.put)
    return desk, changed, told


def is_off_main(ring):
    """Whether the keyring was asked, and by workers alone."""
    return ring.threads and threading.main_thread() not in ring.threads


def test_a_key_is_unknown_until_the_keyring_has_answered(desks, folder, ring):
    """However often the interface looks, it is asked once, and the answer is told."""
    desk, changed, _told = key_desk(desks, KeyStore(folder, ring))
    assert {desk.state("wavespeed") for _ in range(5)} == {KeyState.UNKNOWN}
    assert ring.asked.wait(SECONDS)
    assert desk.state("wavespeed") is KeyState.UNKNOWN
    ring.unlocked.set()
    assert changed.get(timeout=SECONDS) == "wavespeed"
    assert desk.state("wavespeed") is KeyState.SET
    assert len(ring.threads) == 1
    assert is_off_main(ring)


def test_backends_without_a_key_ask_nobody(desks, folder, ring):
    """Nor does a key from the environment."""
    desk, _changed, _told = key_desk(desks, KeyStore(folder, ring))
    assert desk.state("offline") is desk.state("comfyui") is KeyState.NONE
    assert KeyStore(folder, ring).get("comfyui") == ""
    assert not ring.threads


def test_the_environment_is_no_matter_of_the_keyring(desks, folder, ring, monkeypatch):
    """It is known at once."""
    monkeypatch.setenv("WAVESPEED_API_KEY", "theirs")
    desk, _changed, _told = key_desk(desks, KeyStore(folder, ring))
    assert desk.state("wavespeed") is KeyState.SET
    assert desk.is_from_environment("wavespeed")
    assert not ring.threads


def test_an_entered_key_holds_at_once_and_is_kept_afterwards(desks, folder, ring):
    """In the order of entering; what was asked for before does not undo it."""
    store = KeyStore(folder, ring)
    desk, changed, told = key_desk(desks, store)
    desk.state("wavespeed")
    assert ring.asked.wait(SECONDS)
    desk.put("wavespeed", "first")
    desk.put("wavespeed", " second ")
    assert desk.state("wavespeed") is KeyState.SET
    assert store.get("wavespeed") == "second"
    assert told.empty()
    ring.unlocked.set()
    news = [told.get(timeout=SECONDS) for _ in range(2)]
    assert [one.kept for one in news] == [Kept.KEYRING, Kept.KEYRING]
    assert "keyring" in news[0].sentence
    assert ring.kept == {(SERVICE, "wavespeed"): "second"}
    assert [changed.get(timeout=SECONDS) for _ in range(3)] == ["wavespeed"] * 3
    assert store.get("wavespeed") == "second"
    assert is_off_main(ring)


def test_where_a_key_went_is_told(desks, folder):
    """Into the user's own file where the keyring stays locked; then nowhere."""
    ring = LockedKeyring(error=LockedKeyring.errors.KeyringError("locked"))
    ring.unlocked.set()
    desk, _changed, told = key_desk(desks, KeyStore(folder, ring))
    desk.put("wavespeed", "of the user's")
    news = told.get(timeout=SECONDS)
    assert news.kept is Kept.FILE
    assert "file" in news.sentence
    working = LockedKeyring()
    working.unlocked.set()
    desk, _changed, told = key_desk(desks, KeyStore(folder, working))
    desk.put("wavespeed", "")
    assert told.get(timeout=SECONDS).kept is Kept.NOWHERE


def test_a_key_that_cannot_be_kept_is_told_and_holds(desks, folder, caplog):
    """Until Krita's end; neither the sentence nor the log has it."""
    (folder / "keys").write_text("in the way")
    ring = LockedKeyring(error=OSError("the bus broke at secret-key"))
    ring.unlocked.set()
    store = KeyStore(folder, ring)
    desk, _changed, told = key_desk(desks, store)
    desk.put("wavespeed", "secret-key")
    news = told.get(timeout=SECONDS)
    assert news.error is not None
    assert "WAVESPEED_API_KEY" in news.sentence
    assert "secret-key" not in f"{news!r} {news.sentence} {news.error.detail} {caplog.text}"
    assert store.get("wavespeed") == "secret-key"


def test_a_key_that_the_keyring_does_not_let_go_of_is_told(desks, folder):
    """Else it would be back at the next start without a word."""
    ring = LockedKeyring({"wavespeed": "k"}, LockedKeyring.errors.KeyringError("locked"))
    ring.unlocked.set()
    desk, _changed, told = key_desk(desks, KeyStore(folder, ring))
    desk.put("wavespeed", "")
    assert "next start" in told.get(timeout=SECONDS).sentence
    assert desk.state("wavespeed") is KeyState.NONE


def test_limits_and_settings_do_not_wait_for_the_keyring(equipment, ring):
    """A backend with the key is made meanwhile, and is there once it is known."""
    made = queue.Queue()
    aside(lambda: made.put(equipment.backend("wavespeed")))
    assert ring.asked.wait(SECONDS)
    assert equipment.limits == equipment.known_limits
    assert equipment.slots("wavespeed") == 2
    equipment.use(replace(equipment.settings, slots=3))
    assert equipment.slots("wavespeed") == 3
    assert equipment.framing().limits == equipment.limits
    assert made.empty()
    ring.unlocked.set()
    assert made.get(timeout=SECONDS).check().balance == 10.0
    assert is_off_main(ring)


def test_a_newer_key_makes_a_newer_backend(equipment, ring, double):
    """Without settings being changed; a forgotten key leaves none that has it."""
    ring.unlocked.set()
    first = equipment.backend("wavespeed")
    assert equipment.backend("wavespeed") is first
    equipment.keys.take("wavespeed", "another-key-another")
    assert equipment.backend("wavespeed") is not first
    equipment.keys.take("wavespeed", "")
    assert equipment.backend("wavespeed") is equipment.plain("wavespeed")
    assert double.violations == []


def test_the_price_is_there_before_the_keyring_answers(desks, equipment, ring):
    """So that the budget holds; the balance follows, once, however often it was asked for."""
    threads, heard = [], queue.Queue()

    def noted(call):
        threads.append(threading.Thread(target=call, daemon=True))
        threads[-1].start()

    desk = desks.account(equipment.backend, equipment.keys, Prices(), noted, None)
    desk.changed.connect(heard.put)
    for _ in range(3):
        desk.ask("wavespeed", "full")
    assert ring.asked.wait(SECONDS)
    account = heard.get(timeout=SECONDS)
    assert (account.price, account.balance) == (0.04, None)
    assert heard.empty()
    assert equipment.known_limits is not None
    ring.unlocked.set()
    for thread in threads:
        thread.join(SECONDS)
    account = heard.get(timeout=SECONDS)
    assert (account.price, account.balance) == (0.04, 10.0)
    assert heard.empty()
    assert is_off_main(ring)


def test_jobs_are_begun_and_cancelled_while_the_keyring_is_locked(equipment, ring, folder, double):
    """Those that need no key run through meanwhile; the others are sent once it is unlocked."""
    heard = Heard()
    runner = Runner(Journal(folder / "jobs"), equipment.backend, heard, slots=equipment.slots)
    image = picture(*PLACE.size.as_tuple).convert("RGBA")

    def begun(backend, size=None):
        wish = Wish("invert", backend, seed=7, size=size)
        record = JobRecord.new(wish, "Layer", PLACE)
        runner.start(record, lambda: Source(image, PLACE))
        return record.id

    def until(job_id, state):
        """Whether it came to that state."""
        return heard.until(
            lambda updates: any(
                one.record.id == job_id and one.record.state is state for one in updates
            )
        )

    wanted, unwanted, third = (begun("wavespeed", Size(SIZE.width, SIZE.height)) for _ in range(3))
    assert ring.asked.wait(SECONDS)
    assert until(begun("offline"), JobState.READY)
    runner.cancel(unwanted)
    assert until(unwanted, JobState.CANCELLED)
    assert double.submits == 0
    ring.unlocked.set()
    assert until(wanted, JobState.READY)
    assert until(third, JobState.READY)
    assert double.submits == 2
    assert is_off_main(ring)
    runner.close()
    assert not Journal(folder / "jobs").folder(unwanted).has(SOURCE)
