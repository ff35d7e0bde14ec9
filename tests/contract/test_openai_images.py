"""The backend for OpenAI-style servers against its double."""

from __future__ import annotations

import threading

import pytest
from PIL import Image, ImageOps

from layer_edit.backends.base import (
    BusyError,
    DeclinedError,
    NetworkError,
    NotSetUpError,
    PredictionState,
    Stage,
)
from layer_edit.backends.net.exchange import Timeouts
from layer_edit.backends.openai_images import (
    OPTIONAL,
    OpenAIImagesBackend,
    OpenAIImagesOptions,
    left_out,
)
from layer_edit.editing.errors import CancelledError, InputError, UnreachableError
from tests.contract.comfyui_kit import CALM, Told, until
from tests.contract.wavespeed_kit import RecordingWatch, a_request, encoded, opened, picture, table
from tests.double import KEY
from tests.double.answers import Answer, Delivery, as_json, page
from tests.double.images import ImagesDouble, as_fastapi, as_openai, in_words


@pytest.fixture
def double():
    with ImagesDouble() as running:
        yield running


def a_backend(double, key="", **options):
    """A backend that speaks to the double, or to an address."""
    url = double if isinstance(double, str) else double.url
    given = OpenAIImagesOptions(**{"base_url": url, "timeouts": CALM, **options})
    return OpenAIImagesBackend(key, given, table().get("").limits)


def edited(backend, watch=None, **changes):
    """Submit and fetch."""
    watch = watch or Told()
    prediction = backend.submit(a_request(**changes), watch)
    assert prediction.state is PredictionState.COMPLETED
    return opened(backend.fetch(prediction, watch))


def test_an_edit(double):
    """One multipart call: prompt, picture, size, seed; the answer has the picture."""
    backend, watch = a_backend(double, model="HiDream-O1-Image"), Told()
    assert "HiDream-O1-Image" in backend.check().sentence
    result = edited(backend, watch, instruction="make it night", seed=42)
    (sent,) = double.edits
    texts = {name: given[0].text for name, given in sent.items() if name != "image"}
    assert texts == {
        "model": "HiDream-O1-Image",
        "prompt": "make it night",
        "size": "2304x1728",
        "seed": "42",
        "response_format": "b64_json",
        "output_format": "png",
    }
    assert [part.name for part in sent["image"]] == ["image"]
    assert opened(sent["image"][0].data).tobytes() == picture().tobytes()
    assert result.tobytes() == ImageOps.invert(picture()).resize((36, 27)).tobytes()
    assert watch.sent == 1
    assert watch.stages.index(Stage.UPLOADING) < watch.stages.index(Stage.RUNNING)
    assert backend.price(a_request()).amount == 0
    backend.close()


def test_several_pictures_are_sent_in_order(double):
    """As OpenAI's own client does: image[] repeated."""
    backend = a_backend(double)
    colours = [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    edited(backend, images=tuple(encoded(picture(colour=one)) for one in colours))
    sent = double.edits[0]["image"]
    assert [part.name for part in sent] == ["image[]"] * 3
    for part, colour in zip(sent, colours, strict=True):
        assert opened(part.data).tobytes() == picture(colour=colour).tobytes()
    backend.close()


@pytest.mark.parametrize("refuse", [as_openai, as_fastapi, in_words])
@pytest.mark.parametrize("name", OPTIONAL)
def test_a_parameter_that_is_not_taken_is_named(refuse, name):
    """And once it is left out, the edit is made; nothing is dropped in silence before."""
    with ImagesDouble(refuse=refuse) as double:
        double.takes.remove(name)
        backend = a_backend(double, model="m")
        with pytest.raises(DeclinedError, match=f"add '{name}' to the parameters to leave out"):
            backend.submit(a_request(), RecordingWatch())
        assert double.edits == []
        backend.close()
        without = a_backend(double, model="m", left_out=left_out(f" {name} "))
        edited(without)
        assert name not in double.edits[0]
        without.close()


def test_what_cannot_be_left_out_is_named_too(double):
    """A server without reference pictures, or without edits at all."""
    double.takes.remove("image")
    backend = a_backend(double)
    with pytest.raises(DeclinedError, match=r"does not take 'image'.*cannot do without"):
        backend.submit(a_request(images=(encoded(picture()),) * 2), RecordingWatch())
    with pytest.raises(InputError, match="'prompt' cannot be left out"):
        left_out("seed, prompt")
    assert left_out("") == frozenset()
    with pytest.raises(InputError, match="1 to 10"):
        backend.submit(a_request(images=(encoded(picture()),) * 11), RecordingWatch())
    backend.close()


def test_results_at_an_address(double):
    """Of the server itself with the key, of another host without; never twice the same way."""
    for where in ("own", "other"):
        with ImagesDouble(key=KEY, as_url=where) as urls:
            backend = a_backend(urls, KEY)
            assert edited(backend).size == (36, 27)
            expected = [("images", f"Bearer {KEY}")] * 2
            if where == "other":
                expected[1] = ("other", "")
            assert urls.authorizations == expected
            backend.close()


def test_an_address_that_is_not_spoken_to(double):
    """A server of the local network cannot send the plugin to plain http elsewhere."""
    double.change = lambda _: as_json({"data": [{"url": "http://203.0.113.9/x.png"}]})
    backend = a_backend(double)
    prediction = backend.submit(a_request(), RecordingWatch())
    with pytest.raises(DeclinedError, match="not spoken to"):
        backend.fetch(prediction, RecordingWatch())
    backend.close()


def test_a_key_is_needed_and_never_shown():
    """Wrong, missing, impossible and right ones; the server's echo of it is masked."""
    with ImagesDouble(key=KEY) as double:
        for key in ("", "wrong-key-wrong-key"):
            backend = a_backend(double, key)
            for call in (backend.check, lambda one=backend: one.submit(a_request(), Told())):
                with pytest.raises(DeclinedError, match="did not accept the key") as caught:
                    call()
                assert not key or key not in caught.value.message + caught.value.detail
            backend.close()
        with pytest.raises(NotSetUpError, match="characters no key has"):
            a_backend(double, "two words").check()
        backend = a_backend(double, KEY)
        assert edited(backend).size == (36, 27)
        assert KEY not in repr(backend)
        assert KEY not in str(vars(backend))
        backend.close()


def test_the_key_stays_off_plain_http():
    """Beyond this computer it goes unencrypted only where the user allows that."""
    url = "http://192.168.77.5:8000"
    with pytest.raises(NotSetUpError, match=r"not sent to 192\.168\.77\.5 without encryption"):
        a_backend(url, KEY).validate(a_request())
    with pytest.raises(NotSetUpError, match="allow it in the settings"):
        a_backend(url, KEY).check()
    a_backend(url, KEY, plain_key=True).validate(a_request())
    a_backend(url).validate(a_request())
    a_backend("https://gpu.studio.example", KEY).validate(a_request())
    a_backend("http://localhost:8000", KEY).validate(a_request())


def test_a_cancel_hangs_up(double):
    """The wait for the answer ends at once, and the server sees the line go dead."""
    double.gate.clear()
    backend = a_backend(double)
    watch = RecordingWatch(cancel_after=10)
    outcome = []

    def submit():
        try:
            backend.submit(a_request(), watch)
        except CancelledError as error:
            outcome.append(error)

    thread = threading.Thread(target=submit)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert len(outcome) == 1
    until(lambda: not _waits(), "the line is dead")
    backend.close()


def _waits() -> bool:
    return any(one.name == "layer-edit long answer" for one in threading.enumerate())


def test_a_lost_answer_is_told_honestly(double):
    """It may have been made for nothing; it is not sent again behind the user's back."""
    double.change = lambda answer: Answer(200, answer.body, delivery=Delivery.RESET)
    backend = a_backend(double)
    with pytest.raises(UnreachableError, match="edit again") as caught:
        backend.submit(a_request(), RecordingWatch())
    assert not isinstance(caught.value, NetworkError)
    assert "cost nothing" in caught.value.message
    assert len(double.edits) == 1
    assert backend.recover(a_request(), 0.0) is None
    backend.close()


def test_a_server_that_is_not_there(double):
    """Nothing was started, and that may be tried again."""
    backend = a_backend(double)
    double._host.close()
    for call in (backend.check, lambda: backend.submit(a_request(), RecordingWatch())):
        with pytest.raises(NetworkError, match="refused"):
            call()
    backend.close()


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (as_json({"error": {"message": "CUDA out of memory"}}, 500), UnreachableError, "CUDA out"),
        (Answer(503, b"", headers=(("Retry-After", "9"),)), BusyError, "no free slot"),
        (Answer(429, b""), BusyError, "no free slot"),
        (page("Not Found", 404), NetworkError, "another program"),
        (
            as_json({"error": {"message": "The model `x` does not exist"}}, 404),
            DeclinedError,
            "`x`",
        ),
        (as_json({"detail": "too large"}, 413), DeclinedError, "too large"),
        (page("hello"), UnreachableError, "holds no picture"),
        (as_json({"data": []}), UnreachableError, "holds no picture"),
        (as_json({"data": [{"b64_json": None}]}), UnreachableError, "holds no picture"),
    ],
)
def test_other_answers(double, answer, kind, words):
    """Each becomes one sentence."""
    double.change = lambda _: answer
    backend = a_backend(double)
    with pytest.raises(kind, match=words) as caught:
        backend.submit(a_request(), RecordingWatch())
    assert "\n" not in caught.value.message
    backend.close()


def test_results_are_bounded_and_whole(double):
    """Not base64, no picture, too many pixels, too many bytes."""
    import base64

    backend = a_backend(double, max_result_pixels=1000, max_result_bytes=100_000)
    big = base64.b64encode(encoded(Image.new("RGB", (100, 100))).data).decode()
    for text, words in (
        ("!!", "neither an address nor base64"),
        (base64.b64encode(b"GIF89a").decode(), "not a whole picture"),
        (big, "100 × 100 pixels"),
        ("A" * 200_000, "larger than"),
    ):
        double.change = lambda _, one=text: as_json({"data": [{"b64_json": one}]})
        prediction = backend.submit(a_request(), RecordingWatch())
        with pytest.raises(DeclinedError, match=words):
            backend.fetch(prediction, RecordingWatch())
    backend.close()


def test_an_endless_answer_ends(double):
    """No answer fills the memory, and none takes for ever."""
    double.change = lambda answer: Answer(200, b"", delivery=Delivery.ENDLESS)
    timeouts = Timeouts(connect=2.0, answer=2.0, sync=2.0, transfer=2.0, total=1.0)
    backend = a_backend(double, timeouts=timeouts)
    with pytest.raises((UnreachableError, DeclinedError)):
        backend.submit(a_request(), RecordingWatch())
    backend.close()


def test_the_test_of_the_server(double):
    """A list without the model that is set, no list, something else."""
    with pytest.raises(NotSetUpError, match=r"no model 'x'.*HiDream-O1-Image"):
        a_backend(double, model="x").check()
    double.models = None
    assert "does not tell its models" in a_backend(double).check().sentence
    double.models = []
    with pytest.raises(NetworkError, match="another program"):
        a_backend(double).check()


def test_a_result_that_was_not_kept_is_gone(double):
    """After a restart there is nothing to ask: it says so."""
    backend = a_backend(double)
    prediction = backend.submit(a_request(), RecordingWatch())
    told = backend.poll(prediction, RecordingWatch())
    assert told.state is PredictionState.FAILED
    assert "edit again" in told.error
    backend.close()


def test_nothing_is_sent_after_a_cancel(double):
    """A watch that is stopped before the body has left."""
    backend = a_backend(double)
    with pytest.raises(CancelledError):
        backend.submit(a_request(), RecordingWatch(cancel_after=0))
    assert double.edits == []
    backend.close()
