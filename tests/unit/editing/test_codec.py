"""Reading picture files, and what bad ones are answered with."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, ImageOps

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


def test_sixteen_bit_grey_is_rounded():
    """51,529 of 65,535 is 200.502 of 255."""
    image = Image.new("I;16", (8, 8), 51529)
    assert decode(png(image), "it").getpixel((0, 0)) == (201, 201, 201)


@pytest.mark.parametrize("orientation", range(10))
def test_exif_orientation_is_applied(orientation):
    """A camera's upright picture stays upright, as Pillow turns it; 0 and 9 say nothing."""
    image = Image.effect_noise((20, 10), 90).convert("RGB")
    exif = image.getexif()
    exif[0x0112] = orientation
    data = png(image, exif=exif.tobytes())
    with Image.open(io.BytesIO(data)) as opened:
        expected = ImageOps.exif_transpose(opened)
    again = decode(data, "it")
    assert (again.size, again.tobytes()) == (expected.size, expected.tobytes())


def test_a_broken_profile_is_ignored():
    """The pixels are taken as sRGB when the profile cannot be read."""
    image = decode(png(Image.new("RGB", (8, 8), "red"), icc_profile=b"no"), "it")
    assert image.getpixel((0, 0)) == (255, 0, 0)


def swapping_profile() -> bytes:
    """sRGB with red and green exchanged: (r, g, b) in it is (g, r, b) in sRGB."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return srgb.replace(b"rXYZ", b"swap").replace(b"gXYZ", b"rXYZ").replace(b"swap", b"gXYZ")


def linear_grey_profile() -> bytes:
    """Grey whose values are amounts of light: an ICC profile of two tags (ICC.1:2001-04)."""
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    tags = struct.pack(">I4sII4sII", 2, b"wtpt", 156, len(white), b"kTRC", 176, len(curve))
    body = tags + white + curve
    header = struct.pack(
        ">I4xI4s4s4s12x4s28x3i48x",
        *(128 + len(body), 0x02100000, b"mntr", b"GRAY", b"XYZ ", b"acsp"),
        *(63190, 65536, 54061),
    )
    return header + body


GREEN = (10, 200, 30)


def with_corner(mode: str, colour: object, corner: object) -> Image.Image:
    """A picture of one colour with another one in its last corner."""
    image = Image.new(mode, (8, 8), colour)
    image.putpixel((7, 7), corner)
    return image


def palette_picture() -> Image.Image:
    """GREEN by a palette, its second colour in the last corner."""
    image = with_corner("P", 0, 1)
    image.putpalette([*GREEN, 1, 2, 3])
    return image


@pytest.mark.parametrize(
    ("image", "options", "expected"),
    [
        (Image.new("RGB", (8, 8), GREEN), {}, (200, 10, 30)),
        (Image.new("RGBA", (8, 8), (*GREEN, 99)), {}, (200, 10, 30, 99)),
        (palette_picture(), {}, (200, 10, 30)),
        (palette_picture(), {"transparency": 1}, (200, 10, 30, 255)),
        (with_corner("RGB", GREEN, (1, 2, 3)), {"transparency": (1, 2, 3)}, (200, 10, 30, 255)),
    ],
)
def test_a_profile_is_converted_to_srgb(image, options, expected):
    """Whatever way the colours are written; what is transparent stays so."""
    again = decode(png(image, icc_profile=swapping_profile(), **options), "it")
    assert again.getpixel((0, 0)) == expected
    if "transparency" in options:
        assert again.getpixel((7, 7))[3] == 0


@pytest.mark.parametrize(
    ("image", "options", "alpha"),
    [
        (Image.new("L", (8, 8), 128), {}, ()),
        (Image.new("LA", (8, 8), (128, 99)), {}, (99,)),
        (Image.new("I;16", (8, 8), 32896), {}, ()),
        (with_corner("L", 128, 7), {"transparency": 7}, (255,)),
    ],
)
def test_a_grey_profile_is_converted_to_srgb(image, options, alpha):
    """Half of the light is 188 in sRGB (IEC 61966-2-1), with transparency and without."""
    again = decode(png(image, icc_profile=linear_grey_profile(), **options), "it")
    assert again.getpixel((0, 0)) == (188, 188, 188, *alpha)
    if options:
        assert again.getpixel((7, 7))[3] == 0


def saved(image: Image.Image, kind: str) -> bytes:
    """The file of a picture in a format by Pillow's name."""
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "EPS", "BMP"])
def test_other_formats_are_refused(tmp_path, kind):
    """Some cannot be shown right, EPS is a program: none is opened."""
    data = saved(Image.new("RGB", (16, 16), GREEN), kind)
    (tmp_path / "it").write_bytes(data)
    with pytest.raises(PictureError, match="PNG, JPEG or WebP"):
        decode(data, "it")
    with pytest.raises(PictureError, match="PNG, JPEG or WebP"):
        read_picture(tmp_path / "it", ANY)


def test_two_pictures_in_one_jpeg_give_the_first():
    """Cameras and phones write such files (MPO) with the ending of a JPEG."""
    first, second = Image.new("RGB", (16, 16), "red"), Image.new("RGB", (16, 16), "blue")
    buffer = io.BytesIO()
    first.save(buffer, "MPO", save_all=True, append_images=[second])
    red, _, blue = decode(buffer.getvalue(), "it").getpixel((4, 4))
    assert red > 250
    assert blue < 5


def test_odd_exif_data_does_not_keep_a_picture_from_being_read():
    """Only the orientation matters; here the rest cannot be written again by Pillow."""
    image = Image.new("RGB", (20, 10), GREEN)
    # Orientation 6, and a text as the picture's height.
    entries = struct.pack("<HHI4sHHIHH", 0x0101, 2, 4, b"high", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + entries + bytes(4)
    assert decode(png(image, exif=exif), "it").size == (10, 20)


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
