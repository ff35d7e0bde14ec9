"""`python3 -m tests.pictures`: takes the manual's pictures anew, in a real Krita.

Every edit in them is made by the offline engine; nothing is drawn in but the inset 'before'.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "resources" / "sample" / "yellow-flower.jpg"
MANUAL = ROOT / "resources" / "manual"
PAGE = ROOT / "plugin" / "layer_edit" / "Manual.html"

UNREACHABLE = {"wavespeed_url": "http://127.0.0.1:9/api/v3", "proxy": "none"}
"""Settings with which no service answers: an error to show, and nothing is sent anywhere."""

INSET_WIDTH, FRAME, MARGIN = 384, 3, 20
QUALITY = 88
PAGE_WIDTH, PAGE_QUALITY = 780, 75
"""Of the picture within the page that Krita's plugin manager shows."""
WINDOW, WIDTH, HEIGHT = (1600, 1000), 380, 620
"""Krita's window, and the docker's width and height, in pixels."""


def main() -> int:
    """Play the scenario and write the pictures; 0 when all were written."""
    if not importlib.util.find_spec("PIL"):
        return _in_environment()
    sys.path[:0] = [str(ROOT), str(ROOT / "plugin")]
    from tests.krita.harness import play

    with tempfile.TemporaryDirectory(prefix="layer-edit-pictures-") as folder:
        outcome = play(
            "pictures",
            Path(folder),
            environment={
                "PICTURE": str(shutil.copy(SAMPLE, folder)),
                "DOCKER_HEIGHT": str(HEIGHT),
            },
            settings={"first_run": True, "language": "en", **UNREACHABLE},
            size=WINDOW,
            width=WIDTH,
        )
        for path, picture in _chosen(outcome.folder, outcome.report).items():
            picture.save(path, quality=QUALITY)
            print(f"{path.relative_to(ROOT)}  {picture.width} × {picture.height}")
    PAGE.write_text(with_picture(PAGE.read_text("utf-8"), MANUAL / "states.jpg"), "utf-8")
    return 0


def with_picture(page: str, file: Path) -> str:
    """The manual's page with that picture in it: Krita gives the page no folder to look in."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(file) as picture:
        height = round(picture.height * PAGE_WIDTH / picture.width)
        picture.resize((PAGE_WIDTH, height)).save(out, "JPEG", quality=PAGE_QUALITY)
    data = base64.b64encode(out.getvalue()).decode()
    return re.sub(
        r'src="data:image/jpeg;base64,[^"]*"', f'src="data:image/jpeg;base64,{data}"', page
    )


def _chosen(folder: Path, report: dict[str, Any]) -> dict[Path, Image.Image]:
    """The manual's pictures by their files: the window, and the docker alone in three states.

    `report` has where the two are on the screenshots: left, top, right and bottom, in pixels.
    """
    from PIL import Image

    def opened(state: str, part: str) -> Image.Image:
        with Image.open(folder / f"{state}.png") as picture:
            left, top, right, bottom = report[part]
            box = (max(0, left), max(0, top), min(right, WINDOW[0]), min(bottom, WINDOW[1]))
            return picture.convert("RGB").crop(box)

    with Image.open(SAMPLE) as sample:
        window = with_inset(opened("finished", "window"), sample.convert("RGB"))
    states = beside([opened(state, "docker") for state in ("first_run", "running", "builder")])
    return {MANUAL / "docker.jpg": window, MANUAL / "states.jpg": states}


def with_inset(picture: Image.Image, before: Image.Image) -> Image.Image:
    """The picture with a small framed one in its lower left corner, titled 'before'."""
    from PIL import ImageDraw, ImageFont, ImageOps

    height = round(INSET_WIDTH * before.height / before.width)
    inset = before.resize((INSET_WIDTH, height))
    draw = ImageDraw.Draw(inset)
    font = ImageFont.load_default(18)
    draw.rectangle((0, 0, 80, 34), fill="black")
    draw.text((10, 6), "before", fill="white", font=font)
    inset = ImageOps.expand(inset, FRAME, "white")
    made = picture.copy()
    # Clear of Krita's toolbox, rulers and status bar.
    made.paste(inset, (4 * MARGIN + 8, picture.height - inset.height - 5 * MARGIN))
    return made


def beside(pictures: list[Image.Image]) -> Image.Image:
    """Pictures of one height in a row, with a little room between them."""
    from PIL import Image

    gap = MARGIN // 2
    width = sum(one.width for one in pictures) + gap * (len(pictures) - 1)
    made = Image.new("RGB", (width, max(one.height for one in pictures)), "white")
    left = 0
    for one in pictures:
        made.paste(one, (left, 0))
        left += one.width + gap
    return made


def _in_environment() -> int:
    """Start again where the libraries are."""
    sys.path.insert(0, str(ROOT))
    from installer.console import Console
    from installer.environment import test_environment
    from installer.metadata import load

    python = str(test_environment(load(), Console()))
    os.execv(python, [python, "-m", "tests.pictures", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
