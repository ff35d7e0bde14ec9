"""Every shape of answer is read; nothing is taken for granted."""

from __future__ import annotations

import json
import time
from email.utils import formatdate

import pytest

from layer_edit.backends.net.reading import (
    as_int,
    as_number,
    error_text,
    plain,
    retry_after,
)
from layer_edit.backends.net.reasons import ExchangeError
from layer_edit.backends.wavespeed.envelope import (
    as_time,
    read_data,
    read_items,
    read_reply,
)
from layer_edit.backends.wavespeed.secret import WaveSpeedKey
from layer_edit.backends.wavespeed.wording import (
    During,
    Wording,
    is_credit,
    status_of,
)


def reply(payload):
    return read_reply(payload if isinstance(payload, bytes) else json.dumps(payload).encode())


def test_a_documented_answer_is_read_whole():
    """The model page's fields arrive, times in seconds."""
    told = reply(
        {
            "code": 200,
            "message": "success",
            "data": {
                "id": "abc123",
                "model": "m",
                "outputs": ["https://x/1.png"],
                "status": "completed",
                "created_at": "2023-04-01T12:34:56.789Z",
                "error": "",
                "timings": {"inference": 5200},
                "has_nsfw_contents": [False],
            },
        }
    )
    assert (told.code, told.id, told.status, told.model) == (200, "abc123", "completed", "m")
    assert told.outputs == ("https://x/1.png",)
    assert told.created == pytest.approx(1680352496.789)
    assert told.inference_seconds == 5.2
    assert not told.flagged


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (None, ()),
        ([], ()),
        ("https://x/1", ("https://x/1",)),
        (["https://x/1", "https://x/2"], ("https://x/1", "https://x/2")),
        ([{"url": "https://x/1"}], ("https://x/1",)),
        ({"url": "https://x/1"}, ("https://x/1",)),
        ([{"type": "image", "b64_json": "AAAA"}], ("AAAA",)),
        ([None, 3, "", {"url": None}, {"other": 1}, " https://x/1 "], ("https://x/1",)),
        (7, ()),
    ],
)
def test_outputs_in_every_shape(outputs, expected):
    """Outputs are strings or objects, in a list or alone; anything else is no output."""
    assert reply({"data": {"id": "a", "status": "completed", "outputs": outputs}}).outputs == (
        expected
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"3",
        b'"text"',
        b"{}",
        b'{"data":null}',
        b'{"data":[]}',
        b'{"data":{"id":null,"status":5}}',
        b"\xff\xfe\x00",
        b"<html></html>",
        b"[" * 100_000,
        b'{"code":1e999}',
        b'{"data":{"id":"' + b"a" * 500 + b'"}}',
    ],
)
def test_strange_bodies_tell_nothing_and_raise_nothing(body):
    """What is not an answer about a task has no id, no status and no outputs."""
    told = reply(body)
    assert not told.speaks_of_task
    assert told.outputs == ()


@pytest.mark.parametrize("bad", ["..", ".", "a/b", "a b", "a?b", "é", "a\nb", True, 1.5, None])
def test_an_id_that_is_no_id_is_not_taken(bad):
    """An id becomes part of an address: only harmless characters are let in."""
    assert reply({"data": {"id": bad, "status": "created"}}).id == ""
    assert reply({"data": {"id": 17, "status": "created"}}).id == "17"


def test_an_answer_without_envelope_is_read():
    """A bare prediction object is understood like one in an envelope."""
    assert reply({"id": "a", "status": "processing"}).status == "processing"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"code": 400, "message": "bad size"}, "bad size"),
        ({"error": "not found"}, "not found"),
        ({"error": {"message": "inner"}}, "inner"),
        ({"detail": "plain"}, "plain"),
        ({"detail": [{"loc": ["x"], "msg": "one"}, {"msg": "two"}]}, "one; two"),
        ({"errors": ["a", {"message": "b"}]}, "a; b"),
        ({"code": 200, "message": "success", "data": {"error": "deep"}}, "deep"),
        ({"message": None, "code": 1}, ""),
        (b"<html><head><title>504 Gateway</title></head><body>x</body></html>", "504 Gateway"),
        (b"<p>one</p>\n<script>evil()</script><b>two &amp; three</b>", "one two & three"),
        (b"upstream connect error", "upstream connect error"),
    ],
)
def test_error_texts_of_every_shape(body, text):
    """The words are found in each form a body takes, without HTML."""
    assert error_text(body if isinstance(body, bytes) else json.dumps(body).encode()) == text


def test_plain_text_is_folded():
    """White space and unprintable characters become single spaces."""
    assert plain(" a\x00\x1b[31m\n\tb\u202ec ") == "a [31m b c"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2023-04-01T12:34:56Z", 1680352496.0),
        ("2023-04-01T12:34:56.7Z", 1680352496.7),
        ("2023-04-01T12:34:56.789123456Z", 1680352496.789123456),
        ("2023-04-01T14:34:56+02:00", 1680352496.0),
        ("2023-04-01T14:34:56+0200", 1680352496.0),
        ("2023-04-01 12:34:56", 1680352496.0),
        (1680352496, 1680352496.0),
        (1680352496789, 1680352496.789),
        ("2023-13-01T12:34:56Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (True, None),
        (-5, None),
        (None, None),
        (float("inf"), None),
    ],
)
def test_times_in_every_form(value, seconds):
    """ISO times with any fraction and zone, and Unix times, on every supported Python."""
    told = as_time(value)
    assert told == (None if seconds is None else pytest.approx(seconds))


def test_numbers_are_finite_and_not_booleans():
    """Numbers come as numbers or as text; booleans, infinities and words are none."""
    assert [as_int(v) for v in (3, "3", 3.0, "-4", True, 3.5, "x", None, "9" * 5000)] == (
        [3, 3, 3, -4] + [None] * 5
    )
    assert [as_number(v) for v in (1, "2.5", True, "nan", "inf", [], 10**400)] == (
        [1.0, 2.5] + [None] * 5
    )


def test_history_and_data_of_every_shape():
    """Pages of the history with or without envelope; `data` only where `code` agrees."""
    item = {"id": "a", "status": "completed", "input": {"prompt": "p"}}
    for body in ({"data": {"items": [item]}}, {"items": [item]}, {"data": [item]}, [item]):
        (found,) = read_items(json.dumps(body).encode())
        assert found.inputs == {"prompt": "p"}
    as_text = {**item, "input": None, "inputs": '{"prompt": "q"}'}
    assert read_items(json.dumps([as_text, 3]).encode())[0].inputs == {"prompt": "q"}
    assert read_items(b'{"data": null}') is None
    assert read_items(b"<html>") is None
    assert read_data(b'{"code":200,"data":{"a":1}}') == {"a": 1}
    assert read_data(b'{"code":500,"data":{"a":1}}') is None
    assert read_data(b'{"a":1}') == {"a": 1}
    assert read_data(b"[]") is None


@pytest.mark.parametrize(
    ("http", "code", "counts"),
    [
        (200, None, 200),
        (200, 200, 200),
        (200, 0, 200),
        (200, 401, 401),
        (200, 503, 503),
        (200, 1407, 402),
        (200, 1401, 400),
        (200, 5000, 500),
        (429, 200, 429),
        (504, None, 504),
    ],
)
def test_the_status_that_counts(http, code, counts):
    """HTTP's status counts, except where it says 200 and the envelope does not."""
    assert status_of(http, reply({"code": code})) == counts


@pytest.mark.parametrize(
    ("status", "payload"),
    [
        (400, {"message": "Insufficient credits. Please top up your account."}),
        (402, {}),
        (200, {"code": 1407, "message": "x"}),
        (200, {"data": {"id": "a", "status": "failed", "code": 1407}}),
        (400, {"error": "insufficient balance"}),
    ],
)
def test_missing_credit_in_each_of_its_forms(status, payload):
    """All three known forms of 'not enough credit' are recognised."""
    assert is_credit(status, reply(payload))
    assert not is_credit(400, reply({"message": "credit card picture is invalid"}))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), ("-3", 0.0), ("1e9", 3600.0), ("soon", None), ("nan", None)],
)
def test_retry_after_is_bounded(header, seconds):
    """Seconds within an hour; words and nonsense are no wish."""
    assert retry_after({"retry-after": header}) == seconds


def test_retry_after_as_a_date():
    """A date in the past means now; without the header there is no wish."""
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after({"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}) == 3600
    assert retry_after({}) is None


@pytest.mark.parametrize("off", [-10_800, 10_800])
def test_retry_after_as_a_date_of_a_clock_that_is_off(off):
    """The date is the server's, and so is the time it is compared with."""
    told = [formatdate(time.time() + off + more, usegmt=True) for more in (0, 7)]
    assert retry_after({"date": told[0], "retry-after": told[1]}) == pytest.approx(7, abs=1)


def test_long_server_texts_are_shortened_after_masking():
    """A message quotes at most 200 characters, never part of the key; the detail is bounded."""
    wording = Wording(WaveSpeedKey("sk-0123456789"))
    text = "x" * 195 + " sk-0123456789 " + "y" * 9000
    said = wording.said(text)
    assert len(said) <= 200 and "sk-" not in said
    assert len(wording.detail(text)) == 4000 and "sk-" not in wording.detail(text)
    error = wording.network(ExchangeError("why", True, "sk-0123456789"), During.FREE)
    assert error.detail == "***"
