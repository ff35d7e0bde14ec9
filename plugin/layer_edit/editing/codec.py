"""Picture files to Pillow images and back, with the limits that keep a bad file harmless."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from ..texts import tr
from .errors import InputError
from .geometry import Size
from .limits import MAX_PIXELS, ImageLimits, check_picture
from .request import EncodedImage

# Our own limit is nearly Pillow's and speaks to the user. Set once, not around each call: before
# Python 3.14 `catch_warnings` is not safe on threads.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

FORMATS = ("PNG", "JPEG", "WEBP")
"""All that is opened: of others Pillow shows some wrongly, and EPS is a program that it runs."""

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By EXIF orientation (CIPA DC-008, tag 0x0112)."""

MIME = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


class PictureError(InputError):
    """The bytes are not a picture that can be decoded whole."""


def decode(data: bytes, what: str, max_pixels: int = MAX_PIXELS) -> Image.Image:
    """Decode a PNG, JPEG or WebP wholly; returns RGB or RGBA, 8 bits a channel, sRGB.

    `what` names the picture in messages. An embedded profile is converted to sRGB and an EXIF
    orientation applied. Raises PictureError for anything else, and for more than `max_pixels`
    before memory for them is taken.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            size = Size(*image.size)
            if size.pixels > max_pixels:
                raise PictureError(
                    tr(
                        "{what} is {size} pixels, more than the {most} megapixels that can be "
                        "edited: scale it down or crop it.",
                        what=what,
                        size=size,
                        most=max_pixels // 10**6,
                    )
                )
            image.load()
            return _to_srgb(_upright(image))
    except Image.DecompressionBombError as error:
        raise _too_large(what) from error
    except UnidentifiedImageError as error:
        raise PictureError(
            tr(
                "{what} is not a picture that can be read (PNG, JPEG or WebP): choose "
                "another file.",
                what=what,
            )
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise PictureError(
            tr("{what} is damaged or cut short: save it again or choose another file.", what=what),
            str(error),
        ) from error


def read_picture(path: Path, limits: ImageLimits) -> Image.Image:
    """Read a picture file; returns RGB or RGBA, 8 bits a channel, sRGB.

    Raises InputError when it cannot be read or its size is not one that can be edited.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            tr(
                "{path} cannot be read ({error}): check path and permissions.",
                path=path,
                error=error.strerror or error,
            )
        ) from error
    check_picture(_header_size(data, path.name), limits)
    return decode(data, path.name)


def _too_large(what: str) -> PictureError:
    return PictureError(
        tr(
            "{what} is far larger than the {megapixels} megapixels that can be edited: "
            "scale it down or crop it.",
            what=what,
            megapixels=MAX_PIXELS // 10**6,
        )
    )


def _header_size(data: bytes, what: str) -> Size:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return Size(*image.size)
    except Image.DecompressionBombError as error:
        raise _too_large(what) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError(
            tr(
                "{what} is not a picture that can be read (PNG, JPEG or WebP): choose "
                "another file.",
                what=what,
            )
        ) from error


def _upright(image: Image.Image) -> Image.Image:
    """As the EXIF orientation says. Pillow's own way writes all EXIF data anew: not any can be."""
    turn = UPRIGHT.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    return image if turn is None else image.transpose(turn)


def _to_srgb(image: Image.Image) -> Image.Image:
    """8-bit RGB or RGBA in sRGB, whatever mode and profile the file had."""
    profile = image.info.get("icc_profile")
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        # Pillow's own conversion of 16-bit grey clips at 255 instead of scaling.
        image = image.convert("I").point(lambda value: value / 257 + 0.5).convert("L")
    if profile:
        image = _convert_profile(_in_its_bands(image, has_alpha), profile)
    return image.convert("RGBA" if has_alpha else "RGB")


def _in_its_bands(image: Image.Image, has_alpha: bool) -> Image.Image:
    """The same colours without a palette, and with transparency as a channel."""
    if image.mode == "CMYK":
        return image
    colours = "L" if image.mode in ("1", "L", "LA") else "RGB"
    return image.convert(colours + "A" if has_alpha else colours)


def _convert_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        alpha = image.getchannel("A") if "A" in image.getbands() else None
        base = image.convert(image.mode[:-1]) if alpha else image
        converted = ImageCms.profileToProfile(
            base, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        # A broken profile says nothing about the pixels: take them as sRGB, as viewers do.
        return image
    if converted is not None and alpha is not None:
        converted.putalpha(alpha)
    return converted or image


def encode(image: Image.Image, output_format: str = "png") -> EncodedImage:
    """Encode an sRGB image. png and webp are lossless, jpeg is quality 95 without subsampling.

    jpeg has no transparency: an RGBA image is flattened over white.
    """
    buffer = io.BytesIO()
    if output_format == "png":
        # Level 1: a fifth of the time of the default for a tenth more bytes.
        image.save(buffer, "PNG", compress_level=1)
    elif output_format == "webp":
        image.save(buffer, "WEBP", lossless=True, quality=50, exact=True)
    else:
        flatten(image).save(buffer, "JPEG", quality=95, subsampling=0)
    return EncodedImage(buffer.getvalue(), MIME[output_format], Size(*image.size))


def flatten(image: Image.Image, background: tuple[int, int, int] = (255, 255, 255)) -> Image.Image:
    """Return an RGB image: `image` over `background` (sRGB, 0–255)."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    base = Image.new("RGB", image.size, background)
    base.paste(image, (0, 0), image)
    return base
