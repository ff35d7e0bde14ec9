"""The offline backend behind the protocol: results, notes, refusals, cancel and formats."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from layer_edit.backends.base import (
    Backend,
    DeclinedError,
    NetworkError,
    Prediction,
    PredictionState,
    Stage,
)
from layer_edit.backends.offline import OfflineBackend
from layer_edit.editing.errors import CancelledError, InputError
from layer_edit.editing.geometry import Size
from layer_edit.editing.request import EditRequest, EncodedImage

Ask = Callable[..., EditRequest]


def encoded(picture: Image.Image, kind: str = "PNG") -> EncodedImage:
    file = io.BytesIO()
    picture.save(file, kind)
    return EncodedImage(file.getvalue(), f"image/{kind.lower()}", Size(*picture.size))


@pytest.fixture
def small(sample: Image.Image) -> Image.Image:
    return sample.reduce(4)


@pytest.fixture
def ask(small: Image.Image) -> Ask:
    """ask(instruction, picture=…, and the request's other fields)."""

    def request(instruction: str, picture: Image.Image = small, **fields: object) -> EditRequest:
        return EditRequest(instruction, (encoded(picture),), **fields)  # type: ignore[arg-type]

    return request


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def test_is_a_backend() -> None:
    """It has everything the protocol asks for."""
    backend: Backend = OfflineBackend()
    assert (backend.key, backend.concurrency, backend.limits.alpha) == ("offline", 1, True)
    assert "not AI" in backend.check().sentence


def test_one_edit(ask: Ask, small: Image.Image, watch) -> None:  # type: ignore[no-untyped-def]
    """Submit completes at once, poll changes nothing, and fetch gives the picture, repeatedly."""
    backend = OfflineBackend()
    request = ask("invert")
    assert backend.price(request) is None
    prediction = backend.submit(request, watch)
    assert prediction.state is PredictionState.COMPLETED
    assert prediction.id.startswith("offline-")
    assert backend.poll(prediction, watch) == prediction
    data = backend.fetch(prediction, watch)
    assert data == OfflineBackend().fetch(prediction, watch)
    assert opened(data).format == "PNG"
    assert opened(data).tobytes() == small.point([255 - code for code in range(256)] * 3).tobytes()
    backend.cancel(prediction)
    assert backend.recover(request, 0.0) is None


def test_reports(ask: Ask, watch) -> None:  # type: ignore[no-untyped-def]
    """Progress rises from 0 to 1 while it runs."""
    OfflineBackend().submit(ask("brighter, sharpen, sepia"), watch)
    fractions = [fraction for stage, fraction in watch.reports if stage is Stage.RUNNING]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1], len(fractions)) == (0.0, 1.0, 4)


def test_cancel(ask: Ask, watch_type) -> None:  # type: ignore[no-untyped-def]
    """A cancel between any two steps ends the edit."""
    quiet = watch_type()
    OfflineBackend().submit(ask("blur, sharpen, soften"), quiet)
    assert quiet.checks >= 5
    for number in range(1, quiet.checks + 1):
        with pytest.raises(CancelledError):
            OfflineBackend().submit(ask("blur, sharpen, soften"), watch_type(number))


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_formats(output_format: str, ask: Ask, small: Image.Image, watch) -> None:  # type: ignore[no-untyped-def]
    """The result has the asked format; png and webp keep alpha, jpeg is flattened on white."""
    picture = small.copy()
    picture.putalpha(Image.linear_gradient("L").resize(small.size))
    backend = OfflineBackend()
    prediction = backend.submit(ask("invert", picture, output_format=output_format), watch)
    result = opened(backend.fetch(prediction, watch))
    assert result.format == output_format.upper()
    if output_format == "jpeg":
        assert result.mode == "RGB"
        assert min(result.getpixel((3, 0))) > 245  # type: ignore[arg-type, type-var]
    else:
        assert result.getchannel("A").tobytes() == picture.getchannel("A").tobytes()


def test_jpeg_in(sample_bytes: bytes, watch) -> None:  # type: ignore[no-untyped-def]
    """A JPEG is taken, comes back as RGB and in its own size."""
    request = EditRequest("sepia", (EncodedImage(sample_bytes, "image/jpeg", Size(2560, 1600)),))
    backend = OfflineBackend()
    result = opened(backend.fetch(backend.submit(request, watch), watch))
    assert (result.mode, result.size) == ("RGB", (2560, 1600))


def test_seed(ask: Ask, watch) -> None:  # type: ignore[no-untyped-def]
    """Same seed, same bytes; another, others; none: one is drawn, always the same, and told."""
    backend = OfflineBackend()

    def result(**fields: object) -> bytes:
        return backend.fetch(backend.submit(ask("add grain", **fields), watch), watch)

    assert result(seed=7) == result(seed=7) != result(seed=8)
    assert result() == result()
    drawn = backend.submit(ask("add grain"), watch)
    seed = next(int(n.split()[-1].rstrip(".")) for n in drawn.notes if "seed" in n)
    assert result(seed=seed) == backend.fetch(drawn, watch)
    assert not any("seed" in n for n in backend.submit(ask("add grain", seed=7), watch).notes)


def test_notes(ask: Ask, watch) -> None:  # type: ignore[no-untyped-def]
    """The notes say what was done, that it is no AI, and what could not be looked for or kept."""
    notes = (
        OfflineBackend()
        .submit(ask("make the yellow flower purple and keep the stem. 20% brighter"), watch)
        .notes
    )
    text = " ".join(notes)
    assert "without AI: yellow to purple, then brightness +20%." in text
    assert "‘flower’ was not looked for" in text
    assert "‘the stem’" in text
    assert "know nothing of objects" in text


def test_unchanged_is_told(ask: Ask, watch) -> None:  # type: ignore[no-untyped-def]
    """When nothing has the named colour, the notes say that nothing changed."""
    grey = Image.new("RGB", (32, 32), (90, 90, 90))
    assert (
        "Nothing in the picture changed"
        in (OfflineBackend().submit(ask("change the yellow to red", grey), watch).notes[-1])
    )
    assert not any(
        "Nothing" in note for note in OfflineBackend().submit(ask("sepia", grey), watch).notes
    )


def test_refusal_comes_first(ask: Ask, watch) -> None:  # type: ignore[no-untyped-def]
    """An instruction that is not understood is refused by validate and submit, before any work."""
    backend = OfflineBackend()
    for call in (backend.validate, lambda request: backend.submit(request, watch)):
        with pytest.raises(DeclinedError):
            call(ask("remove the man"))
    assert watch.reports == []
    backend.validate(ask("brighter"))


def test_bad_requests(ask: Ask, small: Image.Image, watch) -> None:  # type: ignore[no-untyped-def]
    """Damaged pictures, other formats, seeds out of range and several pictures are input errors."""
    whole = encoded(small)
    size = Size(*small.size)
    bad = [
        EditRequest("invert", ()),
        EditRequest("invert", (whole, whole)),
        EditRequest("invert", (EncodedImage(b"", "image/png", size),)),
        EditRequest("invert", (EncodedImage(b"GIF89a" + bytes(40), "image/gif", size),)),
        EditRequest("invert", (EncodedImage(whole.data[:300], "image/png", size),)),
        EditRequest("invert", (encoded(Image.new("RGB", (4, 4))),)),
        ask("invert", output_format="tiff"),
        ask("invert", seed=0),
    ]
    for request in bad:
        with pytest.raises(InputError):
            OfflineBackend().submit(request, watch)


def test_lost_result(watch) -> None:  # type: ignore[no-untyped-def]
    """A prediction without its output, or with a damaged one, is told to be run again."""
    for outputs in ((), ("not base64!",)):
        lost = Prediction("offline-0", PredictionState.COMPLETED, outputs)
        with pytest.raises(NetworkError, match="run it again"):
            OfflineBackend().fetch(lost, watch)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1"])
def test_other_modes(mode: str, ask: Ask, small: Image.Image, watch) -> None:  # type: ignore[no-untyped-def]
    """Grey, palette and bilevel files are edited as RGB, or RGBA when they have transparency."""
    backend = OfflineBackend()
    picture = small.convert(mode)
    result = opened(backend.fetch(backend.submit(ask("invert", picture), watch), watch))
    assert result.mode == ("RGBA" if mode == "LA" else "RGB")
    assert result.size == small.size
