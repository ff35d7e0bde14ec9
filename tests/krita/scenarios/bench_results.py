"""The docker with many past jobs: its first show, scrolling, and doing nothing.

COUNT is how many jobs the data folder has. All times in milliseconds, of the main thread.
"""

import os
import time

from drive_layer_edit.hands import Gaps
from krita import Krita

from layer_edit.docker.panel import EditPanel
from layer_edit.paths import data_folder
from layer_edit.qt import QtCore, QtWidgets
from layer_edit.session.session import Session

IDLE = 20
"""Seconds, with and without the docker."""

STEP = 90
"""Pixels between two frames of scrolling: a flick of the wheel."""


def run(hands):
    """Idle without it, open it, scroll, idle with it."""
    count = int(os.environ["COUNT"])
    yield from hands.new_document(800, 600)
    # Krita has shown the docker at its start: close it, and open one with a session of its own.
    docker = yield from hands.docker()
    docker.setVisible(False)
    docker.widget().setParent(None)
    yield 3
    hands.report["idle without"] = yield from _idle()
    wall, cpu = time.perf_counter(), time.thread_time()
    session = Session(data_folder(), QtWidgets.QApplication.instance())
    docker.setWidget(EditPanel(session))
    docker.setVisible(True)
    docker.raise_()
    hands.report["shown"] = {"wall": _since(wall), "own": 1000 * (time.thread_time() - cpu)}
    yield from hands.docker()
    view = hands.widget("layerEditResults")
    yield from hands.until(lambda: view.model().rowCount() >= count, 60, "listed")
    hands.report["listed after"] = _since(wall)
    yield 1
    hands.report["open"] = 1000 * (time.thread_time() - cpu)
    if count:
        hands.report["scroll"] = yield from _scroll(view)
    yield 3
    hands.report["idle with"] = yield from _idle()
    hands.report["timers"] = sorted(_timers(view.window()))


def _since(start):
    return 1000 * (time.perf_counter() - start)


def _idle():
    """Per cent of a core that the main thread, and all threads, take while nothing happens."""
    thread, process, wall = time.thread_time(), time.process_time(), time.perf_counter()
    yield IDLE
    wall = time.perf_counter() - wall
    return {
        "main thread": 100 * (time.thread_time() - thread) / wall,
        "process": 100 * (time.process_time() - process) / wall,
    }


def _scroll(view):
    """From top to end: what painting a frame takes, and the longest hold-up of the event loop."""
    bar, frames, cpu = view.verticalScrollBar(), [], []
    gaps = Gaps()
    gaps.mark("scroll")
    while bar.value() < bar.maximum():
        wall, own = time.perf_counter(), time.thread_time()
        bar.setValue(bar.value() + STEP)
        view.viewport().repaint()
        frames.append(1000 * (time.perf_counter() - wall))
        cpu.append(1000 * (time.thread_time() - own))
        yield 0.016
    gaps.stop()
    frames.sort()
    cpu.sort()
    return {
        "frames": len(frames),
        "median": frames[len(frames) // 2],
        "99 %": frames[len(frames) * 99 // 100],
        "longest": frames[-1],
        "99 %, own": cpu[len(cpu) * 99 // 100],
        "longest, own": cpu[-1],
        "hold-up": gaps.table["scroll"].row(),
    }


def _timers(window):
    """Repeating timers of the plugin that run now: milliseconds between two ticks."""
    docker = next(d for d in Krita.instance().dockers() if d.objectName() == "layer_edit_docker")
    sessions = [
        one
        for one in QtWidgets.QApplication.instance().children()
        if type(one).__name__ == "Session"
    ]
    for owner in (docker, *sessions):
        for timer in owner.findChildren(QtCore.QTimer):
            if timer.isActive() and not timer.isSingleShot():
                yield timer.interval()
