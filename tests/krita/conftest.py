"""Fixtures of the real-Krita tests: they need a Krita, and say so where there is none."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.krita.harness import krita_missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a Krita these tests are skipped, each with the reason."""
    here = Path(__file__).parent
    reason = krita_missing()
    for item in items:
        if reason and here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=f"no real Krita: {reason}"))


@pytest.fixture
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where a scenario's files go; LAYER_EDIT_KEEP names a folder to keep them in."""
    kept = os.environ.get("LAYER_EDIT_KEEP")
    if not kept:
        return tmp_path
    folder = Path(kept) / re.sub(r"\W+", "-", request.node.name)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_file():
            old.unlink()
    return folder
