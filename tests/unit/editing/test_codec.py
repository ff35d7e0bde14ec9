"""Reading picture files, and what bad ones are answered with."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from layer_edit.editing.codec import PictureError, decode, encode, flatten, read_picture
from layer_edit.editing.errors import InputError
from layer_edit.editing.limits import ImageLimits

ANY = ImageLimits()
SERVICE = ImageLimits(max_ratio=4)


def png(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing else."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + crc + b"\0\0\0\x10IDAT"


@pytest.mark.parametrize("kind", ["png", "webp"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_png_and_webp_are_lossless(kind, mode):
    """What is encoded as png or webp decodes to the same pixels, transparent ones included."""
    image = Image.frombytes(mode, (16, 8), bytes(range(128)) * len(mode))
    again = decode(encode(image, kind).data, "it")
    assert (again.mode, again.tobytes()) == (mode, image.tobytes())


def test_jpeg_is_flattened_over_white():
    """jpeg has no transparency: clear pixels become white."""
    again = decode(encode(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "jpeg").data, "it")
    assert again.getpixel((4, 4)) == (255, 255, 255)


def test_flatten_mixes_by_alpha():
    """Half-transparent black over white is middle grey."""
    assert flatten(Image.new("RGBA", (1, 1), (0, 0, 0, 128))).getpixel((0, 0)) == (127, 127, 127)


def test_sixteen_bit_grey_is_scaled_not_clipped():
    """32,896 of 65,535 is 128 of 255."""
    image = Image.new("I;16", (8, 8), 32896)
    assert decode(png(image), "it").getpixel((0, 0)) == (128, 128, 128)


def test_exif_orientation_is_applied():
    """A camera's upright picture stays upright."""
    image = Image.new("RGB", (20, 10))
    exif = image.getexif()
    exif[0x0112] = 6
    assert decode(png(image, exif=exif.tobytes()), "it").size == (10, 20)


def test_a_broken_profile_is_ignored():
    """The pixels are taken as sRGB when the profile cannot be read."""
    image = decode(png(Image.new("RGB", (8, 8), "red"), icc_profile=b"no"), "it")
    assert image.getpixel((0, 0)) == (255, 0, 0)


def test_a_profile_is_converted_to_srgb():
    """A Lab picture's profile changes the numbers: middle grey stays neutral."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = decode(png(Image.new("RGBA", (8, 8), (10, 200, 30, 99)), icc_profile=profile), "it")
    assert image.getpixel((0, 0)) == (10, 200, 30, 99)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a picture", png(Image.effect_noise((64, 64), 90))[:-900], png_header(40, 40)],
)
def test_what_is_no_whole_picture_is_refused(data):
    """Empty, foreign, truncated and hollow files get a sentence that names the file."""
    with pytest.raises(PictureError, match=r"^it "):
        decode(data, "it")


def test_a_bomb_is_refused_by_its_header():
    """A picture that claims more pixels than allowed is refused before memory is taken."""
    with pytest.raises(PictureError, match="megapixels"):
        decode(png_header(20_000, 20_000), "it")


@pytest.mark.parametrize(
    ("size", "limits", "words"),
    [
        ((1, 1), ANY, "is the least"),
        ((1, 5000), ANY, "is the least"),
        ((1, 5000), SERVICE, "more than 4 times"),
        ((500, 100), SERVICE, "more than 4 times"),
        ((20_000, 20_000), ANY, "scale it down"),
        ((20_000, 100), ANY, "scale it down"),
    ],
)
def test_sizes_that_cannot_be_edited_get_a_sentence(tmp_path, size, limits, words):
    """Too small, too long and too large files say what to do, from their header alone."""
    file = tmp_path / "in.png"
    file.write_bytes(png_header(*size))
    with pytest.raises(InputError, match=words) as caught:
        read_picture(file, limits)
    assert caught.value.exit_code == 2


def test_a_missing_file_is_named(tmp_path):
    """The path is in the sentence."""
    with pytest.raises(InputError, match=r"nowhere\.png"):
        read_picture(tmp_path / "nowhere.png", ANY)
