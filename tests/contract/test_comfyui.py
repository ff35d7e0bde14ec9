"""The ComfyUI backend against its double: one edit from check to fetch, and every refusal."""

from __future__ import annotations

import json
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
    UncertainError,
)
from layer_edit.backends.comfyui import listener as listening
from layer_edit.editing.errors import CancelledError, InputError
from layer_edit.editing.geometry import Size
from tests.contract.comfyui_kit import QUICK, Told, a_backend, edited, ended, until
from tests.contract.wavespeed_kit import RecordingWatch, a_request, encoded, opened, picture
from tests.double.answers import Answer, Delivery, page
from tests.double.comfyui import ComfyUIDouble
from tests.double.comfyui.nodes import CHECKPOINT, DRAFT
from tests.double.comfyui.server import loses


@pytest.fixture
def double():
    with ComfyUIDouble() as running:
        yield running


def test_an_edit_from_upload_to_result(double):
    """The graph of HiDream-O1 arrives filled in, and the result comes back as it was made."""
    backend = a_backend(double)
    assert "0.26.0" in backend.check().sentence
    result = opened(edited(backend, instruction="make it night", seed=42, size=Size(2304, 1728)))
    graph = double.prompts[0].graph
    assert graph["instruction"]["inputs"]["text"] == "make it night"
    assert graph["sampling"]["inputs"]["noise_seed"] == 42
    assert graph["sampling"]["inputs"]["cfg"] == 5.0
    assert graph["steps"]["inputs"]["steps"] == 50
    assert graph["weights"]["inputs"]["ckpt_name"] == CHECKPOINT
    assert (graph["canvas"]["inputs"]["width"], graph["canvas"]["inputs"]["height"]) == (2304, 1728)
    sent = opened(double.work.inputs[graph["picture_1"]["inputs"]["image"]])
    assert sent.tobytes() == picture().tobytes()
    expected = ImageOps.invert(picture()).resize((36, 27))
    assert result.size == (36, 27)
    assert result.tobytes() == expected.tobytes()
    assert backend.price(a_request()).amount == 0
    backend.close()


def test_several_pictures_go_to_inputs_of_their_own(double):
    """image_1 to image_3 are connected; the places of those not given are left out."""
    backend = a_backend(double)
    colours = [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    edited(backend, images=tuple(encoded(picture(colour=one)) for one in colours))
    graph = double.prompts[0].graph
    given = graph["references"]["inputs"]
    assert [name for name in given if name.startswith("images.")] == [
        f"images.image_{n}" for n in (1, 2, 3)
    ]
    for number, colour in enumerate(colours, 1):
        node = graph[given[f"images.image_{number}"][0]]
        sent = opened(double.work.inputs[node["inputs"]["image"]])
        assert sent.tobytes() == picture(colour=colour).tobytes()
    assert "picture_4" not in graph
    assert backend.limits.max_images == 10
    with pytest.raises(InputError, match="1 to 10"):
        backend.validate(a_request(images=(encoded(picture()),) * 11))
    backend.close()


def test_the_draft_has_its_own_graph_and_weights(double):
    """28 steps without guidance, with the distilled weights."""
    backend = a_backend(double)
    edited(backend, model="draft")
    graph = double.prompts[0].graph
    assert (graph["steps"]["inputs"]["steps"], graph["sampling"]["inputs"]["cfg"]) == (28, 1.0)
    assert graph["weights"]["inputs"]["ckpt_name"] == DRAFT
    with pytest.raises(InputError, match="full, draft"):
        backend.submit(a_request(model="tiny"), RecordingWatch())
    backend.close()


def test_progress_comes_from_the_websocket(double):
    """Step by step, never back, and never 'done' before the history says so."""
    double.work.step_seconds = 0.01
    double.work.closing_seconds = 0.3
    backend, watch = a_backend(double, look_seconds=60.0), Told()
    edited(backend, watch)
    assert len(watch.running) > 10
    # One look before, and one after the WebSocket said that it has ended: no asking in between.
    assert len(double.asked("/history/")) <= 3
    assert watch.running == sorted(watch.running)
    assert watch.running[-1] == 0.99
    assert double.sockets.opened == [double.prompts[0].id]
    backend.close()


def test_without_the_library_it_polls(double, monkeypatch):
    """All works; only how far it is, is not known, and the test of the server says why."""
    monkeypatch.setattr(listening, "library", lambda: None)
    monkeypatch.setattr("layer_edit.backends.comfyui.readiness.library", lambda: None)
    backend, watch = a_backend(double), Told()
    assert opened(edited(backend, watch)).size == (36, 27)
    assert watch.running == []
    assert double.sockets.opened == []
    assert "websocket-client" in backend.check().sentence
    backend.close()


def test_a_refused_websocket_is_done_without(double):
    """A proxy that knows no WebSockets must not stop an edit."""
    double.sockets.refuses = True
    backend, watch = a_backend(double), Told()
    assert opened(edited(backend, watch)).size == (36, 27)
    assert watch.running == []
    backend.close()


def test_a_lost_websocket_is_opened_again(double, monkeypatch):
    """Progress goes on after the connection broke in the middle."""
    monkeypatch.setattr(listening, "REOPEN_SECONDS", 0.05)
    double.work.step_seconds = 0.02
    backend, watch = a_backend(double), Told()
    prediction = backend.submit(a_request(), watch)
    dropping = threading.Thread(
        target=lambda: (until(lambda: watch.running, "progress"), double.sockets.drop_all())
    )
    dropping.start()
    assert ended(backend, prediction, watch).state is PredictionState.COMPLETED
    dropping.join()
    assert len(double.sockets.opened) > 1
    backend.close()


def test_strange_messages_do_no_harm(double):
    """Previews, half JSON, an announced terabyte: the edit ends, and the last one ends the line."""
    double.work.gate.clear()
    backend, watch = a_backend(double), Told()
    prediction = backend.submit(a_request(), watch)

    def disturb():
        until(lambda: double.sockets.opened, "WebSocket")
        client = prediction.id
        double.sockets.send_preview(b"\xff\xd8" + bytes(100_000), client)
        double.sockets.send_raw(b'\x81\x03{"a', client)
        double.sockets.send_raw(b"\x81\x02[]", client)
        double.sockets.send("progress", {"prompt_id": client, "value": "x", "max": None}, client)
        double.sockets.send("progress", {"prompt_id": "another", "value": 9, "max": 9}, client)
        double.sockets.send_raw(b"\x81\x7f" + (2**40).to_bytes(8, "big") + b"xxxx", client)
        double.work.gate.set()

    thread = threading.Thread(target=disturb)
    thread.start()
    assert ended(backend, prediction, watch).state is PredictionState.COMPLETED
    thread.join()
    assert all(part < 1 for part in watch.running)
    backend.close()


def test_the_place_in_the_queue_is_told(double):
    """Behind two others, then behind one, then running."""
    double.work.gate.clear()
    first, second = a_backend(double), a_backend(double)
    for seed in (1, 2):
        first.submit(a_request(seed=seed), RecordingWatch())
    watch = Told()
    prediction = second.submit(a_request(seed=3), watch)
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(ended(second, prediction, watch)))
    thread.start()
    until(lambda: any("2 prompts come before" in note for note in watch.notes), str(watch.notes))
    double.work.gate.set()
    thread.join()
    assert outcome[0].state is PredictionState.COMPLETED
    stages = [stage for stage, _, _ in watch.fractions]
    assert stages.index(Stage.WAITING) < stages.index(Stage.RUNNING)
    first.close()
    second.close()


def test_cancel_interrupts_the_prompt_that_runs(double):
    """And the next one, another's, runs on."""
    double.work.gate.clear()
    backend = a_backend(double)
    mine = backend.submit(a_request(seed=1), RecordingWatch())
    others = backend.submit(a_request(seed=2), RecordingWatch())
    until(lambda: double.work.running and double.work.running.id == mine.id, "running")
    backend.cancel(mine)
    until(lambda: mine.id in double.work.history, "interrupted")
    double.work.gate.set()
    assert ended(backend, others, Told()).state is PredictionState.COMPLETED
    stopped = backend.poll(mine, RecordingWatch())
    assert stopped.state is PredictionState.FAILED
    assert "interrupted" in stopped.error
    backend.close()


@pytest.mark.parametrize("old", [False, True])
def test_cancel_takes_a_waiting_prompt_out_of_the_queue(old):
    """The one that runs is not interrupted, also not by a ComfyUI that does not look at ids."""
    with ComfyUIDouble(old=old) as double:
        double.work.gate.clear()
        backend = a_backend(double)
        others = backend.submit(a_request(seed=1), RecordingWatch())
        mine = backend.submit(a_request(seed=2), RecordingWatch())
        until(lambda: double.work.running, "running")
        backend.cancel(mine)
        assert [one.id for one in double.work.pending] == []
        assert not double.asked("/interrupt")
        double.work.gate.set()
        assert ended(backend, others, Told()).state is PredictionState.COMPLETED
        assert len(double.prompts) == 1
        backend.close()


def test_a_cancel_ends_following_at_once(double):
    """A stopped watch comes out of the wait for messages."""
    double.work.gate.clear()
    backend = a_backend(double, look_seconds=30.0)
    prediction = backend.submit(a_request(), RecordingWatch())
    with pytest.raises(CancelledError):
        ended(backend, prediction, RecordingWatch(cancel_after=3))
    backend.cancel(prediction)
    backend.cancel(prediction)
    double.go_away()
    backend.cancel(prediction)
    backend.close()


def test_a_missing_node_is_named(double):
    """By the test of the server, and by an edit; nothing is queued."""
    del double.nodes["HiDreamO1ReferenceImages"]
    backend = a_backend(double)
    with pytest.raises(NotSetUpError, match="no node HiDreamO1ReferenceImages"):
        backend.check()
    with pytest.raises(DeclinedError, match="no node HiDreamO1ReferenceImages") as caught:
        backend.submit(a_request(), RecordingWatch())
    assert "nothing was started" in caught.value.message
    assert double.prompts == []
    backend.close()


def test_an_optional_node_is_done_without(double):
    """Without the smoothing of seams the sampler gets the model that it would have smoothed."""
    del double.nodes["HiDreamO1PatchSeamSmoothing"]
    backend = a_backend(double)
    backend.check()
    edited(backend)
    graph = double.prompts[0].graph
    assert "seams" not in graph
    assert graph["sampling"]["inputs"]["model"] == ["noise", 0]
    backend.close()


def test_missing_weights_are_named(double):
    """None of HiDream-O1 at all, and not the one that is set."""
    double.checkpoints("sd15.safetensors", "hidream_o1_image_bf16.safetensors")
    backend = a_backend(double, checkpoint="mine.safetensors")
    for call in (backend.check, lambda: backend.submit(a_request(), RecordingWatch())):
        with pytest.raises(NotSetUpError, match=r"no file 'mine.safetensors' in models/checkpo"):
            call()
    backend.close()
    automatic = a_backend(double)
    assert "hidream_o1_image_bf16.safetensors" in automatic.check().sentence
    with pytest.raises(NotSetUpError, match="hidream_o1_image_dev_fp8_scaled"):
        automatic.submit(a_request(model="draft"), RecordingWatch())
    double.checkpoints()
    with pytest.raises(NotSetUpError, match="models/checkpoints"):
        automatic.check()
    automatic.close()


def test_node_errors_become_a_sentence(double, tmp_path):
    """A graph of one's own names weights that are not there: ComfyUI's list comes back readable."""
    graph = {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "gone.safetensors"}},
        "2": {"class_type": "LoadImage", "inputs": {"image": "{{image}}"}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "x"}},
    }
    file = tmp_path / "own.json"
    file.write_text(json.dumps(graph), "utf-8")
    backend = a_backend(double, graph=file)
    with pytest.raises(DeclinedError, match=r"'gone.safetensors' in models/checkpoints") as caught:
        backend.submit(a_request(size=None), RecordingWatch())
    assert CHECKPOINT in caught.value.message
    graph["1"]["inputs"]["ckpt_name"] = CHECKPOINT
    graph["3"]["inputs"].pop("filename_prefix")
    file.write_text(json.dumps(graph), "utf-8")
    with pytest.raises(DeclinedError, match=r"node SaveImage: Required input is missing"):
        a_backend(double, graph=file).submit(a_request(size=None), RecordingWatch())
    backend.close()


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        ("torch.OutOfMemoryError", "Allocation on device 0 would exceed", "memory was not enough"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied", "SamplerCustom (mat1"),
        ("ValueError", "", "SamplerCustom (ValueError)"),
    ],
)
def test_an_execution_error_becomes_a_sentence(double, kind, said, words):
    """What failed, at which node, and that it cost nothing or what to do."""
    double.work.failure = (kind, said)
    backend = a_backend(double)
    prediction = ended(backend, backend.submit(a_request(), Told()), Told())
    assert prediction.state is PredictionState.FAILED
    assert words in prediction.error
    assert "edit again" in prediction.error
    backend.close()


def test_a_prompt_without_a_picture_has_failed(double):
    """A graph may end well and save nothing."""
    backend = a_backend(double)
    prediction = backend.submit(a_request(), Told())
    until(lambda: prediction.id in double.work.history, "ended")
    double.work.history[prediction.id]["outputs"] = {"result": {"text": ["x"]}}
    told = backend.poll(prediction, RecordingWatch())
    assert told.state is PredictionState.FAILED
    assert "SaveImage" in told.error
    backend.close()


def test_a_restart_of_comfyui_that_forgets_is_told(double):
    """Its queue and history live in memory only."""
    double.work.gate.clear()
    backend = a_backend(double)
    prediction = backend.submit(a_request(), RecordingWatch())
    double.go_away()
    with pytest.raises(NetworkError, match="resume the job"):
        backend.poll(prediction, RecordingWatch())
    double.come_back(forgets=True)
    until(lambda: double.work.running is None, "interrupted")
    double.work.history.clear()
    told = ended(backend, prediction, RecordingWatch())
    assert told.state is PredictionState.FAILED
    assert "does not know this edit any more" in told.error
    backend.close()


def test_a_lost_answer_is_found_again(double):
    """The edit was queued, its answer never came: it is looked for, not sent a second time."""
    double.change = loses("/prompt")
    backend = a_backend(double)
    request = a_request(instruction="once")
    with pytest.raises(UncertainError, match="costs nothing"):
        backend.submit(request, RecordingWatch())
    double.change = None
    found = backend.recover(request, 0.0)
    assert found is not None
    assert ended(backend, found, Told()).state is PredictionState.COMPLETED
    assert backend.recover(a_request(instruction="another"), 0.0) is None
    assert backend.recover(request, 0.0) == found
    assert len(double.prompts) == 1
    backend.close()


def test_what_is_not_comfyui_is_told(double):
    """HTML pages, half answers, nothing: one sentence with the address."""
    answers = (
        page("Login", 200),
        Answer(404, b"404: Not Found", "text/plain"),
        Answer(200, b"[]"),
        Answer(200, b""),
        Answer(200, b'{"system": 3}'),
        Answer(200, b'{"system": {}}', delivery=Delivery.TRUNCATED),
        Answer(500, b"Internal Server Error", "text/plain"),
    )
    backend = a_backend(double, timeouts=QUICK)
    prediction = backend.submit(a_request(), RecordingWatch())
    until(lambda: prediction.id in double.work.history, "ended")
    for answer in answers:
        double.change = lambda _request, _answer, one=answer: one
        calls = (
            backend.check,
            lambda: backend.submit(a_request(), RecordingWatch()),
            lambda: backend.poll(prediction, RecordingWatch()),
        )
        for call in calls:
            if answer.body == b'{"system": 3}' and call is not backend.check:
                continue
            with pytest.raises(NetworkError) as caught:
                call()
            assert double.url in caught.value.message
            assert "\n" not in caught.value.message
    backend.close()


def test_a_result_is_bounded_and_whole(double):
    """Too many bytes, too many pixels, half a picture, no picture, gone."""
    backend = a_backend(double, max_result_bytes=100_000, max_result_pixels=10_000)
    watch = Told()
    prediction = ended(backend, backend.submit(a_request(), watch), watch)
    big = encoded(Image.new("RGB", (200, 200))).data
    for answer, words in (
        (Answer(200, bytes(100_001), "image/png"), "longer than"),
        (Answer(200, big, "image/png"), "200 × 200 pixels"),
        (Answer(200, encoded(picture()).data[:80], "image/png"), "not a whole picture"),
        (Answer(200, b"<html>", "text/html"), "not a whole picture"),
        (Answer(404, b"", "text/plain"), "gone"),
    ):
        double.change = lambda _request, _answer, one=answer: one
        with pytest.raises(DeclinedError, match=words):
            backend.fetch(prediction, watch)
    double.change = lambda _request, answer: Answer(
        200, answer.body, "image/png", delivery=Delivery.TRUNCATED
    )
    with pytest.raises(NetworkError, match="resume the job"):
        backend.fetch(prediction, watch)
    double.change = None
    assert opened(backend.fetch(prediction, watch)).size == (36, 27)
    backend.close()


def test_a_busy_proxy_means_wait(double):
    """HTTP 429 and 503 of something in between are no refusals."""
    backend = a_backend(double)
    for status in (429, 503):
        busy = Answer(status, b"", headers=(("Retry-After", "7"),))
        double.change = lambda request, answer, one=busy: (
            one if request.path == "/prompt" else answer
        )
        with pytest.raises(BusyError) as caught:
            backend.submit(a_request(), RecordingWatch())
        assert caught.value.retry_after == 7
    backend.close()


def test_nothing_is_sent_after_a_cancel(double):
    """Not at any of the looks at the watch."""
    for checks in range(12):
        backend = a_backend(double)
        watch = RecordingWatch(cancel_after=checks)
        try:
            backend.submit(a_request(), watch)
        except CancelledError:
            assert double.prompts == [] and not double.work.pending
        else:
            assert watch.sent == 1
            break
        finally:
            backend.close()
    else:
        pytest.fail("it was never sent")


def test_a_picture_keeps_the_name_that_comfyui_gives_it(double):
    """The same picture is one file; another file of that name in the way is not overwritten."""
    backend = a_backend(double)
    edited(backend, seed=1)
    edited(backend, seed=2)
    (name,) = double.work.inputs
    double.work.inputs[name] = b"another"
    edited(backend, seed=3)
    assert double.prompts[2].graph["picture_1"]["inputs"]["image"] == name.replace(".", " (1).")
    assert double.work.inputs[name] == b"another"
    backend.close()
