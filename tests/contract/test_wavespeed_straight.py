"""The straight way through the backend, against the double."""

from __future__ import annotations

import json
import time

import pytest
from PIL import Image, ImageChops, ImageStat

from layer_edit.backends.base import (
    NotSetUpError,
    Prediction,
    PredictionState,
    Stage,
    UncertainError,
)
from layer_edit.backends.wavespeed import FileUploads, MemoryUploads, WaveSpeedBackend
from layer_edit.editing.errors import CancelledError, InputError
from layer_edit.editing.geometry import Size
from tests.contract.wavespeed_kit import (
    SMALL,
    RecordingWatch,
    a_backend,
    a_request,
    encoded,
    opened,
    picture,
    table,
    waited_for,
    whole_job,
)
from tests.double import Call, Fault, SimulatedModel, WaveSpeedDouble


def test_picture_in_edit_out():
    """A submitted picture comes back edited, at the size asked for, and is paid for once."""
    with WaveSpeedDouble() as double:
        backend = a_backend(double)
        result = opened(whole_job(backend))
        backend.close()
    assert result.size == (2304, 1728)
    assert result.format == "PNG"
    red, green, blue = picture().resize(result.size, Image.Resampling.BICUBIC).split()
    expected = Image.merge("RGB", (blue, green, red))
    difference = ImageStat.Stat(ImageChops.difference(result.convert("RGB"), expected)).mean
    assert max(difference) < 1
    assert (double.submits, double.spent, double.violations) == (1, double.price, [])


def test_stages_are_reported_in_order():
    """The watch hears of uploading, submitting and downloading, in that order."""
    with WaveSpeedDouble(model=SMALL) as double:
        backend, watch = a_backend(double), RecordingWatch()
        prediction = waited_for(backend, backend.submit(a_request(), watch), watch)
        backend.fetch(prediction, watch)
        backend.close()
    assert watch.stages == [Stage.UPLOADING, Stage.SUBMITTING, Stage.DOWNLOADING]


def test_sending_is_told_right_before_the_submit():
    """`Watch.sending` comes after the uploads and before the submit; what it raises stops that."""

    class Journal(RecordingWatch):
        def sending(self):
            super().sending()
            assert double.count(Call.UPLOAD) == 2
            assert double.submits == 0
            if self.full:
                raise InputError("The disk is full.")

    with WaveSpeedDouble(model=SMALL) as double:
        backend, watch = a_backend(double), Journal()
        watch.full = True
        with pytest.raises(InputError):
            backend.submit(a_request(), watch)
        assert double.submits == 0
        watch.full = False
        backend.submit(a_request(), watch)
        backend.close()
    assert (watch.sent, double.submits) == (2, 1)


def test_every_parameter_reaches_the_service():
    """Prompt, pictures, size, format, seed, sync and base64 arrive under their own names."""
    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double, sync_mode=True, base64_output=True)
        images = (encoded(picture()), encoded(picture(colour=(1, 2, 3)), "JPEG"))
        request = a_request(
            images=images, size=Size(1312, 3104), output_format="webp", seed=2147483647
        )
        prediction = backend.submit(request, RecordingWatch())
        data = backend.fetch(prediction, RecordingWatch())
        backend.close()
    inputs = double.tasks[0].inputs
    assert prediction.state is PredictionState.COMPLETED
    assert opened(data).format == "WEBP"
    assert len(inputs.pop("images")) == 2
    assert inputs == {
        "prompt": "make it warmer",
        "size": "1312*3104",
        "output_format": "webp",
        "seed": 2147483647,
        "enable_sync_mode": True,
        "enable_base64_output": True,
    }
    assert double.service.dropped == []


def test_defaults_are_async_png_and_the_nearest_size():
    """Without options the job is asynchronous, lossless, of a random seed and the nearest ratio."""
    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double)
        request = a_request(images=(encoded(picture(20, 60)),), size=None, seed=None)
        backend.submit(request, RecordingWatch())
        backend.close()
    inputs = double.tasks[0].inputs
    assert set(inputs) == {"prompt", "images", "size", "output_format"}
    assert (inputs["size"], inputs["output_format"]) == ("1312*3104", "png")


def test_the_draft_model_costs_half():
    """The model key 'draft' chooses the other model, at the other price."""
    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double)
        request = a_request(model="draft")
        price = backend.price(request)
        whole_job(backend, request)
        backend.close()
    draft = double.prices["wavespeed-ai/hidream-o1-image-dev/edit"]
    assert (price.amount, price.source) == (draft, "wavespeed")
    assert double.spent == draft
    assert double.tasks[0].model == "wavespeed-ai/hidream-o1-image-dev/edit"


def test_running_jobs_are_polled_until_done():
    """A job that takes a while is RUNNING first, and its own duration is told at the end."""
    with WaveSpeedDouble(model=SMALL, duration=0.3) as double:
        backend, watch = a_backend(double), RecordingWatch()
        began = time.monotonic()
        first = backend.submit(a_request(), watch)
        last = waited_for(backend, first, watch)
        backend.close()
    assert first.state is PredictionState.RUNNING
    assert last.state is PredictionState.COMPLETED
    assert last.inference_seconds >= 0.3
    assert time.monotonic() - began >= 0.3
    assert double.submits == 1
    assert double.polls(first.id) > 1


@pytest.mark.parametrize(
    ("fault", "way"),
    [(None, "PUT"), (Fault.NO_TICKET, "/binary"), (Fault.NO_PUT, "/binary")],
)
def test_upload_by_ticket_else_by_form(fault, way):
    """A picture goes by ticket and PUT; where either is refused, by multipart."""
    with WaveSpeedDouble(model=SMALL) as double:
        if fault:
            double.set_fault(fault, Call.UPLOAD)
        backend = a_backend(double)
        whole_job(backend)
        backend.close()
    assert any(seen.method == way or seen.path.endswith(way) for seen in double.requests)
    assert double.tasks[0].inputs["images"][0].startswith("http")
    assert double.violations == []


def test_without_uploads_the_picture_goes_inside_the_request():
    """Where no upload works the picture is sent as a data URI, and the job still succeeds."""
    with WaveSpeedDouble(model=SMALL) as double:
        double.set_fault(Fault.NO_UPLOAD)
        backend = a_backend(double)
        whole_job(backend)
        backend.close()
    assert double.tasks[0].inputs["images"][0].startswith("data:image/png;base64,")


def test_inline_pictures_need_no_upload():
    """With `inline_images` a submit is the first request that is made."""
    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double, inline_images=True)
        whole_job(backend)
        backend.close()
    assert double.requests[0].call is Call.SUBMIT


def test_the_same_bytes_are_uploaded_once(tmp_path):
    """Within a day the same bytes are not uploaded twice, also by another process."""
    with WaveSpeedDouble(model=SMALL) as double:
        for _ in range(2):
            backend = a_backend(double, uploads=FileUploads(tmp_path / "uploads.json"))
            whole_job(backend)
            whole_job(backend, a_request(instruction="colder"))
            backend.close()
    assert sum(seen.method == "PUT" for seen in double.requests) == 1
    assert double.accepted == 4


def test_uploads_are_forgotten_after_a_day(tmp_path):
    """An upload is trusted for 24 hours, by both stores; a damaged file is an empty one."""
    clock = [1_000_000.0]
    path = tmp_path / "deep" / "uploads.json"
    for store in (MemoryUploads(lambda: clock[0]), FileUploads(path, lambda: clock[0])):
        clock[0] = 1_000_000.0
        store.put("aa", "https://x/1")
        clock[0] += 24 * 3600 - 1
        assert store.get("aa") == "https://x/1"
        clock[0] += 1
        assert store.get("aa") is None
        store.put("bb", "https://x/2")
        store.clear()
        assert store.get("bb") is None
    assert not path.exists()
    path.write_text("[1, {")
    assert FileUploads(path).get("aa") is None
    FileUploads(path).put("cc", "https://x/3")
    assert FileUploads(path).get("cc") == "https://x/3"
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in path.parent.iterdir()] == ["uploads.json"]


def test_an_unreadable_upload_is_made_anew_next_time():
    """When the service cannot read an uploaded picture, the next try uploads it again."""
    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double)
        double.set_fault(Fault.FAILED_1402, Call.POLL, times=1)
        failed = waited_for(
            backend, backend.submit(a_request(), RecordingWatch()), RecordingWatch()
        )
        whole_job(backend)
        backend.close()
    assert failed.state is PredictionState.FAILED
    assert sum(seen.method == "PUT" for seen in double.requests) == 2
    assert double.spent == double.price


def test_check_tells_the_balance():
    """`check` costs nothing and gives the balance in a sentence and as a number."""
    with WaveSpeedDouble(balance=12.5) as double:
        backend = a_backend(double)
        health = backend.check()
        backend.close()
    assert health.balance == 12.5
    assert health.sentence == "WaveSpeed accepts the key; the balance is $12.50."
    assert double.spent == 0


def test_price_falls_back_to_the_older_path_and_to_the_table():
    """The price is asked for in two ways; without either the table's is given, and said so."""
    with WaveSpeedDouble() as double:
        backend = a_backend(double)
        double.set_fault(Fault.NO_PRICE)
        assert backend.price(a_request()).source == "wavespeed"
        assert [seen.path for seen in double.requests][-1] == "/api/v3/model/pricing"
        double.clear_faults()
        for fault in (Fault.HTTP_503, Fault.NOT_JSON, Fault.HTTP_401, Fault.DATA_NULL):
            double.set_fault(fault, Call.ACCOUNT)
            price = backend.price(a_request())
            assert (price.amount, price.currency, price.source) == (0.04, "USD", "table")
            double.clear_faults()
        backend.close()
    assert double.submits == 0


def in_the_envelope(request, raw):
    """Mangles an answer: a refusal of HTTP becomes HTTP 200 whose envelope has the code."""
    status = int(raw.split(b" ", 2)[1])
    if status < 400:
        return raw.replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK\r\nConnection: close", 1)
    body = json.dumps({"code": status, "message": "no", "data": None}).encode()
    head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_a_refusal_in_the_envelope_leads_to_the_other_way_too():
    """HTTP 200 with code 404 or 400 is answered as the status itself: by the older path."""
    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double)
        double.set_mangle(in_the_envelope)
        for fault in (Fault.RESULT_PATH_404, Fault.NO_PRICE):
            double.set_fault(fault)
        assert backend.price(a_request()).source == "wavespeed"
        sent_at = time.time()
        double.set_fault(Fault.HTTP_500, Call.SUBMIT, times=1)
        with pytest.raises(UncertainError):
            backend.submit(a_request(), RecordingWatch())
        double.set_fault(Fault.HTTP_400, Call.HISTORY, times=1)
        found = backend.recover(a_request(), sent_at)
        assert found is not None
        assert waited_for(backend, Prediction(found.id), RecordingWatch()).outputs
        backend.close()


def test_the_balance_is_asked_for_in_two_ways():
    """Where /balance is not known, by HTTP or in the envelope, the other documented path is."""
    for dress in (lambda _request, raw: raw, in_the_envelope):
        with WaveSpeedDouble(balance=3.5) as double:
            backend = a_backend(double)

            def moved(request, raw, dress=dress):
                if request.path == "/api/v3/balance":
                    raw = b"HTTP/1.1 404 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                return dress(request, raw)

            double.set_mangle(moved)
            assert backend.check().balance == 3.5
            backend.close()


def test_without_a_key_nothing_is_sent():
    """Without a key every method but `price` says how to set one, and no request is made."""
    with WaveSpeedDouble() as double:
        backend = a_backend(double, key="")
        for use in (
            backend.check,
            lambda: backend.validate(a_request()),
            lambda: backend.submit(a_request(), RecordingWatch()),
            lambda: backend.recover(a_request(), 0.0),
        ):
            with pytest.raises(NotSetUpError, match="WAVESPEED_API_KEY"):
                use()
        assert backend.price(a_request()).source == "table"
        backend.close()
    assert double.requests == []


@pytest.mark.parametrize("key", ["two words", "new\nline", "schlüssel", "a\tb", "a\x00b"])
def test_an_impossible_key_is_not_repeated(key):
    """A key no header can carry is refused before sending, in words that do not repeat it."""
    with WaveSpeedDouble() as double:
        backend = a_backend(double, key=key)
        with pytest.raises(NotSetUpError) as caught:
            backend.check()
        backend.close()
    assert key not in str(caught.value) + repr(backend) + caught.value.detail


def test_a_cancel_before_the_last_byte_sends_nothing():
    """A cancel at any moment before the submit has left ends the job; nothing is accepted."""
    cancelled = 0
    with WaveSpeedDouble(model=SMALL) as double:
        while double.submits == 0 and cancelled < 50:
            backend = a_backend(double)
            try:
                backend.submit(a_request(), RecordingWatch(cancel_after=cancelled))
            except CancelledError:
                cancelled += 1
                assert double.accepted == 0
            backend.close()
    assert cancelled >= 4
    assert (double.submits, double.accepted) == (1, 1)


def test_a_cancel_ends_a_download():
    """A cancel during a download takes effect at once; the result stays with the service."""
    with WaveSpeedDouble() as double:
        backend = a_backend(double)
        prediction = waited_for(
            backend, backend.submit(a_request(), RecordingWatch()), RecordingWatch()
        )
        with pytest.raises(CancelledError):
            backend.fetch(prediction, RecordingWatch(cancel_after=1))
        assert opened(backend.fetch(prediction, RecordingWatch())).size == (2304, 1728)
        backend.close()


def test_a_picture_over_the_limit_is_encoded_anew_and_says_so():
    """Above the limit a picture is sent as JPEG, then scaled, and the job's notes tell it."""
    noise = Image.effect_noise((400, 300), 90).convert("RGB")
    models = table()
    model = models.get("")
    for limit, told in ((150_000, "sent as JPEG."), (20_000, "scaled from 400 × 300 to")):
        small = type(model)(**{**vars(model), "max_image_bytes": limit})
        with WaveSpeedDouble(model=SMALL) as double:
            backend = a_backend(double, models=type(models)((small,), "full"))
            watch = RecordingWatch()
            prediction = backend.submit(a_request(images=(encoded(noise),)), watch)
            backend.close()
        (note,) = prediction.notes
        assert told in note
        assert watch.notes == [note]
        stored = next(iter(double.service.files.values()))
        assert stored[0] == "image/jpeg"
        assert len(stored[1]) <= limit


def test_another_size_than_asked_is_taken_as_it_comes():
    """The result's size is the service's choice; the backend hands on what came."""
    with WaveSpeedDouble(model=SimulatedModel(size=(100, 80))) as double:
        backend = a_backend(double)
        assert opened(whole_job(backend)).size == (100, 80)
        backend.close()


def test_the_base_url_is_https_or_loopback():
    """Any other base URL is refused when the backend is made."""
    for url in ("http://api.wavespeed.ai", "ftp://x", "wavespeed", "https://u:p@x", "https://"):
        with pytest.raises(InputError, match="base URL"):
            make(url)
    for url in ("https://gateway.example/", "http://127.0.0.1:9/api/v3", "http://[::1]:9"):
        make(url).close()


def make(url):
    from layer_edit.backends.wavespeed import WaveSpeedOptions

    return WaveSpeedBackend("k", table(), WaveSpeedOptions(base_url=url))
