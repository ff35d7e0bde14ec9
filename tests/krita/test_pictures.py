"""The docker in all its states, in both themes, narrow, twice as large and in other languages.

The screenshots in the output folders are for the eye; `python3 -m tests.pictures` makes those of
the manual.
"""

from __future__ import annotations

import json
import os

import pytest
from PIL import Image

from tests.krita.harness import VERSION, Outcome, play
from tests.pictures import SAMPLE, UNREACHABLE

pytestmark = pytest.mark.skipif(
    bool(os.environ.get(VERSION)), reason="the pictures are taken in the machine's own Krita"
)

SIZE = (1280, 800)
"""The picture's: large enough that an edit is seen running."""

STATES = {"first_run", "idle", "more", "running", "finished", "refused", "builder", "error"}

WAYS = {
    "dark": {"theme": "dark", "settings": {"language": "en"}},
    "light, German": {"theme": "light", "settings": {"language": "de"}},
    "200 %, Japanese": {"scale": 2, "settings": {"language": "ja"}},
}
"""How Krita is started, by what the pictures show."""


@pytest.fixture(scope="module", params=WAYS)
def shown(request, tmp_path_factory) -> Outcome:
    """All states, in a docker that is 300 logical pixels wide."""
    folder = tmp_path_factory.mktemp("pictures")
    with Image.open(SAMPLE) as sample:
        sample.resize(SIZE).save(folder / "yellow flower.png")
    way = WAYS[request.param]
    settings = {"first_run": True, **UNREACHABLE, **way["settings"]}
    return play(
        "pictures",
        folder,
        environment={
            "PICTURE": str(folder / "yellow flower.png"),
        },
        width=300,
        size=(1200, 900),
        **{**way, "settings": settings},
    )


def test_nothing_sticks_out_or_is_cut_off(shown):
    """In every state, with the longest words there are."""
    misfits = shown.report["misfits"]
    assert set(misfits) >= STATES
    assert {state: found for state, found in misfits.items() if found} == {}


def test_an_error_offers_what_the_list_offers(shown):
    """Retry, with its price and in the chosen language; it sends the picture that was kept."""
    words = {"en": "Retry", "de": "Wiederholen", "ja": "再試行"}
    folder = shown.folder / "data"
    language = json.loads((folder / "settings.json").read_text("utf-8"))["language"]
    assert shown.report["action"] == f"{words[language]}  ($0.04)"
    failed, again = (folder / "jobs" / one / "source.png" for one in shown.report["jobs"])
    assert failed.read_bytes() == again.read_bytes()


def test_each_state_has_a_picture_of_its_own(shown):
    """No two of them look the same, and all are as large as the display."""
    seen = set()
    for state in STATES:
        with Image.open(shown.folder / f"{state}.png") as picture:
            seen.add(picture.tobytes())
            assert picture.width in (1200, 2400)
    assert len(seen) == len(STATES)
