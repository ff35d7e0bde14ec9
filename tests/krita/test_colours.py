"""Every colour model and depth: what is captured, and what comes back after an insert."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from tests.krita.harness import play

SIZE = (256, 192)
EXACT = {("RGBA", depth) for depth in ("U8", "U16", "F16", "F32")}
NEAR = {(model, depth) for model in ("GRAYA", "XYZA") for depth in ("U16", "F32")}


def chart() -> Image.Image:
    """All of red, green and blue against each other, the corners of sRGB included."""
    across = Image.linear_gradient("L").rotate(90).resize(SIZE)
    down = Image.linear_gradient("L").resize(SIZE)
    image = Image.merge("RGB", (across, down, ImageChops.invert(across)))
    image.putalpha(255)
    return image


def largest(one: Image.Image, other: Image.Image) -> int:
    return max(high for _low, high in ImageChops.difference(one, other).getextrema())


@pytest.fixture(scope="module")
def spaces(tmp_path_factory):
    """Rows of (model, depth, profile, capture against export, capture against capture again)."""
    folder = tmp_path_factory.mktemp("colours")
    chart().save(folder / "chart.png")
    report = play("colours", folder, environment={"PICTURE": str(folder / "chart.png")}).report
    rows = []
    for row in report["spaces"]:
        name = f"{row['model']}-{row['depth']}"
        captured, again, exported = (
            Image.open(folder / f"{name}-{kind}.png").convert("RGBA")
            for kind in ("captured", "again", "exported")
        )
        assert row["is"] == row["layer"] == [row["model"], row["depth"]]
        rows.append(
            (row["model"], row["depth"], row["profile"], largest(captured, exported),
             largest(captured, again))
        )  # fmt: skip
    return report["krita"], rows


def test_errors_by_colour_space(spaces, capsys):
    """0 for RGB, at most 1/255 for what can be calculated in 16 bits and more; a table of all."""
    krita, rows = spaces
    with capsys.disabled():
        print(f"\nKrita {krita}: largest channel error, of 255; against Krita's own conversion of")
        print("the whole document, and of a capture after insert against the capture before")
        print(f"{'model':8}{'depth':7}{'capture':>8}{'again':>7}  profile")
        for model, depth, profile, capture, again in rows:
            print(f"{model:8}{depth:7}{capture:>8}{again:>7}  {profile}")
    errors = {(model, depth): (capture, again) for model, depth, _p, capture, again in rows}
    assert len(errors) >= 16
    for space in EXACT:
        assert errors[space] == (0, 0), space
    for space in NEAR & errors.keys():
        assert max(errors[space]) <= 1, space
