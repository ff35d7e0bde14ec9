"""The official Python SDK, unmodified, against the double: the double speaks the real protocol."""

from __future__ import annotations

import io

import pytest
import requests

from tests.contract.wavespeed_kit import SMALL, encoded, opened, picture
from tests.double import Call, Fault, WaveSpeedDouble

api = pytest.importorskip("wavespeed.api.client")

MODEL = "wavespeed-ai/hidream-o1-image/edit"


def client(double, **options):
    return api.Client(
        api_key=options.pop("api_key", double.key),
        base_url=double.url,
        retry_interval=options.pop("retry_interval", 0.01),
        **options,
    )


def inputs(**changes):
    given = {"prompt": "warmer", "images": [data_uri()], "size": "2048*2048"}
    return {**given, "output_format": "png", **changes}


def data_uri():
    from layer_edit.backends.wavespeed.pictures import data_uri

    return data_uri(encoded(picture()))


@pytest.fixture
def double():
    with WaveSpeedDouble(model=SMALL) as running:
        yield running


def test_upload_then_run(double, tmp_path):
    """The SDK uploads by ticket, runs the model on that URL and gets an output to download."""
    path = tmp_path / "in.png"
    path.write_bytes(encoded(picture()).data)
    sdk = client(double)
    url = sdk.upload(str(path))
    output = sdk.run(MODEL, inputs(images=[url]), poll_interval=0.01)
    assert opened(requests.get(output["outputs"][0], timeout=5).content).size == (32, 32)
    assert double.violations == []
    ticket, put = (seen for seen in double.requests if seen.call is Call.UPLOAD)
    assert (ticket.method, ticket.path) == ("POST", "/api/v3/media/uploads")
    assert (put.method, put.host) == ("PUT", "files")
    assert put.path.split("?")[0].rpartition("/")[2] == url.rpartition("/")[2]


def test_upload_of_a_stream(double):
    """An open file is uploaded as well as a path."""
    stream = io.BytesIO(encoded(picture()).data)
    url = client(double).upload(stream)
    assert requests.get(url, timeout=5).content == stream.getvalue()


def test_submit_and_poll():
    """A job goes from 'created' over 'processing' to 'completed' while the SDK asks for it."""
    with WaveSpeedDouble(model=SMALL, duration=60) as double:
        sdk = client(double)
        request_id, result = sdk._submit(MODEL, inputs())
        (task,) = double.tasks
        told = [sdk.get_result(request_id)["data"]]
        task.started -= 30
        told.append(sdk.get_result(request_id)["data"])
        double.service.finish(request_id)
        told.append(sdk.get_result(request_id)["data"])
    assert result is None
    assert [data["status"] for data in told] == ["created", "processing", "completed"]
    assert [len(data["outputs"]) for data in told] == [0, 0, 1]
    assert told[0]["urls"]["get"] == f"{double.url}/api/v3/predictions/{request_id}/result"
    assert told[2]["timings"]["inference"] >= 30_000


def test_sync_mode(double):
    """In sync mode the submit's own answer holds the outputs, and no result is asked for."""
    output = client(double).run(MODEL, inputs(), enable_sync_mode=True)
    assert output["outputs"][0].startswith(double.files.url)
    assert double.count(Call.POLL) == 0


def test_sync_mode_that_times_out(double):
    """Code 5004 is understood by the SDK as 'still processing', with the id to ask for later."""
    double.set_fault(Fault.SYNC_5004)
    sdk = client(double)
    told = sdk.run_no_throw(MODEL, inputs(), enable_sync_mode=True)
    assert (told["status"], told["task_id"]) == ("processing", double.tasks[0].id)
    assert "Sync mode timed out" in told["error"]
    assert sdk.get_result(told["task_id"])["data"]["status"] == "completed"


def test_base64_output(double):
    """Base64 outputs come raw, without a 'data:' prefix."""
    from layer_edit.backends.net.pictures import from_base64

    output = client(double).run(MODEL, inputs(enable_base64_output=True), poll_interval=0.01)
    assert not output["outputs"][0].startswith("data:")
    assert opened(from_base64(output["outputs"][0], 10**7)).size == (32, 32)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.FAILED_1200, "sensitive information"),
        (Fault.FAILED_5000, "Internal error"),
        (Fault.STATUS_CANCELLED, "cancelled"),
        (Fault.STATUS_TIMEOUT, "timeout"),
        (Fault.STATUS_DELETED, "deleted"),
    ],
)
def test_failed_tasks_raise_and_are_refunded(double, fault, words):
    """A task that ends badly raises in the SDK with its id, and costs nothing."""
    double.set_fault(fault, Call.POLL)
    with pytest.raises(RuntimeError, match=words) as caught:
        client(double).run(MODEL, inputs(), poll_interval=0.01)
    assert double.tasks[0].id in str(caught.value)
    assert double.spent == 0


@pytest.mark.parametrize(
    "fault",
    [Fault.RESET_AFTER, Fault.HTTP_429, Fault.HTTP_500, Fault.HTTP_504_HTML, Fault.CREDIT_400],
)
def test_the_sdk_submits_once_whatever_happens(double, fault):
    """The SDK never repeats a submit, also when it could not know that it failed."""
    double.set_fault(fault, Call.SUBMIT)
    with pytest.raises(RuntimeError):
        client(double, max_retries=3).run(MODEL, inputs())
    assert double.submits == 1


def test_the_sdk_asks_for_a_result_again(double):
    """Connection errors, 429 and 5xx of a result query are repeated, a 404 is not."""
    sdk = client(double)
    request_id, _ = sdk._submit(MODEL, inputs())
    for fault in (Fault.RESET_BEFORE, Fault.HTTP_429, Fault.HTTP_500, Fault.HTTP_504_HTML):
        double.set_fault(fault, Call.POLL, times=1)
    assert sdk.get_result(request_id)["data"]["status"] == "completed"
    assert double.count(Call.POLL) == 5
    with pytest.raises(RuntimeError, match="HTTP 404"):
        sdk.get_result("unknown")
    assert double.count(Call.POLL) == 6


def test_a_wrong_key_is_401(double):
    """A wrong key is refused everywhere, and the SDK's error says so."""
    sdk = client(double, api_key="another")
    with pytest.raises(RuntimeError, match="HTTP 401"):
        sdk.run(MODEL, inputs())
    with pytest.raises(RuntimeError, match="HTTP 401"):
        sdk.get_result("x")
    with pytest.raises(RuntimeError, match="HTTP 401"):
        sdk.upload(io.BytesIO(b"x"))
    assert double.accepted == 0


def test_unknown_inputs_are_dropped_and_billed(double):
    """An input of an unknown name is dropped without a word, and the task billed all the same."""
    client(double).run(MODEL, inputs(strength=0.5), poll_interval=0.01)
    assert double.service.dropped == ["strength"]
    assert double.spent == double.price


def test_bad_parameters_are_400(double):
    """Parameters outside the model page's rules are refused with HTTP 400 and cost nothing."""
    for bad in ({"prompt": ""}, {"images": []}, {"size": "10*10"}, {"output_format": "gif"}):
        with pytest.raises(RuntimeError, match="HTTP 400"):
            client(double).run(MODEL, inputs(**bad))
    with pytest.raises(RuntimeError, match="HTTP 404"):
        client(double).run("wavespeed-ai/unknown", inputs())
    assert double.spent == 0
