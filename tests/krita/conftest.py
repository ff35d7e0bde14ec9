"""The real-Krita tests need a Krita, and say so where there is none."""

from __future__ import annotations

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
