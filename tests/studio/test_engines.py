"""The plugin's backends as engines, and what an engine's faults become."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edit_studio.engines import ENGINES, EngineStartError, FailedError, make_engine
from edit_studio.engines import backend as adapter
from edit_studio.engines.backend import BackendEngine
from edit_studio.settings import Settings, SettingsError
from edit_studio.worker import as_asked
from layer_edit.backends.base import (
    DeclinedError,
    Health,
    NetworkError,
    Prediction,
    PredictionState,
)
from layer_edit.editing.errors import CancelledError
from layer_edit.editing.geometry import Size
from layer_edit.editing.limits import ImageLimits
from tests.contract.wavespeed_kit import RecordingWatch, a_request, encoded, opened, picture
from tests.double.comfyui import ComfyUIDouble
from tests.double.images import ImagesDouble


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(adapter, "WAITS", (0.001,))
    monkeypatch.setattr(adapter, "PATIENCE", (0.001, 0.001))


class Fake:
    """A backend that runs for three polls. `troubles`: errors that calls raise first."""

    limits = ImageLimits(sizes=(Size(2048, 2048), Size(2304, 1728)))

    def __init__(self, *troubles, end=PredictionState.COMPLETED):
        self.troubles = list(troubles)
        self.end = end
        self.asked = self.cancelled = None
        self.submits = self.polls = 0

    def trouble(self):
        if self.troubles:
            raise self.troubles.pop(0)

    def check(self):
        self.trouble()
        return Health("Ready.")

    def submit(self, request, watch):
        self.trouble()
        self.asked, self.submits = request, self.submits + 1
        return Prediction("p")

    def poll(self, prediction, watch):
        self.trouble()
        self.polls += 1
        over = self.polls >= 3
        return Prediction("p", self.end if over else PredictionState.RUNNING, ("x",), "Because.",
                          ("Noted.",))  # fmt: skip

    def fetch(self, prediction, watch):
        self.trouble()
        return b"picture"

    def cancel(self, prediction):
        self.cancelled = prediction.id


def test_a_backend_is_followed_to_its_end():
    """Submitted once, polled until it ends, fetched; notes are handed on."""
    fake = Fake()
    result = BackendEngine(fake).run(a_request(), RecordingWatch())
    assert (result.data, result.notes) == (b"picture", ("Noted.",))
    assert (fake.submits, fake.polls) == (1, 3)


def test_the_size_is_one_that_the_backend_makes():
    """The nearest by ratio; none for a backend that keeps what it gets."""
    fake = Fake()
    BackendEngine(fake).run(a_request(size=Size(1200, 900)), RecordingWatch())
    assert fake.asked.size == Size(2304, 1728)
    fake.limits, fake.polls = ImageLimits(), 0
    BackendEngine(fake).run(a_request(), RecordingWatch())
    assert fake.asked.size is None


def test_a_server_that_is_away_for_a_moment_is_asked_again():
    """Two silences are waited for, at any call; the third fails the job."""
    silence = NetworkError("No answer.")
    fake = Fake(silence, silence)
    assert BackendEngine(fake).run(a_request(), RecordingWatch()).data == b"picture"
    assert fake.submits == 1
    with pytest.raises(NetworkError):
        BackendEngine(Fake(silence, silence, silence)).run(a_request(), RecordingWatch())


def test_a_failed_prediction_and_a_refusal_fail_the_job():
    """With the backend's own words; a refusal is not tried again."""
    with pytest.raises(FailedError, match="Because"):
        BackendEngine(Fake(end=PredictionState.FAILED)).run(a_request(), RecordingWatch())
    fake = Fake(DeclinedError("No."), DeclinedError("No again."))
    with pytest.raises(DeclinedError, match="No\\."):
        BackendEngine(fake).run(a_request(), RecordingWatch())


def test_a_cancel_reaches_the_backend():
    """What runs behind the backend is stopped too."""

    class Watch(RecordingWatch):
        def wait(self, seconds):
            raise CancelledError("Stopped.")

    fake = Fake()
    with pytest.raises(CancelledError):
        BackendEngine(fake).run(a_request(), Watch())
    assert fake.cancelled == "p"


def test_the_offline_engine_adjusts_and_refuses():
    """The whole chain's engine without a GPU: the plugin's own."""
    engine = make_engine(Settings(engine="offline"))
    assert "ready" in engine.prepare()
    result = engine.run(a_request(instruction="black and white"), RecordingWatch())
    red, green, _ = opened(result.data).convert("RGB").split()
    assert red.tobytes() == green.tobytes() and result.notes
    with pytest.raises(DeclinedError):
        engine.run(a_request(instruction="remove the lamp"), RecordingWatch())


def test_comfyui_edits_and_tells_its_progress():
    """The plugin's ComfyUI backend as an engine, against a double of ComfyUI."""
    with ComfyUIDouble() as double:
        engine = make_engine(Settings(engine="comfyui", engine_url=double.url))
        assert engine.prepare()
        for model in ("full", "draft"):
            result = engine.run(a_request(model=model), RecordingWatch())
            assert opened(result.data)
        assert len(double.prompts) == 2


def test_an_openai_style_server_edits():
    """The plugin's OpenAI-style backend as an engine, against a double of such a server."""
    with ImagesDouble() as double:
        engine = make_engine(Settings(engine="openai-images", engine_url=double.url))
        assert engine.prepare()
        assert opened(engine.run(a_request(), RecordingWatch()).data)


@pytest.mark.parametrize("name", ["comfyui", "openai-images"])
def test_an_engine_whose_server_is_away_does_not_start(name):
    """The backend's own sentence, with the address in it or what to do."""
    engine = make_engine(Settings(engine=name, engine_url="http://127.0.0.1:9"))
    with pytest.raises(EngineStartError):
        engine.prepare()


def test_engines_by_name():
    """Four by name, any by module and class; others are refused with the list."""
    assert sorted(ENGINES) == ["comfyui", "hidream", "offline", "openai-images"]
    for engine in ("magic", "no_such_module:Engine", "edit_studio.settings:Nothing"):
        with pytest.raises(SettingsError, match="STUDIO_ENGINE"):
            make_engine(Settings(engine=engine))


@pytest.mark.parametrize("asked", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("given", ["PNG", "JPEG", "WEBP"])
def test_results_are_in_the_format_asked_for(given, asked):
    """Whatever format an engine knows; its own is handed on untouched."""
    data = encoded(picture(), given).data
    result = as_asked(data, asked)
    assert opened(result).format == asked.upper()
    assert (result == data) == (given.lower() == asked)


def test_what_is_no_picture_is_no_result():
    """An engine's rubbish fails the job; the artist does not get it as a picture."""
    for rubbish in (b"", b"<html>", encoded(picture()).data[:100]):
        with pytest.raises(FailedError, match="no whole picture"):
            as_asked(rubbish, "png")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("STUDIO_LEASE", "soon", "must be a number"),
        ("STUDIO_LEASE", "1.5", "at least twice STUDIO_BEAT"),
        ("STUDIO_AT_ONCE", "0", "more than 0"),
        ("STUDIO_LOG_CONTENTS", "maybe", "must be 0 or 1"),
        ("STUDIO_HIDREAM_TYPE", "small", "full or dev"),
    ],
)
def test_settings_that_cannot_be_used_are_named(name, value, words):
    """At start, in a sentence with the variable's name."""
    with pytest.raises(SettingsError, match=words):
        Settings.from_environment({name: value})


def test_settings_come_from_the_environment():
    """Each under its own name; what is not set is the default."""
    given = {"STUDIO_AT_ONCE": "3", "STUDIO_LOG_CONTENTS": "yes", "STUDIO_ENGINE": "comfyui"}
    wanted = replace(Settings(), at_once=3, log_contents=True, engine="comfyui")
    assert Settings.from_environment(given) == wanted
