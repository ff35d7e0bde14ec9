"""The faults the double can be told to have, where each applies, and the plan of when."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum


class Call(Enum):
    """The kinds of request a client makes, the stages at which a fault can be set."""

    UPLOAD = "upload"
    SUBMIT = "submit"
    POLL = "poll"
    FETCH = "fetch"
    HISTORY = "history"
    ACCOUNT = "account"


ALL = tuple(Call)
API = (Call.UPLOAD, Call.SUBMIT, Call.POLL, Call.HISTORY, Call.ACCOUNT)
TASK = (Call.SUBMIT, Call.POLL)
JOB = (Call.UPLOAD, Call.SUBMIT, Call.POLL, Call.FETCH)


class Fault(Enum):
    """Everything that can go wrong: the calls it can be set on, and what then happens.

    'Acted on' means that the service did what was asked (a submit makes and bills a prediction)
    and only its answer goes wrong.
    """

    # The connection
    REFUSED = JOB, "Nothing listens: the connection is refused."
    RESET_BEFORE = ALL, "The connection is reset and the request was not acted on."
    RESET_AFTER = ALL, "The request is acted on and the connection reset before the answer."
    RESET_MIDDLE = ALL, "The request is acted on and the connection reset inside the answer's body."
    TRUNCATED = ALL, "The answer ends before its Content-Length."
    SLOW = ALL, "The request is acted on and the answer comes after `slow_seconds`."
    TRICKLE = ALL, "The answer's body comes a byte at a time and takes `slow_seconds` many times."
    TRICKLE_HEAD = ALL, "The same from the first byte of the answer on, with ever more headers."
    ENDLESS = ALL, "The answer's body does not end."
    GZIP_GARBAGE = ALL, "The answer claims gzip and is not."
    REDIRECT_OTHER_HOST = ALL, "A redirect (307) to another host, which answers like the real one."
    REDIRECT_FOUND = ALL, "A redirect (302) to another host; a submit was acted on."
    REDIRECT_LOOP = ALL, "A redirect to itself, again and again."
    REDIRECT_SCHEME = ALL, "A redirect to a plain-text address that is not loopback."

    # HTTP
    HTTP_400 = API, "HTTP 400: a parameter is refused."
    HTTP_401 = ALL, "HTTP 401: the key is refused."
    HTTP_402 = API, "HTTP 402: not enough credit."
    HTTP_403 = ALL, "HTTP 403: suspended account, missing permission, or a signed URL run out."
    HTTP_404 = ALL, "HTTP 404."
    HTTP_413 = (Call.UPLOAD, Call.SUBMIT), "HTTP 413: too large."
    HTTP_429 = ALL, "HTTP 429 without Retry-After."
    HTTP_429_RETRY_AFTER = ALL, "HTTP 429 with Retry-After: 7."
    HTTP_500 = ALL, "HTTP 500 with JSON; a submit was acted on."
    HTTP_503 = ALL, "HTTP 503 with text; not acted on."
    HTTP_504_HTML = ALL, "HTTP 504 with an HTML page; a submit was acted on."
    CREDIT_400 = (Call.SUBMIT,), "HTTP 400 'Insufficient credits. Please top up …'."
    ERRORS_SHAPE = API, "HTTP 400 with {'errors': […]} in place of {code, message}."
    DETAIL_SHAPE = API, "HTTP 422 with {'detail': […]}."
    ECHO_KEY = ALL, "HTTP 500 with a page that repeats the Authorization header; acted on."

    # The envelope
    CODE_NOT_200 = API, "HTTP 200 with `code` 500 and no data; a submit was acted on."
    CODE_401 = API, "HTTP 200 with `code` 401 and no data; not acted on."
    CODE_429 = API, "HTTP 200 with `code` 429 and no data; not acted on."
    DATA_NULL = API, "HTTP 200, `code` 200, `data` null; acted on."
    NOT_JSON = API, "HTTP 200 with an HTML page; acted on."
    WRONG_SHAPE = API, "HTTP 200 with JSON of another shape (a list); acted on."
    WRONG_ID = (Call.POLL,), "The answer is about another prediction."

    # The task
    FAILED_1200 = TASK, "The task fails: moderation (1200), refunded."
    FAILED_1402 = TASK, "The task fails: the picture's URL cannot be read (1402), refunded."
    FAILED_1407 = TASK, "The task fails: credits (1407), refunded."
    FAILED_5000 = TASK, "The task fails: internal (5000), refunded."
    FAILED_5003 = TASK, "The task fails: unavailable (5003), refunded."
    FAILED_NO_CODE = TASK, "The task fails with a text and no code, refunded."
    STATUS_CANCELLED = TASK, "The task ends as 'cancelled', refunded."
    STATUS_TIMEOUT = TASK, "The task ends as 'timeout', refunded."
    STATUS_DELETED = (Call.POLL,), "The task ends as 'deleted', refunded."
    STATUS_UNKNOWN = TASK, "The status is a word nobody documented; the task goes on."
    SYNC_5004 = (Call.SUBMIT,), "Sync mode times out: `processing`, code 5004; the task goes on."
    RESULT_PATH_404 = (Call.POLL,), "/predictions/{id}/result is 404, /predictions/{id} answers."

    # The outputs
    OUTPUTS_OBJECTS = TASK, "Outputs are objects with a `url`."
    OUTPUTS_STRING = TASK, "`outputs` is one string, not a list."
    OUTPUTS_BASE64 = TASK, "Outputs are base64 without a prefix though a URL was asked for."
    OUTPUTS_DATA_URI = TASK, "Outputs are base64 with a 'data:' prefix."
    OUTPUTS_EMPTY = TASK, "Completed, and no outputs."
    OUTPUTS_LATE = (Call.POLL,), "Completed, no outputs at /result, outputs at /predictions/{id}."
    OUTPUT_PLAIN_HTTP = TASK, "The output's URL is plain http on a host that is not loopback."
    NSFW = TASK, "Completed with outputs and has_nsfw_contents [true]."

    # The picture
    EXPIRED = (Call.FETCH,), "The output URL answers 404; so does every later one."
    EXPIRED_RENEWED = (Call.FETCH,), "The output URL answers 403; asking again gives another."
    NOT_AN_IMAGE = (Call.FETCH,), "HTTP 200 with an HTML page as image/png."
    BROKEN_IMAGE = (Call.FETCH,), "A PNG whose pixel data is damaged."
    EMPTY_BODY = ALL, "HTTP 200 with an empty body; acted on."
    BOMB = (Call.FETCH,), "A small PNG that decodes to 144 megapixels."
    OTHER_SIZE = (Call.FETCH,), "The picture has half the size asked for."

    # Old services
    NO_TICKET = (Call.UPLOAD,), "The ticket endpoint is 404; multipart works."
    NO_PUT = (Call.UPLOAD,), "The storage behind the ticket refuses the PUT; multipart works."
    NO_UPLOAD = (Call.UPLOAD,), "Every upload endpoint is 404."
    NO_PRICE = (Call.ACCOUNT,), "/model/price is 404; the older /model/pricing answers."

    def __init__(self, calls: tuple[Call, ...], text: str) -> None:
        self.calls = calls
        self.text = text


@dataclass
class _Planned:
    fault: Fault
    call: Call
    left: int | None


class FaultPlan:
    """Which fault strikes which call, how often. Safe to use from several threads."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, call: Call | None = None, times: int | None = None) -> None:
        """Let `fault` strike `call` (every call it applies to when None), `times` times or always.

        Faults set on one call strike in the order in which they were set. Raises ValueError when
        the fault does not apply to the call.
        """
        if call is not None and call not in fault.calls:
            raise ValueError(f"{fault.name} does not apply to {call.value}")
        with self._lock:
            for one in (call,) if call else fault.calls:
                self._planned.append(_Planned(fault, one, times))

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._planned.clear()

    def has(self, fault: Fault, call: Call) -> bool:
        """Whether the fault is still to strike the call."""
        with self._lock:
            return any(p.fault is fault and p.call is call for p in self._planned)

    def lasts(self, fault: Fault, call: Call) -> bool:
        """Whether the fault strikes the call again and again."""
        with self._lock:
            return any(
                p.fault is fault and p.call is call and p.left is None for p in self._planned
            )

    def take(self, call: Call, can: set[Fault]) -> Fault | None:
        """The fault that strikes now, among those that `can`; a one-shot is then used up."""
        with self._lock:
            for planned in self._planned:
                if planned.call is not call or planned.fault not in can:
                    continue
                if planned.left is not None:
                    planned.left -= 1
                    if planned.left <= 0:
                        self._planned.remove(planned)
                return planned.fault
        return None
