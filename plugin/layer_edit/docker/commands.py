"""What the actions do: one table, by the names of canvas/actions.py."""

from __future__ import annotations

import random
from collections.abc import Callable

from ..canvas import notify
from ..canvas.host import docker_contents, shown_docker
from ..editing.errors import InputError, LayerEditError
from ..editing.request import SEED_RANGE
from ..editing.runs import escaped
from ..jobs.job import JobRecord
from ..session.session import Session
from ..texts import tr
from .panel import EditPanel


def perform(action: str, session: Session) -> None:
    """Carry out an action; what keeps it from being done is said on the canvas."""
    try:
        _COMMANDS[action](session)
    except LayerEditError as error:
        notify.show_on_canvas(error.message, is_good=False)


def _edit_last(session: Session) -> None:
    """What stands in the instruction box, else the instruction of the latest edit."""
    panel = _panel()
    if panel is not None and panel.instruction().strip():
        panel.submit()
        return
    _say_nothing()
    session.edit(escaped(_latest(session).wish.instruction))


def _focus(_session: Session) -> None:
    # A docker that is shown for the first time makes its content while it is being shown.
    panel = shown_docker()
    if isinstance(panel, EditPanel):
        panel.start_writing()


def _repeat(session: Session) -> None:
    seed = random.randrange(SEED_RANGE.start, SEED_RANGE.stop)  # noqa: S311 - not a secret
    latest = _latest(session)
    _say_nothing()
    # A variant is of the same picture, selection and references included.
    if session.ended.has_picture(latest):
        session.ended.retry(latest, seed)
    else:
        session.ended.again(latest, seed)


def _cancel_all(session: Session) -> None:
    session.cancel_all()


def _latest(session: Session) -> JobRecord:
    latest = session.latest()
    if latest is None:
        raise InputError(tr("There is no earlier edit: write an instruction in the docker."))
    return latest


def _say_nothing() -> None:
    """As a click on Edit does: what went wrong before might be taken for the new edit's fault."""
    panel = _panel()
    if panel is not None:
        panel.say_nothing()


def _panel() -> EditPanel | None:
    """The panel of the active window, else one of another's."""
    return next((one for one in docker_contents() if isinstance(one, EditPanel)), None)


_COMMANDS: dict[str, Callable[[Session], None]] = {
    "edit_last": _edit_last,
    "focus": _focus,
    "repeat": _repeat,
    "toggle": lambda session: session.results.toggle_last(),
    "next": lambda session: session.results.next_variant(),
    "previous": lambda session: session.results.previous_variant(),
    "cancel_all": _cancel_all,
}
