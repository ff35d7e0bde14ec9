"""What would be refused, or dropped and billed, is found before anything is sent."""

from __future__ import annotations

import io
import json
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image

from layer_edit.backends.base import NotSetUpError
from layer_edit.backends.net.pictures import ResultError, check_result, from_base64
from layer_edit.backends.wavespeed import ModelTable, WaveSpeedOptions
from layer_edit.backends.wavespeed.pictures import data_uri, fitted
from layer_edit.backends.wavespeed.validate import check_request, inputs_of
from layer_edit.editing.errors import InputError
from layer_edit.editing.geometry import Size
from layer_edit.editing.request import EncodedImage
from tests.contract.wavespeed_kit import MODELS, a_request, encoded, opened, picture, table
from tests.double import SIZES
from tests.double.service import KNOWN_INPUTS, PRICES


def image(**changes):
    return replace(encoded(picture()), **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "huge"}, r"model is 'huge' and must be one of full, draft"),
        ({"instruction": "  "}, "instruction is empty"),
        ({"instruction": "x" * 4001}, "4,001 characters and 4,000 is the most"),
        ({"images": ()}, "no picture to edit"),
        ({"images": (image(),) * 11}, "11 pictures and .* takes 1 to 10"),
        ({"images": (image(data=b""),)}, "Picture 1 is empty"),
        (
            {"images": (image(), image(mime="image/gif"))},
            "Picture 2 is of type 'image/gif' and must be one of image/png",
        ),
        ({"images": (image(size=Size(401, 100)),)}, "Picture 1 is 401 × 100 pixels .* 4 times"),
        ({"size": Size(1024, 1024)}, r"size is 1024\*1024 and .* makes only 2048\*2048, "),
        ({"output_format": "gif"}, "format is 'gif' and must be one of png, jpeg, webp"),
        ({"seed": 0}, "seed is 0 and must be 1 to 2147483647"),
        ({"seed": 2**31}, "seed is 2147483648 and must be 1 to 2147483647"),
    ],
)
def test_each_rule_names_field_rule_and_value(changes, words):
    """A request against a rule is refused with the field, the rule and the value."""
    with pytest.raises(InputError, match=words) as caught:
        check_request(a_request(**changes), table())
    assert ":" in caught.value.message, "the sentence says what to do"


@pytest.mark.parametrize(
    "changes",
    [
        {"size": None},
        {"seed": None},
        {"seed": 1},
        {"seed": 2**31 - 1},
        {"model": "draft"},
        {"images": (image(),) * 10},
        {"images": (image(size=Size(400, 100)),)},
        {"output_format": "jpeg"},
    ],
)
def test_what_the_rules_allow_is_allowed(changes):
    """The ends of each range are within it."""
    assert check_request(a_request(**changes), table()).limits.max_ratio == 4


def test_the_table_agrees_with_the_double():
    """Sizes, prices, ids and parameter names are those of the service."""
    models = table()
    assert models.keys == ("full", "draft")
    for model in models.models:
        assert {size.as_tuple for size in model.sizes} == set(SIZES)
        assert PRICES[model.id] == model.price
        assert set(vars(model.parameters).values()) == set(KNOWN_INPUTS)
        assert all(3_686_400 <= size.pixels <= 4_194_304 for size in model.sizes)
    assert models.get("") is models.get("full")
    assert models.get("full").limits.alpha is False


def test_another_model_is_an_entry(tmp_path):
    """A model with other names, sizes and price needs a line in the table and no code."""
    content = json.loads(MODELS.read_text())
    content["wavespeed"]["models"]["other"] = {
        "id": "vendor/other/edit",
        "title": "Other",
        "price_usd": 0.1,
        "sizes": ["512*512"],
        "parameters": {"prompt": "text", "images": "image_urls", "seed": ""},
    }
    path = tmp_path / "models.json"
    path.write_text(json.dumps(content))
    model = ModelTable.load(path).get("other")
    request = a_request(model="other", size=Size(512, 512))
    assert check_request(request, ModelTable.load(path)) == model
    assert inputs_of(request, model, ["https://x/1"], WaveSpeedOptions(sync_mode=True)) == {
        "text": "make it warmer",
        "image_urls": ["https://x/1"],
    }


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"wavespeed": {"shared": {}, "models": {}}}'])
def test_a_damaged_table_says_so(tmp_path, content):
    """A table that is missing or not understood is one error with a way out."""
    path = tmp_path / "models.json"
    for make in (lambda: None, lambda: path.write_text(content)):
        make()
        with pytest.raises(NotSetUpError, match="install Layer Edit again"):
            ModelTable.load(path)


def test_pictures_over_the_limit_are_encoded_then_scaled():
    """As JPEG at full size when that fits, else scaled; the ratio is kept."""
    noise = encoded(Image.effect_noise((600, 200), 80).convert("RGB"))
    same, note = fitted(noise, len(noise.data))
    assert (same, note) == (noise, "")
    smaller, note = fitted(noise, len(noise.data) - 1, 3)
    assert smaller.mime == "image/jpeg" and smaller.size == Size(600, 200)
    assert note.startswith("Picture 3 has 0.3 MB") and note.endswith("it was sent as JPEG.")
    tiny, note = fitted(noise, 10_000)
    assert len(tiny.data) <= 10_000
    assert opened(tiny.data).size == tiny.size.as_tuple
    assert tiny.size.ratio == pytest.approx(3, rel=0.05)
    assert f"scaled from 600 × 200 to {tiny.size} pixels" in note
    with pytest.raises(InputError, match="Picture 1 cannot be read"):
        fitted(EncodedImage(b"no picture", "image/png", Size(9, 9)), 5)


def test_base64_with_and_without_prefix():
    """Results in base64 are taken raw, with prefix and with line breaks; nothing else is."""
    source = encoded(picture())
    uri = data_uri(source)
    raw = uri.partition(",")[2]
    for text in (uri, raw, "\n".join(raw[i : i + 76] for i in range(0, len(raw), 76))):
        assert from_base64(text, 10**6) == source.data
    for bad in ("data:image/png,abc", "not base64!", "A", "ünï"):
        with pytest.raises(ResultError):
            from_base64(bad, 10**6)
    with pytest.raises(ResultError, match="larger than") as caught:
        from_base64(raw, 10)
    assert caught.value.final


def test_results_must_decode_wholly():
    """Cut, damaged, foreign and empty files are refused, each valid form is taken."""
    for form in ("PNG", "JPEG", "WEBP"):
        data = encoded(picture(), form).data
        check_result(data, 10**6)
        with pytest.raises(ResultError, match="not a whole picture"):
            check_result(data[: len(data) * 2 // 3], 10**6)
        with pytest.raises(ResultError, match="pixels, more than") as caught:
            check_result(data, 48 * 36 - 1)
        assert caught.value.final
    out = io.BytesIO()
    picture().save(out, "GIF")
    for bad in (b"", b"<html>", out.getvalue(), b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(ResultError):
            check_result(bad, 10**6)


def test_a_bomb_is_refused_before_it_is_decoded():
    """The header's size decides: no memory is taken for the pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunk = b"IHDR" + header
    data = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    data += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    with pytest.raises(ResultError, match="more than 64 megapixels") as caught:
        check_result(data, 64_000_000)
    assert caught.value.final
