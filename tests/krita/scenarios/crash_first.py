"""Sends an edit, and Krita dies while it runs at the service."""

import os
import signal


def run(hands):
    """SIGKILL once the request was accepted."""
    document = yield from hands.open(os.environ["PICTURE"])
    yield from hands.save(document, "picture.kra")
    yield from hands.docker()
    yield from hands.choose("layerEditBackend", "wavespeed")
    hands.type("layerEditInstruction", "survive")
    hands.click("layerEditSubmit")
    yield from hands.until(
        lambda: hands.text("layerEditStatus").startswith("Running"), 30, "running"
    )
    yield 0.5
    os.kill(os.getpid(), signal.SIGKILL)
