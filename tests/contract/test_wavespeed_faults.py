"""Every fault at every stage of a job: what it becomes, what it costs, what the user is told."""

from __future__ import annotations

import pytest

from tests.contract.fault_matrix import Cell, as_table, cells, run_cell
from tests.double import Call, Fault

F = Fault
BUSY = {F.HTTP_429, F.HTTP_429_RETRY_AFTER, F.CODE_429}
REDIRECTED_THERE = {F.REDIRECT_OTHER_HOST, F.REDIRECT_LOOP, F.REDIRECT_SCHEME}
FAILING = {
    F.FAILED_1200,
    F.FAILED_1402,
    F.FAILED_1407,
    F.FAILED_5000,
    F.FAILED_5003,
    F.FAILED_NO_CODE,
    F.STATUS_CANCELLED,
    F.STATUS_TIMEOUT,
    F.STATUS_DELETED,
}
HARMLESS = {
    F.OUTPUTS_OBJECTS,
    F.OUTPUTS_STRING,
    F.OUTPUTS_BASE64,
    F.OUTPUTS_DATA_URI,
    F.OUTPUTS_LATE,
    F.NSFW,
    F.RESULT_PATH_404,
    F.SYNC_5004,
    F.OTHER_SIZE,
    F.NO_TICKET,
    F.NO_PUT,
    F.NO_UPLOAD,
}
BAD_REQUEST = {F.HTTP_400, F.ERRORS_SHAPE, F.DETAIL_SHAPE}
ACCOUNT = {F.HTTP_401, F.CODE_401, F.HTTP_402}
BAD_PICTURE = {F.NOT_AN_IMAGE, F.BROKEN_IMAGE, F.EMPTY_BODY}
PAID_AND_EMPTY = (F.OUTPUTS_EMPTY, Call.POLL)


def expected(fault: Fault, stage: Call) -> str:
    """What a lasting fault makes of the job while it lasts."""
    if fault in HARMLESS:
        return "COMPLETED"
    if fault in FAILING:
        return "FAILED"
    return {
        Call.UPLOAD: at_upload,
        Call.SUBMIT: at_submit,
        Call.POLL: at_poll,
        Call.FETCH: at_fetch,
    }[stage](fault)


WRONG_KEY = {F.HTTP_401, F.CODE_401}


def at_upload(fault: Fault) -> str:
    """An upload that fails is made in another way, unless that would fail for the same reason."""
    if fault in WRONG_KEY:
        return "WrongKeyError"
    if fault in ACCOUNT:
        return "DeclinedError"
    if fault in BUSY:
        return "BusyError"
    return "NetworkError" if fault is F.REFUSED else "COMPLETED"


def at_submit(fault: Fault) -> str:
    """Whatever may have been accepted is uncertain; a clear no is a no."""
    if fault in WRONG_KEY:
        return "WrongKeyError"
    if fault in ACCOUNT | BAD_REQUEST | REDIRECTED_THERE | {
        F.HTTP_403,
        F.HTTP_404,
        F.HTTP_413,
        F.CREDIT_400,
    }:
        return "DeclinedError"
    if fault in BUSY:
        return "BusyError"
    if fault in {F.STATUS_UNKNOWN, F.OUTPUTS_EMPTY}:
        return "COMPLETED"
    if fault is F.OUTPUT_PLAIN_HTTP:
        return "COMPLETED"
    return "NetworkError" if fault is F.REFUSED else "UncertainError"


def at_poll(fault: Fault) -> str:
    """A poll that gets no answer may be repeated; a refused key or id needs the user."""
    if fault in WRONG_KEY:
        return "WrongKeyError"
    if fault in ACCOUNT | BAD_REQUEST | {F.HTTP_403, F.HTTP_404, F.OUTPUT_PLAIN_HTTP}:
        return "DeclinedError"
    if fault in BUSY:
        return "BusyError"
    if fault is F.OUTPUTS_EMPTY:
        return "FAILED"
    return "RUNNING" if fault is F.STATUS_UNKNOWN else "NetworkError"


def at_fetch(fault: Fault) -> str:
    """A download may be repeated, unless it would surely end the same way."""
    if fault in {F.REDIRECT_OTHER_HOST, F.REDIRECT_FOUND}:
        return "COMPLETED"
    if fault in {F.HTTP_401, F.HTTP_403, F.HTTP_404, F.EXPIRED, F.EXPIRED_RENEWED, F.BOMB}:
        return "DeclinedError"
    if fault in {F.ENDLESS, F.REDIRECT_SCHEME}:
        return "DeclinedError"
    return "BusyError" if fault in BUSY else "NetworkError"


@pytest.mark.parametrize(
    ("fault", "stage"), cells(), ids=[f"{f.name}-{s.value}" for f, s in cells()]
)
def test_fault_at_stage(fault, stage):
    """The job ends in the right state, submits once at most, and loses nothing that was paid."""
    cell = run_cell(fault, stage)
    shown = as_table([cell])
    assert cell.during == expected(fault, stage), shown
    assert cell.submits <= 1 and cell.accepted <= 1, shown
    assert cell.violations == (), shown
    assert cell.seconds < 15, shown
    if cell.accepted and cell.final != "failed":
        assert cell.final == "result" and cell.spent == cell.price, shown
    elif (fault, stage) != PAID_AND_EMPTY:
        assert cell.spent == 0, shown
    check_message(cell, shown)


def check_message(cell: Cell, shown: str) -> None:
    """The sentence speaks of the money, and is one or two sentences long."""
    if cell.during in ("COMPLETED", "RUNNING"):
        assert cell.message == "", shown
        return
    spoken = {
        "UncertainError": "may be running and cost $0.04",
        "FAILED": "balance" if cell.fault in (F.STATUS_DELETED, F.OUTPUTS_EMPTY) else "refunds",
    }
    on_the_way = "7 days" if cell.accepted else "nothing was spent"
    assert spoken.get(cell.during, on_the_way) in cell.message, shown
    assert "<" not in cell.message and len(cell.message) < 400, shown


def test_retry_after_is_passed_on():
    """The seconds of a Retry-After header come with the error, None without the header."""
    from layer_edit.backends.base import BusyError
    from tests.contract.wavespeed_kit import SMALL, RecordingWatch, a_backend, a_request
    from tests.double import WaveSpeedDouble

    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double, inline_images=True)
        for fault, seconds in ((F.HTTP_429_RETRY_AFTER, 7.0), (F.HTTP_429, None)):
            double.set_fault(fault, Call.SUBMIT, times=1)
            with pytest.raises(BusyError) as caught:
                backend.submit(a_request(), RecordingWatch())
            assert caught.value.retry_after == seconds
        backend.submit(a_request(), RecordingWatch())
        backend.close()
    assert double.accepted == 1


def test_the_account_tier_is_a_busy_answer():
    """More jobs at once than the account may have are answered with BusyError, not billed."""
    from layer_edit.backends.base import BusyError
    from tests.contract.wavespeed_kit import SMALL, RecordingWatch, a_backend, a_request
    from tests.double import WaveSpeedDouble

    with WaveSpeedDouble(model=SMALL, duration=30, concurrency=2) as double:
        backend = a_backend(double)
        for _ in range(2):
            backend.submit(a_request(), RecordingWatch())
        with pytest.raises(BusyError):
            backend.submit(a_request(), RecordingWatch())
        assert backend.concurrency == 2
        backend.close()
    assert double.spent == 2 * double.price


def test_an_empty_account_declines_and_costs_nothing():
    """Without enough credit the service says no; nothing is spent and the user can top up."""
    from layer_edit.backends.base import DeclinedError
    from tests.contract.wavespeed_kit import RecordingWatch, a_backend, a_request
    from tests.double import WaveSpeedDouble

    with WaveSpeedDouble(balance=0.01) as double:
        backend = a_backend(double)
        with pytest.raises(DeclinedError, match=r"not enough credit.*top up"):
            backend.submit(a_request(), RecordingWatch())
        backend.close()
    assert double.spent == 0
