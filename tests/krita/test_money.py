"""Key, price, balance and budget in a real Krita."""

import os
import stat

import pytest

from tests.double import KEY, WaveSpeedDouble
from tests.keysearch import holders
from tests.krita.harness import play


@pytest.fixture(scope="module")
def spent(tmp_path_factory):
    """What the docker said on the way to two edits with a budget for one."""
    with WaveSpeedDouble(duration=1) as double:
        folder = tmp_path_factory.mktemp("money")
        outcome = play(
            "money",
            folder,
            environment={"DOUBLE_KEY": KEY},
            settings={"wavespeed_url": double.url},
        )
        return outcome, outcome.report["said"], double


def test_a_key_is_tested_before_anything_is_spent(spent):
    """A wrong one is called wrong, the right one shows the balance, the field is emptied."""
    _outcome, said, _double = spent
    assert "refuse" in said["wrong key"] or "not accept" in said["wrong key"], said["wrong key"]
    assert "$10.00" in said["right key"]
    assert said["field after"] == ""
    assert said["row without a key"] is True
    assert said["key row"] is False


def test_the_price_is_on_the_button_before_the_click(spent):
    """And the balance below it; what is spent appears as it is spent."""
    _outcome, said, _double = spent
    assert "$0.04" in said["button"]
    assert said["before"] == "Balance $10.00"
    assert said["after one"].startswith("Balance $9.96 · session $0.04")
    assert said["after two"].startswith("Balance $9.92 · session $0.08")


def test_beyond_the_budget_it_asks_first(spent):
    """Nothing is sent until 'Edit anyway' is clicked."""
    _outcome, said, double = spent
    assert "budget of $0.05" in said["budget"]
    assert said["layers before"] == 2
    assert double.submits == 2
    assert double.spent == pytest.approx(0.08)


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """What the docker said while the system's keyring waited to be unlocked, and afterwards."""
    with WaveSpeedDouble(duration=1) as double:
        outcome = play(
            "keyring",
            tmp_path_factory.mktemp("keyring"),
            environment={"DOUBLE_KEY": KEY},
            settings={"wavespeed_url": double.url},
        )
        return outcome, outcome.report["said"], double


def test_krita_goes_on_while_the_keyring_is_locked(locked):
    """Only workers ask it: had Krita waited, nobody could have unlocked it. The price is there."""
    _outcome, said, _double = locked
    assert said["asked by"]
    assert "MainThread" not in said["asked by"]
    assert "$0.04" in said["button"]
    assert said["key row"] is False
    assert "being asked" in said["page"]
    assert said["can be tested"] is False


def test_an_edit_waits_for_the_keyring_and_is_then_made(locked):
    """Another one is cancelled meanwhile; a key that is entered is kept when it is unlocked."""
    _outcome, said, double = locked
    assert said["status"].startswith("Queued")
    assert "keyring is being asked" in said["status"]
    assert said["layers while locked"] == 1
    assert said["layers"] == 2
    assert double.submits == 1
    assert "being kept" in said["entered"]
    assert said["kept"] == "The key is kept in the system's keyring."
    assert said["in the keyring"] is True
    assert "$9.96" in said["tested"]
    assert said["forgotten"] == "No key is set."
    assert said["left in the keyring"] == 0
    assert said["key row without a key"] is True


def test_a_key_in_the_keyring_is_in_no_file(locked):
    """Nor in the log, the journal or the settings."""
    outcome, _said, double = locked
    assert holders(outcome.folder, KEY) == []
    assert not (outcome.folder / "data" / "keys").exists()
    assert double.violations == []


@pytest.mark.skipif(os.name != "posix", reason="file permissions are POSIX ones here")
def test_the_key_is_in_its_own_file_and_nowhere_else(spent):
    """Of all files that were written only the user's own key file has it."""
    outcome, _said, double = spent
    assert holders(outcome.folder, KEY) == []
    own = outcome.folder / "data" / "keys" / "wavespeed"
    assert own.read_text() == KEY
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert double.violations == []
