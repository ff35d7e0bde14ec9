"""The buttons that begin edits and stop them."""

from __future__ import annotations

from typing import Protocol

from ..jobs.job import JobRecord
from ..jobs.runner import JobUpdate
from ..qt import QtWidgets, Signal
from ..session.session import Session
from ..texts import tr
from .flow import FlowLayout
from .price_words import Offer
from .widgets import button

SPACING = 6


class Jobs(Protocol):
    """What the list of results knows."""

    def selected(self) -> JobRecord | None:
        """The chosen one."""

    def active(self) -> list[JobUpdate]:
        """Those on their way, the oldest first."""


class EditButtons(QtWidgets.QWidget):
    """Edit, Cancel, and while one click makes several edits, to cancel all of these.

    Signal: `submitted()`.
    """

    submitted = Signal()

    def __init__(self, session: Session, jobs: Jobs) -> None:
        super().__init__()
        self._session = session
        self._jobs = jobs
        self._submit = button("layerEditSubmit", tr("Edit"))
        self._cancel = button("layerEditCancel", tr("Cancel"))
        self._cancel_batch = button("layerEditCancelBatch", "")
        policy = QtWidgets.QSizePolicy.Policy
        self._submit.setSizePolicy(policy.Expanding, policy.Fixed)
        # With a long text on the first one there is no room for both in a narrow docker.
        row = FlowLayout(None, SPACING)
        row.addWidget(self._submit)
        row.addWidget(self._cancel)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addLayout(row)
        column.addWidget(self._cancel_batch)
        self._submit.clicked.connect(lambda _checked: self.submitted.emit())
        self._cancel.clicked.connect(self._cancel_one)
        self._cancel_batch.clicked.connect(self._cancel_all_of_it)

    @property
    def is_ready(self) -> bool:
        """Whether there is something to edit."""
        return self._submit.isEnabled()

    def show_offer(self, offer: Offer, reason: str) -> None:
        """What a click would make and cost; `reason`: why it cannot, '' when it can."""
        self._submit.setEnabled(not reason)
        self._submit.setText(offer.button)
        self._submit.setToolTip(reason or offer.sum)

    def show_jobs(self) -> None:
        """Other jobs are on their way, or another one is chosen."""
        active, record = self._jobs.active(), self._to_cancel()
        self._cancel.setEnabled(bool(active))
        batch = record.batch if record is not None else ""
        of_it = [one for one in active if batch and one.record.batch == batch]
        number = sum(1 + self._session.steps.chains.left(one.record.id) for one in of_it)
        self._cancel_batch.setVisible(number > 1)
        self._cancel_batch.setText(tr("Cancel all {number} of this click", number=number))

    def _to_cancel(self) -> JobRecord | None:
        """The chosen job if it is on its way, else the one that has waited longest."""
        selected, active = self._jobs.selected(), self._jobs.active()
        if selected is not None and selected.state.is_active:
            return selected
        return active[0].record if active else None

    def _cancel_one(self) -> None:
        record = self._to_cancel()
        if record is not None:
            self._session.cancel(record.id)

    def _cancel_all_of_it(self) -> None:
        record = self._to_cancel()
        if record is not None:
            self._session.cancel_batch(record.batch)
