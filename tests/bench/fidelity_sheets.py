"""Contact sheets: what the figures of the fidelity bench do not tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from layer_edit.editing.protect import Protected

from .fidelity_edits import Truth

TILE = (170, 130)
GAIN = 6
"""Of the difference's brightness."""

HEADINGS = ("source", "came back", "left over × 6", "truth", "mask", "composite", "closer")


def strip(name: str, truth: Truth, result: Image.Image, found: Protected) -> Image.Image:
    """One case as a row of small pictures, in the order of HEADINGS."""
    image = found.image.convert("RGB")
    mask = found.mask or Image.new("L", image.size, 255)
    composite = Image.composite(image, truth.source, mask)
    brighter = [min(255, GAIN * level) for level in range(256)]
    left = ImageChops.difference(image, truth.source).point(brighter * 3)
    region = Image.fromarray(truth.region.astype(np.uint8) * 255)
    row = Image.new("RGB", (TILE[0] * len(HEADINGS), TILE[1]), (60, 60, 60))
    pictures = (truth.source, result, left, region, mask, composite, _closer(composite, region))
    for index, picture in enumerate(pictures):
        small = picture.convert("RGB")
        small.thumbnail((TILE[0] - 4, TILE[1] - 14))
        row.paste(small, (index * TILE[0] + 2, 12))
    label = f"{name}{' GLOBAL' if found.is_global else ''}"
    ImageDraw.Draw(row).text((3, 0), label, fill="white")
    return row


def _closer(picture: Image.Image, region: Image.Image) -> Image.Image:
    """Around the edge of the edit, pixel for pixel."""
    _, top, right, bottom = region.getbbox() or (0, 0, *picture.size)
    width, height = TILE[0] - 4, TILE[1] - 14
    x = min(max(0, right - width // 2), picture.width - width)
    y = min(max(0, (top + bottom - height) // 2), picture.height - height)
    return picture.crop((x, y, x + width, y + height))


def write_sheets(folder: Path, strips: list[tuple[str, Image.Image]]) -> None:
    """One PNG by kind, two cases beside each other."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in dict.fromkeys(kind for kind, _ in strips):
        rows = [row for this, row in strips if this == kind]
        width, height = rows[0].size
        sheet = Image.new("RGB", (2 * width, height * -(-len(rows) // 2)))
        for index, row in enumerate(rows):
            sheet.paste(row, (index % 2 * width, index // 2 * height))
        sheet.save(folder / f"{kind.replace(' ', '-')}.png")
        print(f"{folder / kind.replace(' ', '-')}.png: {', '.join(HEADINGS)}")
