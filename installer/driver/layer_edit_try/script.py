"""The trial itself, written down in the order a user would do it.

`steps` is a generator: at each `yield` Krita's event loop goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

from .docker import Docker
from .qt import QtWidgets, krita
from .task import SCREEN_TAKEN, SCREEN_WANTED, Report, Task

Steps = Generator[None, None, None]

CROWDING = ("PresetDocker", "ColorSelectorNg", "sharedtooldocker")
"""Krita's dockers in the same column; closed so that the plugin's docker is seen whole."""


class TrialError(Exception):
    """Ends the trial with a sentence; `kind` is 'refused' or 'failed'."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class Script:
    """One edit of one picture through the docker."""

    def __init__(self, task: Task, report: Report) -> None:
        self._task = task
        self._report = report
        self._krita: Any = krita.Krita.instance()

    def steps(self) -> Steps:
        """All of it. Raises TrialError when a step does not lead on."""
        yield from self._until(lambda: self._krita.activeWindow() is not None, 60, "no window")
        window = self._krita.activeWindow()
        self._krita.setBatchmode(True)
        self._arrange(window.qwindow())
        yield from _pause(0.5)
        document = yield from self._open(window)
        self._report.progress(f"Picture opened: {document.width()} × {document.height()} pixels")
        docker = yield from self._docker(window.qwindow())
        _fit(window)
        source = document.activeNode()
        before = document.pixelData(0, 0, document.width(), document.height())
        self._export(document, "before.png")
        yield from self._write_instruction(docker)
        start = time.monotonic()
        docker.click_edit()
        self._report.progress("Edit clicked")
        layer = yield from self._arrival(docker, document, source)
        seconds = time.monotonic() - start
        self._report.progress(f"New layer above the source: {layer.name()}")
        self._keep(document, before)
        yield from self._screenshot(window.qwindow())
        self._report.done(layer.name(), seconds)

    def _arrange(self, window: Any) -> None:
        if self._task.own_display:  # there is no window manager that would do it
            window.setGeometry(window.screen().geometry())
        else:
            window.showMaximized()

    def _open(self, window: Any) -> Generator[None, None, Any]:
        document = self._krita.openDocument(str(self._task.image))
        if document is None:
            raise TrialError("failed", f"Krita cannot open {self._task.image.name}.")
        window.addView(document)
        self._krita.setActiveDocument(document)
        document.waitForDone()
        yield from self._until(
            lambda: document.activeNode() is not None, 60, "the picture shows no layer"
        )
        yield from _pause(0.5)  # Krita lays out the new view
        if document.activeNode().type() != "paintlayer":
            document.setActiveNode(document.topLevelNodes()[-1])
            yield from _pause(0.5)
        return document

    def _docker(self, window: Any) -> Generator[None, None, Docker]:
        found: list[Docker] = []

        def ready() -> bool:
            docker = Docker.find(self._krita.dockers())
            found[:] = [docker] if docker is not None and docker.complete else []
            return bool(found)

        # Krita 6 shows its dockers only when a picture is open, so this cannot come earlier.
        for docker in self._krita.dockers():
            if docker.objectName() in CROWDING:
                docker.close()
            if docker.objectName() == Docker.NAME:
                docker.setVisible(True)
                docker.raise_()
        yield from self._until(ready, 30, f"there is no docker {Docker.NAME} with its widgets")
        found[0].make_room(window)
        yield from _pause(0.5)
        return found[0]

    def _write_instruction(self, docker: Docker) -> Steps:
        docker.choose_backend("offline")
        yield from _pause(0.2)
        docker.type_instruction(self._task.instruction)
        yield from self._until(
            lambda: docker.instruction == self._task.instruction,
            5,
            "the docker's instruction box took other text than was typed",
        )
        self._report.progress(f"Instruction typed: {self._task.instruction}")
        yield from self._until(docker.can_edit, 15, lambda: f"Edit is disabled: {docker.words}")

    def _arrival(self, docker: Docker, document: Any, source: Any) -> Generator[None, None, Any]:
        """Wait for the layer straight above the source."""
        known = {node.uniqueId() for node in _siblings(source)}
        found: list[Any] = []

        def arrived() -> bool:
            if docker.error:
                raise TrialError("refused", docker.error)
            found[:] = [node for node in _siblings(source) if node.uniqueId() not in known]
            return bool(found) and docker.idle

        yield from self._until(
            arrived, self._task.seconds, lambda: f"no new layer came: {docker.words}"
        )
        document.waitForDone()
        yield from _pause(1.0)  # the docker shows the result
        names = [node.uniqueId() for node in _siblings(source)]
        if names.index(found[0].uniqueId()) != names.index(source.uniqueId()) + 1:
            raise TrialError("failed", "The new layer is not straight above the source.")
        return found[0]

    def _keep(self, document: Any, before: Any) -> None:
        """Write the results. Raises TrialError when nothing changed in the picture."""
        after = document.pixelData(0, 0, document.width(), document.height())
        if after == before:
            raise TrialError("failed", "The new layer shows the same picture as before.")
        self._export(document, "after.png")
        if not document.saveAs(str(self._task.out / "edited.kra")):
            raise TrialError("failed", "Krita did not save edited.kra.")

    def _export(self, document: Any, name: str) -> None:
        document.setBatchmode(True)
        options = krita.InfoObject()
        options.setProperties({"compression": 6, "alpha": False, "forceSRGB": True})
        if not document.exportImage(str(self._task.out / name), options):
            raise TrialError("failed", f"Krita did not write {name}.")

    def _screenshot(self, window: Any) -> Steps:
        """A picture of the own display by the installer; on the user's of Krita's window only."""
        yield from _pause(0.5)
        if not self._task.own_display:
            if not window.grab().save(str(self._task.out / "screenshot.png")):
                raise TrialError("failed", "Qt did not write screenshot.png.")
            return
        (self._task.folder / SCREEN_WANTED).touch()
        taken = self._task.folder / SCREEN_TAKEN
        yield from self._until(taken.exists, 60, "nobody took the screenshot")

    def _until(
        self, ready: Callable[[], bool], seconds: float, else_: str | Callable[[], str]
    ) -> Steps:
        """Let Krita go on until `ready`; raise TrialError with `else_` when the time is up."""
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                words = else_ if isinstance(else_, str) else else_()
                raise TrialError("failed", f"After {seconds:.0f} s {words}.")
            yield


def _pause(seconds: float) -> Steps:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield


def _siblings(node: Any) -> list[Any]:
    """The layers beside a node, itself included, from below."""
    return [each for each in node.parentNode().childNodes() if each.type()]


def _fit(window: Any) -> None:
    """Zoom so that the whole picture is seen."""
    view = window.activeView()
    area = window.qwindow().findChild(QtWidgets.QMdiArea)
    if view is None or area is None:
        return
    document = view.document()
    room = min(area.width() / document.width(), area.height() / document.height())
    view.canvas().setZoomLevel(room * 0.9)
