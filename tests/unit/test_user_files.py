"""Settings, keys, log and libraries: the files of the user's that the plugin reads and writes."""

import json
import logging
import os
import stat
import sys

import pytest

from layer_edit import log, paths, vendored
from layer_edit.editing.errors import InputError
from layer_edit.keys import KeyStore
from layer_edit.settings import Settings, load, save


def test_settings_come_back(tmp_path):
    """What is saved is loaded."""
    settings = Settings(backend="wavespeed", budget=1.5, sync_mode=True)
    save(settings, tmp_path / "new")
    assert load(tmp_path / "new") == settings


@pytest.mark.parametrize("text", ["", "{", "[]", '{"backend": 5, "budget": "x", "other": 1}'])
def test_bad_settings_are_defaults(tmp_path, text):
    """A damaged file, wrong types and unknown names never keep the plugin from starting."""
    (tmp_path / "settings.json").write_text(text)
    assert load(tmp_path) == Settings()


def test_one_bad_value_does_not_cost_the_others(tmp_path):
    """Only the wrong one takes its default."""
    (tmp_path / "settings.json").write_text(json.dumps({"slots": "x", "budget": 2.0}))
    assert load(tmp_path) == Settings(budget=2.0)


@pytest.mark.skipif(os.name != "posix", reason="file permissions are POSIX ones here")
def test_a_key_is_kept_for_its_user_alone(tmp_path, monkeypatch):
    """Mode 600 in a folder of mode 700, replaced and forgotten as asked."""
    monkeypatch.delenv("WAVESPEED_API_KEY", raising=False)
    keys = KeyStore(tmp_path)
    assert keys.get("wavespeed") == ""
    keys.put("wavespeed", " first ")
    keys.put("wavespeed", "second")
    assert keys.get("wavespeed") == "second"
    file = tmp_path / "keys" / "wavespeed"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    keys.put("wavespeed", "")
    assert not file.exists()


def test_the_environment_comes_first(tmp_path, monkeypatch):
    """Studios set keys centrally."""
    keys = KeyStore(tmp_path)
    keys.put("wavespeed", "mine")
    monkeypatch.setenv("WAVESPEED_API_KEY", "theirs")
    assert keys.get("wavespeed") == "theirs"


class FakeKeyring:
    """The four names of the keyring library that are used, over a dict."""

    class errors:  # noqa: N801 - the library's name
        class KeyringError(Exception):
            pass

    def __init__(self, works=True):
        self.kept = {}
        self._works = works

    def set_password(self, service, name, key):
        if not self._works:
            raise self.errors.KeyringError("locked")
        self.kept[service, name] = key

    def get_password(self, service, name):
        return self.kept.get((service, name))

    def delete_password(self, service, name):
        del self.kept[service, name]


def test_the_keyring_is_used_where_there_is_one(tmp_path, monkeypatch):
    """Then no file has the key; forgetting takes it out of the keyring."""
    monkeypatch.delenv("WAVESPEED_API_KEY", raising=False)
    ring = FakeKeyring()
    KeyStore(tmp_path, ring).put("wavespeed", "secret")
    assert KeyStore(tmp_path, ring).get("wavespeed") == "secret"
    assert list(tmp_path.rglob("*")) == []
    KeyStore(tmp_path, ring).put("wavespeed", "")
    assert KeyStore(tmp_path, ring).get("wavespeed") == ""


def test_a_keyring_that_is_locked_leaves_the_file(tmp_path, monkeypatch, caplog):
    """The key is kept in the user's own file, and the log does not have it."""
    monkeypatch.delenv("WAVESPEED_API_KEY", raising=False)
    KeyStore(tmp_path, FakeKeyring(works=False)).put("wavespeed", "secret")
    assert KeyStore(tmp_path, FakeKeyring()).get("wavespeed") == "secret"
    assert "secret" not in caplog.text


def test_the_last_key_that_was_set_holds(tmp_path, monkeypatch):
    """Whichever place took it: one that the keyring refused is newer than what that has."""
    monkeypatch.delenv("WAVESPEED_API_KEY", raising=False)
    ring, locked = FakeKeyring(), FakeKeyring(works=False)
    KeyStore(tmp_path, ring).put("wavespeed", "first")
    locked.kept = ring.kept
    KeyStore(tmp_path, locked).put("wavespeed", "second")
    assert KeyStore(tmp_path, ring).get("wavespeed") == "second"
    KeyStore(tmp_path, ring).put("wavespeed", "third")
    assert KeyStore(tmp_path, ring).get("wavespeed") == "third"


def test_a_key_that_cannot_be_kept_is_said(tmp_path):
    """The sentence names the other way."""
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(InputError, match="WAVESPEED_API_KEY"):
        KeyStore(tmp_path).put("wavespeed", "k")


def test_missing_libraries_get_a_sentence(tmp_path, monkeypatch):
    """The folder of this interpreter is named, and sys.path is as it was."""
    monkeypatch.setattr(vendored, "LIBRARIES", ("no_such_library",))
    before = list(sys.path)
    with pytest.raises(vendored.MissingLibrariesError, match=vendored.tag()):
        vendored.use(tmp_path)
    assert sys.path == before


def test_libraries_are_found_in_the_folder_of_this_interpreter(tmp_path, monkeypatch):
    """And the folder is on sys.path only while they are imported."""
    folder = tmp_path / "vendor" / vendored.tag()
    folder.mkdir(parents=True)
    (folder / "le_test_library.py").write_text("VALUE = 7")
    monkeypatch.setattr(vendored, "LIBRARIES", ("le_test_library",))
    before = list(sys.path)
    vendored.use(tmp_path)
    assert sys.modules.pop("le_test_library").VALUE == 7
    assert sys.path == before


def test_another_data_folder_holds_from_the_next_start(tmp_path, monkeypatch):
    """The choice lies in the usual place, nothing is moved, and the process keeps its folder."""
    monkeypatch.delenv("LAYER_EDIT_DATA", raising=False)
    usual, parent = tmp_path / "usual" / paths.NAME, tmp_path / "disk"
    monkeypatch.setattr(paths, "default_folder", lambda: usual)
    parent.mkdir()
    paths._found.cache_clear()
    assert paths.data_folder() == usual
    chosen = paths.choose_folder(parent, usual)
    assert chosen == parent / "layer-edit"
    assert paths.data_folder() == usual
    paths._found.cache_clear()
    assert paths.data_folder() == chosen
    assert list(chosen.iterdir()) == []
    paths._found.cache_clear()


def test_a_chosen_folder_that_is_not_there_is_not_made(tmp_path, monkeypatch):
    """As with a disk that is not plugged in: the usual place serves meanwhile."""
    monkeypatch.delenv("LAYER_EDIT_DATA", raising=False)
    usual = tmp_path / paths.NAME
    chosen = paths.choose_folder(tmp_path / "disk", usual)
    chosen.rmdir()
    monkeypatch.setattr(paths, "default_folder", lambda: usual)
    paths._found.cache_clear()
    assert paths.data_folder() == usual
    assert paths.chosen_folder(usual) == chosen
    assert not chosen.exists()
    paths._found.cache_clear()


def test_the_usual_folder_takes_the_choice_back(tmp_path):
    """Choosing it, or the folder it is in."""
    usual = tmp_path / paths.NAME
    paths.choose_folder(tmp_path / "disk", usual)
    assert paths.choose_folder(tmp_path, usual) == usual
    assert paths.chosen_folder(usual) is None


@pytest.mark.parametrize("text", ["", "relative/folder", "\udcff"])
def test_a_damaged_choice_is_none(tmp_path, text):
    """The usual folder is used then."""
    (tmp_path / paths.POINTER).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert paths.chosen_folder(tmp_path) is None


@pytest.mark.parametrize(
    ("level", "written"), [("warning", 1), ("info", 2), ("debug", 3), ("?", 2)]
)
def test_the_log_has_what_its_level_asks_for(tmp_path, level, written):
    """Everything of that level and graver."""
    logger = logging.getLogger("layer_edit")
    before = list(logger.handlers)
    log.start_log(tmp_path, level)
    try:
        for kind in (logging.WARNING, logging.INFO, logging.DEBUG):
            logger.log(kind, "something")
        assert len((tmp_path / log.LOG).read_text("utf-8").splitlines()) == written
    finally:
        for handler in set(logger.handlers) - set(before):
            logger.removeHandler(handler)
            handler.close()
        log.set_level("info")
