"""The command line with servers of one's own: an edit, Ctrl-C, the list of jobs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.contract.comfyui_kit import until
from tests.double.comfyui import ComfyUIDouble
from tests.double.images import ImagesDouble

PLUGIN = Path(__file__).resolve().parents[2] / "plugin"


@pytest.fixture
def edit(tmp_path):
    """Starts the command line with a picture; `edit(double, backend, …)` gives the process."""
    Image.effect_noise((80, 60), 90).convert("RGB").save(tmp_path / "in.png")
    environment = {
        **os.environ,
        "PYTHONPATH": str(PLUGIN),
        "LAYER_EDIT_DATA": str(tmp_path / "data"),
    }

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "layer_edit", *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def ended(process):
    """Exit code, output and errors."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("double", "backend"), [(ComfyUIDouble, "comfyui"), (ImagesDouble, "openai-images")]
)
def test_an_edit_by_command_line(edit, tmp_path, double, backend):
    """The result is a file; the list calls it 'own GPU'."""
    with double() as running:
        made = edit(
            "edit", "in.png", "night", "-o", "out.png", "--backend", backend,
            "--base-url", running.url, "--seed", 7, "--reference", "in.png",
        )  # fmt: skip
        code, out, err = ended(made)
        assert code == 0, err
        assert "seed 7" in out
        with Image.open(tmp_path / "out.png") as result:
            assert result.size == (80, 60)
        code, out, _ = ended(edit("jobs"))
        assert "own GPU" in out
        code, _, err = ended(
            edit("edit", "in.png", "x", "-o", "o.png", "--backend", backend,
                 "--base-url", "http://203.0.113.9")
        )  # fmt: skip
        assert code == 2 and "203.0.113.9" in err


def test_a_graph_of_ones_own(edit, tmp_path):
    """Its picture comes back as the graph makes it; a wrong graph is named before anything else."""
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "{{image}}"}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}},
    }
    file = tmp_path / "graph.json"
    file.write_text(json.dumps(graph), "utf-8")
    with ComfyUIDouble() as double:
        words = ("edit", "in.png", "x", "-o", "out.png", "--backend", "comfyui", "--model", "draft")
        words += ("--base-url", double.url, "--graph", file)
        code, out, err = ended(edit(*words))
        assert code == 0, err
        assert "{{prompt}}" in out and "quality was not used" in out
        file.write_text("{}", "utf-8")
        code, _, err = ended(edit(*words))
        assert code == 2 and "graph.json holds no nodes" in err


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_interrupts_the_server(edit):
    """Nothing goes on there that nobody waits for."""
    with ComfyUIDouble() as double:
        double.work.gate.clear()
        process = edit(
            "edit", "in.png", "x", "-o", "o.png", "--backend", "comfyui", "--base-url", double.url
        )
        until(lambda: double.work.running, "running")
        until(lambda: double.asked("/history/"), "followed")
        process.send_signal(signal.SIGINT)
        code, _, err = ended(process)
        assert code == 130, err
        until(lambda: not double.work.running, "interrupted")
        assert "paid" not in err
