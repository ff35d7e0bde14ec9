"""Documents that change while an edit runs: the result follows, or waits with the reason."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from tests.double import KEY, SimulatedModel, WaveSpeedDouble
from tests.krita.harness import play
from tests.krita.kra import KraLayer, read_kra, rgba

SIZE = (320, 240)
FOLLOWED = (
    "nothing",
    "switched",
    "cropped",
    "cropped at its origin",
    "canvas enlarged",
    "scaled up",
    "scaled down",
    "layer moved",
    "layer renamed",
    "layer regrouped",
    "group, its layer moved",
    "group, cropped",
    "visible image, cropped",
    "saved under another name",
    "copied",
)
KEPT = {"layer deleted": "deleted", "closed": "closed"}
NEAR = 6.0
"""Of 255, mean: the service's picture is four times as large, and comes back reduced."""


@pytest.fixture(scope="module")
def meanwhile(tmp_path_factory):
    """All cases in one Krita; the service inverts, and takes its time."""
    folder = tmp_path_factory.mktemp("meanwhile")
    noise = Image.effect_noise((16, 12), 120).resize(SIZE, Image.Resampling.BICUBIC)
    other = Image.effect_noise((16, 12), 120).resize(SIZE, Image.Resampling.BICUBIC)
    Image.merge("RGB", (noise, other, ImageChops.invert(noise))).save(folder / "picture.png")
    invert = SimulatedModel(edit=lambda picture, _prompt: ImageChops.invert(picture))
    with WaveSpeedDouble(duration=600, model=invert) as double, _answering(double, folder):
        return play(
            "meanwhile",
            folder,
            environment={"WAVESPEED_API_KEY": KEY, "PICTURE": str(folder / "picture.png")},
            settings={"wavespeed_url": double.url, "slots": 32},
            timeout=400,
        )


@contextmanager
def _answering(double, folder):
    """The service answers all jobs once the scenario says that its documents are changed."""
    over = threading.Event()

    def answer():
        while not over.wait(0.2):
            if (folder / "changed").exists():
                for task_id in list(double.service.tasks):
                    double.service.finish(task_id)
                return

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def flat(layers):
    """All paint layers of a tree, from the top."""
    for layer in layers:
        if layer.kind == "paintlayer":
            yield layer
        yield from flat(layer.children)


def distance(outcome, case):
    """Mean difference of the result to the inverse of the source below it; and how much of it."""
    file = read_kra(outcome.folder / f"{case}-after.kra")
    layers: list[KraLayer] = list(flat(file.layers))
    assert len(layers) == 2, [layer.name for layer in layers]
    assert layers[0].name == case
    result, source = (rgba(layer, file.size) for layer in layers)
    both = ImageChops.darker(result.getchannel("A"), source.getchannel("A"))
    inner = both.point(lambda a: 255 * (a == 255)).filter(ImageFilter.MinFilter(5))
    difference = ImageChops.difference(
        result.convert("RGB"), ImageChops.invert(source.convert("RGB"))
    )
    cover = ImageStat.Stat(both).sum[0] / max(1, ImageStat.Stat(source.getchannel("A")).sum[0])
    return max(ImageStat.Stat(difference, inner).mean), cover


def test_the_result_goes_where_its_source_is_now(meanwhile, capsys):
    """Above it, over all of it, pixel on pixel."""
    rows = {}
    for case in FOLLOWED:
        assert "Done" in meanwhile.report["cases"][case]["line"], (
            case,
            meanwhile.report["cases"][case],
        )
        rows[case] = distance(meanwhile, case)
    with capsys.disabled():
        print(f"\nKrita {meanwhile.report['krita']}: what happened meanwhile, and the outcome")
        for case, (error, cover) in rows.items():
            print(f"  {case:26} placed: {100 * cover:5.1f} % covered, mean error {error:4.1f}/255")
        for case in KEPT:
            tip = meanwhile.report["cases"][case]["tip"].splitlines()[-1]
            print(f"  {case:26} kept: {tip}")
    assert all(error < NEAR for error, _cover in rows.values()), rows
    assert all(cover > 0.99 for _error, cover in rows.values()), rows


@pytest.mark.parametrize("case", KEPT)
def test_what_has_no_place_is_kept_with_the_reason(meanwhile, case):
    """In the list, not placed, and the reason is said."""
    found = meanwhile.report["cases"][case]
    assert "Kept" in found["line"]
    assert KEPT[case] in found["tip"]


def test_nothing_lands_in_another_document(meanwhile):
    """The copy, which has the same layer ids, has no result."""
    assert "copied" not in meanwhile.report["in the copy"]


def test_another_document_comes_to_the_front(meanwhile):
    """By the user while the edit runs, and for what is done further with a result."""
    assert meanwhile.report["switched to"] is True
    assert meanwhile.report["brought to front"] == [True, True]
