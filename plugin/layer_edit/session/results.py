"""What can be done with results that became layers, and with those that are only kept.

The one object behind the docker's list and Krita's actions for results. Lives on the main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..backends.base import Backend
from ..canvas import results_layers as layers
from ..canvas.lookup import document_at, find_layer
from ..canvas.provenance import store_text, stored_text
from ..canvas.pump import Pump
from ..editing.errors import InputError, LayerEditError
from ..jobs.job import JobRecord, JobState
from ..jobs.journal import SOURCE, THUMBNAIL, Journal
from ..jobs.origin import Origin, read_origins, with_origin
from ..jobs.runner import JobUpdate
from ..qt import QtCore, Signal
from ..texts import tr
from .exporting import export
from .variants import Presence, variants_of

Aside = Callable[[Callable[[], object]], None]


class NoLayerError(InputError):
    """The result has no layer in an open document."""


class Results(QtCore.QObject):
    """All jobs, of earlier days too, and their layers.

    `updates` is the last news of each job by its id, shared with the session. Signals: `listed()`
    when the jobs of earlier days have been read, or some belong to another file now; `seen()` when
    another document came to the front or layers of results appeared, vanished, were shown or
    hidden; `moved(str)`: this result is the current one now; `told(str)`: a sentence for the user;
    `failed(LayerEditError)`.
    """

    listed = Signal()
    seen = Signal()
    moved = Signal(str)
    told = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        updates: dict[str, JobUpdate],
        journal: Journal,
        backends: Callable[[str], Backend],
        pump: Pump,
        aside: Aside,
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self.updates = updates
        self.current = ""
        """The id of the result that was walked to, chosen or placed last; '' before that."""
        self._journal = journal
        self._backends = backends
        self._pump = pump
        self._aside = aside
        self._layers: dict[str, bool] = {}
        self._refresher = layers.Refresher(self)

    # -- what is there ------------------------------------------------------------------------

    def records(self) -> Iterable[JobRecord]:
        """All jobs, in no order."""
        return (update.record for update in self.updates.values())

    def presence(self, record: JobRecord) -> Presence:
        """What the document in front has of a result, as of the last `look`."""
        if record.state is not JobState.PLACED or not record.placed_as:
            return Presence.ELSEWHERE
        visible = self._layers.get(record.placed_as)
        if visible is not None:
            return Presence.SHOWN if visible else Presence.HIDDEN
        if layers.is_of_front(record.document_path, record.document_id):
            return Presence.GONE
        return Presence.ELSEWHERE

    def look(self) -> None:
        """Look at the layers of the document in front; `seen` tells when they are others."""
        found = layers.shown_layers()
        if found != self._layers:
            self._layers = found
            self.seen.emit()

    def variants(self, record: JobRecord) -> tuple[JobRecord, ...]:
        """The alternatives a result is one of, itself included, oldest first."""
        return variants_of(record, self.records())

    def thumbnail_file(self, job_id: str) -> Path:
        """A PNG, at most 128 pixels on a side; not there before the job is done."""
        return self._journal.folder(job_id).path / THUMBNAIL

    def sent_file(self, record: JobRecord) -> Path:
        """The kept source picture. Raises InputError when it is not kept."""
        path = self._journal.folder(record.id).path / SOURCE
        if not path.is_file():
            raise InputError(tr("What was sent for this edit is not kept any more."))
        return path

    def origin_of_active(self) -> Origin | None:
        """What produced the active layer; None when the plugin did not."""
        layer_id, document = layers.active_layer_id(), layers.front_document()
        if not layer_id:
            return None
        made = (one for one in self.records() if one.placed_as == layer_id)
        record = max(made, key=lambda one: one.created, default=None)
        if record is not None:
            return Origin.of(record)
        return read_origins(stored_text(document)).get(layer_id)

    # -- showing and hiding -------------------------------------------------------------------

    def toggle(self, record: JobRecord) -> None:
        """Before/after: show a result and none of its variants; hide it when that is so already.

        Raises NoLayerError.
        """
        document, node = self._found(record)
        siblings = self._sibling_ids(record)
        visible = [one for one in siblings if layers.shown_layers_of(document).get(one)]
        is_alone = bool(node.visible()) and not visible
        self._show(document, {**dict.fromkeys(siblings, False), record.placed_as: not is_alone})
        self.choose(record)

    def show_only(self, record: JobRecord) -> None:
        """Show a result and none of its variants. Raises NoLayerError."""
        document, _node = self._found(record)
        siblings = dict.fromkeys(self._sibling_ids(record), False)
        self._show(document, {**siblings, record.placed_as: True})
        self.choose(record)

    def choose(self, record: JobRecord) -> None:
        """Make a result the current one, from which the next and previous variant are counted."""
        if record.id != self.current:
            self.current = record.id
            self.moved.emit(record.id)

    def next_variant(self) -> None:
        """Show the next variant of the current result, after the last one the first."""
        self._walk(1)

    def previous_variant(self) -> None:
        """Show the previous variant of the current result."""
        self._walk(-1)

    def toggle_last(self) -> None:
        """Show or hide the current result, or else the newest one in the document in front."""
        record = self._last()
        if record is not None:
            self._carry_out(self.toggle, record)

    def _walk(self, step: int) -> None:
        record = self._last()
        if record is None:
            return
        group = [one for one in self.variants(record) if one.placed_as in self._layers]
        at = [one.id for one in group].index(record.id)
        self._carry_out(self.show_only, group[(at + step) % len(group)])

    def _last(self) -> JobRecord | None:
        """The current result if the document in front has its layer, else the newest there."""
        self.look()
        update = self.updates.get(self.current)
        if update is not None and update.record.placed_as in self._layers:
            return update.record
        there = (one for one in self.records() if one.placed_as in self._layers)
        return max(there, key=lambda one: one.created, default=None)

    def _carry_out(self, call: Callable[[JobRecord], None], record: JobRecord) -> None:
        """For Krita's actions, which have no line of their own for an error."""
        try:
            call(record)
        except LayerEditError as error:
            self.failed.emit(error)

    # -- deciding -----------------------------------------------------------------------------

    def keep_only(self, record: JobRecord) -> None:
        """Show a result and remove its variants' layers; their results stay in the list.

        Raises NoLayerError.
        """
        self.show_only(record)
        document, _node = self._found(record)
        there = layers.shown_layers_of(document)
        others = [one for one in self._sibling_ids(record) if one in there]
        if others:
            self._pump.run(
                layers.remove_layers(document, others),
                lambda _none: self.look(),
                self.failed.emit,
            )

    def can_keep_only(self, record: JobRecord) -> bool:
        """True when other variants have layers in the document in front."""
        return record.placed_as in self._layers and any(
            one in self._layers for one in self._sibling_ids(record)
        )

    def edit_further(self, record: JobRecord) -> None:
        """Show a result's layer and make it the active one. Raises NoLayerError."""
        self.show_only(record)
        document, _node = self._found(record)
        layers.bring_to_front(document)
        layers.make_active(document, record.placed_as)

    def save_as(self, record: JobRecord, path: Path) -> None:
        """Write a kept result, composed as its layer was, as a PNG, JPEG or WebP file.

        On a worker; `told` says that it is there, `failed` why not.
        """
        folder = self._journal.folder(record.id)

        def work() -> None:
            try:
                export(record, folder, self._backends(record.wish.backend), path)
            except LayerEditError as error:
                self.failed.emit(error)
            else:
                self.told.emit(tr("Saved as {name}.", name=path.name))

        self._aside(work)

    def placed(self, record: JobRecord, document: Any) -> None:
        """A result became a layer: the document keeps what produced it."""
        text = with_origin(stored_text(document), record.placed_as, Origin.of(record))
        store_text(document, text)
        self.choose(record)
        self.look()

    # -- helpers ------------------------------------------------------------------------------

    def _found(self, record: JobRecord) -> tuple[Any, Any]:
        """The open document that has the result's layer, and the layer."""
        document = layers.document_with(record.placed_as) if record.placed_as else None
        if document is not None:
            return document, find_layer(document.rootNode(), record.placed_as)
        if record.document_path and document_at(record.document_path) is None:
            raise NoLayerError(
                tr("The document '{name}' is not open: open it first.", name=record.document)
            )
        raise NoLayerError(tr("This result is not a layer now: insert it first. That is free."))

    def _sibling_ids(self, record: JobRecord) -> list[str]:
        """The layers of a result's other variants, whether or not they are there."""
        variants = self.variants(record)
        return [one.placed_as for one in variants if one.placed_as and one.id != record.id]

    def _show(self, document: Any, wanted: dict[str, bool]) -> None:
        if layers.set_shown(document, wanted):
            self._refresher.soon(document)
        self.look()
