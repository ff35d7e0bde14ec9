"""Settings, keys, log and libraries: the files of the user's that the plugin reads and writes."""

import json
import os
import stat
import sys

import pytest

from layer_edit import vendored
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
