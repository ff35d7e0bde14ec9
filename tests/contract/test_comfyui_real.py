"""The ComfyUI backend against a real ComfyUI on the CPU, where COMFYUI_DIR names a checkout.

COMFYUI_PYTHON names the Python that has its requirements; the checkout's own environment, or this
Python, when it is not set. No weights are needed: one graph loads, inverts and saves; those of
HiDream-O1 are checked by ComfyUI as far as the loading of an empty file.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from PIL import ImageChops, ImageOps

from layer_edit.backends.base import DeclinedError, NotSetUpError, Prediction, PredictionState
from tests.contract.comfyui_kit import Told, a_backend, edited, ended, until
from tests.contract.wavespeed_kit import a_request, encoded, opened, picture
from tests.double.comfyui import CHECKPOINT

COMFYUI = os.environ.get("COMFYUI_DIR", "")
START_SECONDS = 240

pytestmark = pytest.mark.skipif(not COMFYUI, reason="COMFYUI_DIR names no checkout of ComfyUI")


def python() -> str:
    """The Python to run it with."""
    own = [Path(COMFYUI) / name / "bin" / "python" for name in ("venv", ".venv")]
    found = [str(one) for one in own if one.exists()]
    return os.environ.get("COMFYUI_PYTHON") or (found[0] if found else sys.executable)


@pytest.fixture(scope="module")
def comfyui(tmp_path_factory):
    """(address, folder) of a running ComfyUI whose files are all in that folder."""
    folder = tmp_path_factory.mktemp("comfyui")
    (folder / "models" / "checkpoints").mkdir(parents=True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [python(), "main.py", "--cpu", "--listen", "127.0.0.1", "--port", str(port)]
    command += ["--base-directory", str(folder), "--disable-all-custom-nodes"]
    command += ["--disable-api-nodes", "--database-url", "sqlite:///:memory:"]
    url, log = f"http://127.0.0.1:{port}", folder / "comfyui.log"
    with log.open("wb") as out, subprocess.Popen(
        command, cwd=COMFYUI, stdout=out, stderr=subprocess.STDOUT
    ) as process:  # fmt: skip
        try:
            _wait(url, process, log)
            yield url, folder
        finally:
            process.terminate()
            process.wait(30)


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            requests.get(f"{url}/system_stats", timeout=2)
        except requests.ConnectionError:
            assert process.poll() is None, log.read_text("utf-8", "replace")[-4000:]
            assert time.monotonic() < give_up, log.read_text("utf-8", "replace")[-4000:]
            time.sleep(0.5)
        else:
            return


@pytest.fixture
def inverting(tmp_path):
    """A graph of core nodes that needs no weights."""
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "{{image}}"}},
        "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
        "3": {
            "class_type": "SaveImage",
            "inputs": {"images": ["2", 0], "filename_prefix": "layer_edit/inverted"},
        },
    }
    file = tmp_path / "invert.json"
    file.write_text(json.dumps(graph), "utf-8")
    return file


def test_load_invert_save(comfyui, inverting):
    """Every pixel comes back inverted, within the rounding of ComfyUI's own saving."""
    url, folder = comfyui
    backend, watch = a_backend(url, graph=inverting), Told()
    assert "is ready, with invert.json" in backend.check().sentence
    for number in range(3):
        sent = picture(colour=(200, 120, 10 * number))
        result = opened(edited(backend, watch, images=(encoded(sent),), size=None))
        apart = ImageChops.difference(result.convert("RGB"), ImageOps.invert(sent))
        assert max(high for _, high in apart.getextrema()) <= 1
    assert len(list((folder / "output" / "layer_edit").glob("inverted*.png"))) == 3
    assert any("instruction was not used" in note for note in _notes(backend))
    backend.close()


def _notes(backend):
    watch = Told()
    return ended(backend, backend.submit(a_request(size=None), watch), watch).notes


def test_the_same_edit_again_comes_from_its_cache(comfyui, inverting):
    """ComfyUI runs nothing twice; the result is there all the same. A lost one is found."""
    backend = a_backend(comfyui[0], graph=inverting)
    request = {"images": (encoded(picture(colour=(9, 9, 9))),), "size": None}
    assert edited(backend, **request) == edited(backend, **request)
    assert backend.recover(a_request(**request), 0.0) is not None
    assert backend.recover(a_request(**request, instruction="never asked"), 0.0) is None
    backend.close()


def test_what_is_not_in_queue_or_history_is_lost(comfyui, inverting):
    """An id of a ComfyUI that was restarted; cancelling it does no harm."""
    backend = a_backend(comfyui[0], graph=inverting)
    unknown = Prediction("00000000-0000-4000-8000-000000000000")
    assert "does not know" in ended(backend, unknown, Told()).error
    backend.cancel(unknown)
    backend.close()


def test_the_graphs_of_hidream_o1_are_what_comfyui_takes(comfyui):
    """Nodes, inputs and values pass its checks; only the (empty) weights cannot be loaded."""
    url, folder = comfyui
    if not requests.get(f"{url}/object_info/HiDreamO1ReferenceImages", timeout=30).json():
        pytest.skip("this ComfyUI is older than HiDream-O1")
    backend = a_backend(url)
    with pytest.raises(NotSetUpError, match="models/checkpoints"):
        backend.check()
    weights = folder / "models" / "checkpoints"
    for name in (CHECKPOINT, CHECKPOINT.replace("image_", "image_dev_")):
        (weights / name).write_bytes(b"")
    assert CHECKPOINT in backend.check().sentence
    several = tuple(encoded(picture(colour=(n, n, n))) for n in range(3))
    for model in ("full", "draft"):
        told = ended(
            backend, backend.submit(a_request(model=model, images=several), Told()), Told()
        )
        assert told.state is PredictionState.FAILED
        assert "failed at the node CheckpointLoaderSimple" in told.error
    shutil.rmtree(weights)
    backend.close()


def test_cancel_interrupts_and_dequeues(comfyui, tmp_path):
    """The one that runs stops at its next node, the one that waits never begins."""
    graph = {"0": {"class_type": "LoadImage", "inputs": {"image": "{{image}}"}}}
    for step in range(1, 25):
        size = {"width": 1500 + step, "height": 1500}
        how = {"upscale_method": "lanczos", "crop": "disabled"}
        inputs = {"image": [str(step - 1), 0], **size, **how}
        graph[str(step)] = {"class_type": "ImageScale", "inputs": inputs}
    saved = {"images": ["24", 0], "filename_prefix": "layer_edit/{{seed}}"}
    graph["25"] = {"class_type": "SaveImage", "inputs": saved}
    file = tmp_path / "slow.json"
    file.write_text(json.dumps(graph), "utf-8")
    backend, watch = a_backend(comfyui[0], graph=file), Told()
    running = backend.submit(a_request(size=None, seed=1), watch)
    waiting = backend.submit(a_request(size=None, seed=2), watch)
    until(lambda: backend._client.queue().running, "running")
    backend.cancel(waiting)
    backend.cancel(running)
    assert "interrupted" in ended(backend, running, watch).error
    assert "does not know" in ended(backend, waiting, watch).error
    again = backend.submit(a_request(size=None, seed=3), watch)
    watch = Told()
    assert ended(backend, again, watch).state is PredictionState.COMPLETED
    assert watch.running == sorted(watch.running) and len(watch.running) > 3
    backend.close()


def test_refusals_of_the_real_one_are_understood(comfyui, tmp_path):
    """A node and weights that it does not have."""
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "{{image}}"}},
        "2": {"class_type": "NoSuchNode", "inputs": {"image": ["1", 0]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "x"}},
    }
    file = tmp_path / "own.json"
    file.write_text(json.dumps(graph), "utf-8")
    backend = a_backend(comfyui[0], graph=file)
    with pytest.raises(NotSetUpError, match="no node NoSuchNode"):
        backend.check()
    with pytest.raises(DeclinedError, match="no node NoSuchNode"):
        backend.submit(a_request(size=None), Told())
    graph["2"] = {"class_type": "VAELoader", "inputs": {"vae_name": "gone.safetensors"}}
    graph["4"] = {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1,
                                                         "color": 0}}  # fmt: skip
    graph["5"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["4", 0], "vae": ["2", 0]}}
    graph["6"] = {"class_type": "VAEDecode", "inputs": {"samples": ["5", 0], "vae": ["2", 0]}}
    graph["3"]["inputs"]["images"] = ["6", 0]
    file.write_text(json.dumps(graph), "utf-8")
    with pytest.raises(DeclinedError, match=r"'gone\.safetensors' in models/vae"):
        a_backend(comfyui[0], graph=file).submit(a_request(size=None), Told())
    backend.close()
