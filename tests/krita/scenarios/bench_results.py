"""The docker with many past jobs: its first show, scrolling, and doing nothing.

COUNT is how many jobs the data folder has. All times in milliseconds, of the main thread.
"""

import os
import time

from drive_layer_edit.hands import Gaps
from krita import Krita

from layer_edit.qt import QtCore, QtWidgets

IDLE = 20
"""Seconds, with and without the docker."""

STEP = 90
"""Pixels between two frames of scrolling: a flick of the wheel."""


def run(hands):
    """Idle without it, open it, scroll, idle with it."""
    count = int(os.environ["COUNT"])
    yield from hands.new_document(800, 600)
    yield 3
    hands.report["idle without"] = yield from _idle()
    started, cpu = time.perf_counter(), time.thread_time()
    gaps = Gaps()
    gaps.mark("open")
    yield from hands.docker()
    view = hands.widget("layerEditResults")
    yield from hands.until(lambda: len(hands.results()) == count, 60, "listed")
    hands.report["listed after"] = 1000 * (time.perf_counter() - started)
    yield 2
    gaps.stop()
    hands.report["open"] = {**gaps.table["open"].row(), "all": 1000 * (time.thread_time() - cpu)}
    if count:
        hands.report["scroll"] = yield from _scroll(view)
    yield 3
    hands.report["idle with"] = yield from _idle()
    hands.report["timers"] = sorted(_timers(view.window()))


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
    return {
        "frames": len(frames),
        "median": frames[len(frames) // 2],
        "99 %": frames[len(frames) * 99 // 100],
        "longest": frames[-1],
        "longest, own": max(cpu),
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
