"""The notice of a new version: off by default; on, it only tells, and rarely asks."""

from __future__ import annotations

import io
import json
import urllib.request

import pytest

from installer.metadata import load
from layer_edit import release, updates
from layer_edit.updates import DAY, fetch_https, is_newer, notice

ADDRESS = "https://example.org/metadata.json"
NOW = 1_800_000_000.0


class Fetch:
    """An address that answers with a version, and counts."""

    def __init__(self, *answers: object) -> None:
        self.answers, self.asked = list(answers), []

    def __call__(self, address: str, ca_bundle: str) -> bytes:
        self.asked.append((address, ca_bundle))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, bytes) else json.dumps({"version": answer}).encode()


def told(folder, fetch, now=NOW, own="1.2.0", **more):
    return notice(ADDRESS, folder, own=own, fetch=fetch, now=now, **more)


def test_it_is_off_without_an_address(tmp_path):
    """Neither the disk nor the network is touched."""
    fetch = Fetch("9.0")
    assert notice("", tmp_path / "none", own="1.0", fetch=fetch) == ""
    assert fetch.asked == []
    assert not (tmp_path / "none").exists()


def test_a_new_version_is_told(tmp_path):
    """Both versions are in the sentence; the company's certificates are used."""
    fetch = Fetch("1.10.0")
    sentence = told(tmp_path, fetch, ca_bundle="/ca.pem")
    assert sentence == "Layer Edit 1.10.0 is out, this is 1.2.0: get it where you got this one."
    assert fetch.asked == [(ADDRESS, "/ca.pem")]


def test_once_a_day_is_enough(tmp_path):
    """In between the last answer is told again; a clock that was set back does not stop it."""
    fetch = Fetch("2.0", "3.0", "4.0")
    assert "2.0 is out" in told(tmp_path, fetch)
    assert "2.0 is out" in told(tmp_path, fetch, NOW + DAY - 1)
    assert len(fetch.asked) == 1
    assert "3.0 is out" in told(tmp_path, fetch, NOW + DAY)
    assert "4.0 is out" in told(tmp_path, fetch, NOW - 10 * DAY)


@pytest.mark.parametrize("version", ["1.2.0", "1.2", "1.1.9", "0.9"])
def test_nothing_is_said_of_what_is_not_newer(tmp_path, version):
    """Nor of the version that runs."""
    assert told(tmp_path, Fetch(version)) == ""


@pytest.mark.parametrize(
    "answer",
    [
        OSError("no network"),
        b"",
        b"[]",
        b"<html>",
        b"\xff",
        b'{"version": "<script>"}',
        b'{"version": "9.9 is here, click this"}',
        b'{"version": null}',
    ],
)
def test_whatever_goes_wrong_says_nothing(tmp_path, answer):
    """And nothing but a version is ever shown of what an address answers."""
    assert told(tmp_path, Fetch(answer)) == ""
    assert "2.0 is out" in told(tmp_path, Fetch("2.0"))


def test_a_folder_that_cannot_be_written(tmp_path):
    """Then it asks the next time too."""
    (tmp_path / "file").touch()
    fetch = Fetch("2.0", "2.0")
    assert "2.0 is out" in told(tmp_path / "file" / "x", fetch)
    assert "2.0 is out" in told(tmp_path / "file" / "x", fetch)
    assert len(fetch.asked) == 2
    (tmp_path / "updates.json").write_text("[1]")
    assert "2.0" in told(tmp_path, Fetch("2.0"))


def test_versions_are_compared_as_numbers():
    """1.10 comes after 1.9; what is no version comes after nothing."""
    assert is_newer("1.10", "1.9")
    assert not is_newer("1.9", "1.10")
    assert not is_newer("1.0.0", "1")
    assert not is_newer("x", "1")
    assert not is_newer("2", "")


@pytest.mark.parametrize("address", ["http://example.org/", "file:///etc/passwd", "ftp://x/", "x"])
def test_only_https(address):
    """Nobody in between may tell of versions."""
    with pytest.raises(ValueError, match="is no https:// address"):
        fetch_https(address, "")


def test_a_redirection_stays_in_https():
    """Also on the way."""
    handler = updates._OnlyHttps()
    request = urllib.request.Request("https://example.org/")
    with pytest.raises(ValueError, match="is no https"):
        handler.redirect_request(request, io.BytesIO(), 302, "", {}, "http://example.org/")
    followed = handler.redirect_request(request, io.BytesIO(), 302, "", {}, "https://example.org/x")
    assert followed.full_url == "https://example.org/x"


def test_the_version_of_an_installed_plugin_and_of_a_checkout(tmp_path):
    """Beside the code, or at the top; '' for a plugin that does not say."""
    assert release.version() == load().version
    assert release.version(tmp_path) == ""
    (tmp_path / "metadata.json").write_text('{"version": "7.8"}')
    assert release.version(tmp_path) == "7.8"
    (tmp_path / "metadata.json").write_text("7")
    assert release.version(tmp_path) == ""
