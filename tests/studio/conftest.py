"""For the tests of the studio: what cannot run here, and why."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from tests.studio.kit import Studio, running, why_not

WITHOUT_REDIS = ("test_hidream.py", "test_worker.py", "test_store.py", "test_launcher.py",
                 "test_engines.py", "test_deployment.py")  # fmt: skip
"""Tests that need no running studio."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what cannot run here."""
    reason = why_not()
    if reason:
        for item in items:
            if item.path.parent.name == "studio" and item.path.name not in WITHOUT_REDIS:
                item.add_marker(pytest.mark.skip(reason=f"no studio can run here: {reason}"))


def pytest_report_header() -> list[str]:
    """What the studio's tests lack here."""
    lacking = [why_not()] if why_not() else []
    if importlib.util.find_spec("wavespeed") is None:
        lacking.append("the official SDK is not installed")
    return [f"studio: not run here, because {'; '.join(lacking)}"] if lacking else []


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Iterator[Studio]:
    """A studio with two workers, shared by a file of tests."""
    with running(tmp_path_factory.mktemp("studio"), workers=2) as started:
        yield started
