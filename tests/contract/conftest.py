"""The contract suite runs against the double, and against a real studio in the double's place."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.contract.studio_double import StudioDouble
from tests.studio.kit import Studio, running, why_not

DOUBLE_ONLY = {
    "test_wavespeed_double": "about the double itself",
    "test_wavespeed_envelope": "no server: answers are read from bytes",
    "test_wavespeed_validate": "no server: requests are refused before they are sent",
    "test_wavespeed_fuzz": "about reading damaged bytes, whoever sent them",
    "test_job_fuzz": "about reading damaged bytes, whoever sent them",
    "test_job_matrix": "the faults that test_wavespeed_faults lays over a studio too",
    "test_cli_ends": "about the plugin's journal, and about money, which a studio does not take",
    "test_cli_resume": "the same",
    "test_keyring": "about the plugin's keys; of the service it uses what others use too",
    "test_killed": "about the plugin's journal; of the service it uses what test_job_recovery uses",
}
"""Files that are run once, and why."""

NOT_A_STUDIO = {
    "test_check_tells_the_balance": "a studio has no balance",
    "test_the_balance_is_asked_for_in_two_ways": "a studio has no balance",
    "test_jobs_and_balance": "a studio has no balance",
    "test_ctrl_c_after_the_submit_and_resume_collects": (
        "what runs at a studio costs nothing: the plugin stops it in place of collecting it later"
    ),
}
"""Tests that a studio cannot pass, and why."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Twice each test that speaks to a WaveSpeed."""
    name = metafunc.module.__name__
    speaks = hasattr(metafunc.module, "WaveSpeedDouble") or name == "test_wavespeed_faults"
    if speaks and name not in DOUBLE_ONLY:
        metafunc.parametrize("server", ["double", "studio"], indirect=True, scope="function")


@pytest.fixture(scope="session")
def shared_studio(tmp_path_factory) -> Iterator[Callable[[], Studio]]:
    """Gives a studio that is started at the first call."""
    started: list[Studio] = []
    context = running(tmp_path_factory.mktemp("contract-studio"), workers=2)

    def get() -> Studio:
        if not started:
            started.append(context.__enter__())
        return started[0]

    yield get
    if started:
        context.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def server(request: pytest.FixtureRequest, shared_studio, monkeypatch) -> str:
    """'double' or 'studio'; for the latter WaveSpeedDouble is a studio's in all these modules."""
    which = getattr(request, "param", "double")
    if which == "studio":
        name = request.node.originalname
        if name in NOT_A_STUDIO:
            pytest.skip(NOT_A_STUDIO[name])
        if why_not():
            pytest.skip(f"no studio can run here: {why_not()}")
        here = partial(StudioDouble, shared_studio())
        monkeypatch.setattr("tests.double.WaveSpeedDouble", here)
        for module in list(sys.modules.values()):
            of_contract = module is request.module or module.__name__.startswith("tests.contract.")
            if of_contract and hasattr(module, "WaveSpeedDouble"):
                monkeypatch.setattr(module, "WaveSpeedDouble", here)
    return which


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that no authority knows, with its key, as one PEM file."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem"
    subprocess.run(
        [*command.split(), "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return both
