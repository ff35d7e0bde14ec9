"""The command line against the service's double: parameters, Ctrl-C, resume, jobs, money."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.double import KEY, Call, SimulatedModel, WaveSpeedDouble
from tests.keysearch import holders

PLUGIN = Path(__file__).resolve().parents[2] / "plugin"


@pytest.fixture
def picture(tmp_path):
    Image.effect_noise((80, 60), 90).convert("RGB").save(tmp_path / "in.png")
    return tmp_path / "in.png"


@pytest.fixture
def environment(tmp_path):
    return {
        **os.environ,
        "PYTHONPATH": str(PLUGIN),
        "LAYER_EDIT_DATA": str(tmp_path / "data"),
        "WAVESPEED_API_KEY": KEY,
    }


def command(double: WaveSpeedDouble, *arguments: object) -> list[str]:
    return [sys.executable, "-m", "layer_edit", *map(str, arguments), "--base-url", double.url]


def run(double, environment, *arguments):
    return subprocess.run(
        command(double, *arguments),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_parameter_reaches_the_service(picture, tmp_path, environment):
    """Prompt, several images, size, format, seed, sync mode, base64 output and the draft model."""
    with WaveSpeedDouble(model=SimulatedModel(scale=1 / 32)) as double:
        done = run(
            double, environment, "edit", picture, "make it old", "-o", tmp_path / "o.png",
            "--backend", "wavespeed", "--model", "draft", "--size", "2304*1728", "--format", "webp",
            "--seed", 77, "--reference", picture, "--sync", "--base64", "--json",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        task = next(iter(double.tasks))
        inputs = task.inputs
    assert inputs["prompt"] == "make it old"
    assert len(inputs["images"]) == 2
    assert (inputs["size"], inputs["output_format"], inputs["seed"]) == ("2304*1728", "webp", 77)
    assert inputs["enable_sync_mode"] is True
    assert inputs["enable_base64_output"] is True
    assert "dev" in task.model
    assert json.loads(done.stdout)["price"] == double.prices[task.model]
    with Image.open(tmp_path / "o.png") as result:
        assert result.size == (80, 60)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as POSIX's SIGINT")
def test_ctrl_c_after_the_submit_and_resume_collects(picture, tmp_path, environment):
    """130 and a sentence with the command that collects; then the file is there, paid once."""
    with WaveSpeedDouble(duration=4, model=SimulatedModel(scale=1 / 32)) as double:
        arguments = ("edit", picture, "make it old", "-o", tmp_path / "o.png", "--backend")
        process = subprocess.Popen(
            command(double, *arguments, "wavespeed"),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 30
        while not double.count(Call.POLL) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _out, said = process.communicate(timeout=30)
        assert process.returncode == 130, said
        assert "layer_edit resume" in said
        assert not (tmp_path / "o.png").exists()
        listed = json.loads(run(double, environment, "jobs", "--json").stdout)
        assert listed[0]["state"] == "interrupted"
        resumed = run(double, environment, "resume")
        assert resumed.returncode == 0, resumed.stderr
        assert (tmp_path / "o.png").exists()
        assert double.submits == 1
        assert "nothing to resume" in run(double, environment, "resume").stdout


def test_jobs_and_balance(picture, tmp_path, environment):
    """The list shows what was paid, the balance what is left; a wrong key is exit code 3."""
    with WaveSpeedDouble(model=SimulatedModel(scale=1 / 32)) as double:
        arguments = ("edit", picture, "make it old", "-o", tmp_path / "o.png", "--backend")
        assert run(double, environment, *arguments, "wavespeed").returncode == 0
        table = run(double, environment, "jobs").stdout
        assert "placed" in table
        assert f"${double.price:.2f}" in table
        assert "$9.96" in run(double, environment, "balance").stdout
        wrong = run(double, {**environment, "WAVESPEED_API_KEY": "wrong" * 5}, "balance")
        assert wrong.returncode == 3
        assert "wrongwrong" not in wrong.stderr + wrong.stdout


def test_the_key_is_in_no_file(picture, tmp_path, environment):
    """Journal, durations, uploads, result: none has it."""
    with WaveSpeedDouble(model=SimulatedModel(scale=1 / 32)) as double:
        arguments = ("edit", picture, "make it old", "-o", tmp_path / "o.png", "--backend")
        assert run(double, environment, *arguments, "wavespeed").returncode == 0
        assert double.violations == []
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) >= 6
    assert holders(tmp_path, KEY) == []
