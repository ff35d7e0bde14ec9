"""Bad input: one sentence, exit code 2, nothing started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from installer.__main__ import split
from installer.console import InputError
from installer.metadata import ROOT
from installer.picture import check_image, size_of
from installer.trial import SAMPLE


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`python3 -m installer` with these arguments, without a display and without libraries."""
    environment = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    return subprocess.run(
        [sys.executable, "-S", "-m", "installer", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(*arguments: str | Path) -> str:
    """The one sentence a bad command gets."""
    result = run(*arguments)
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    return result.stderr.strip()


def test_no_such_image(tmp_path: Path):
    """The file's name is in the sentence."""
    sentence = refused("try", "--out", tmp_path, "--image", tmp_path / "none.png")
    assert sentence == f"There is no file {tmp_path / 'none.png'}: give a picture with --image."


def test_an_image_that_is_none(tmp_path: Path):
    """Told from the content, not from the name."""
    file = tmp_path / "text.png"
    file.write_text("this is text")
    assert "is not a picture that Krita opens" in refused("try", "--out", tmp_path, "--image", file)


def test_a_folder_as_image(tmp_path: Path):
    """A folder is not a picture."""
    assert "is not a file" in refused("try", "--out", tmp_path, "--image", tmp_path)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_instruction(tmp_path: Path, text: str):
    """The plugin's own sentence, with an example."""
    sentence = refused("try", "--out", tmp_path, "--instruction", text)
    assert sentence.startswith("The instruction is empty")


def test_an_instruction_that_is_too_long(tmp_path: Path):
    """The plugin's own limit."""
    assert "4,000" in refused("try", "--out", tmp_path, "--instruction", "x" * 4001)


def test_an_out_folder_that_is_a_file(tmp_path: Path):
    """The sentence names the option."""
    file = tmp_path / "file"
    file.touch()
    assert "choose another folder by --out" in refused("try", "--out", file)


def test_an_image_among_the_results(tmp_path: Path):
    """The results of one trial can be the picture of the next, but not in the same folder."""
    file = tmp_path / "after.png"
    Image.new("L", (60, 40)).save(file)
    assert "would be overwritten" in refused("try", "--out", tmp_path, "--image", file)
    assert file.exists()


def test_keep_open_where_nobody_sees_it(tmp_path: Path):
    """Krita would stay open for ever on a display nobody has. An earlier trial's files stay."""
    earlier = tmp_path / "after.png"
    earlier.touch()
    assert "needs a display" in refused("try", "--out", tmp_path, "--keep-open")
    assert earlier.exists()


def test_an_unknown_command():
    """Argparse's usage, exit code 2."""
    assert run("fly").returncode == 2
    assert run().returncode == 2


def test_arguments_after_dashes_are_pytests():
    """Everything after the first -- goes to pytest, further ones included."""
    assert split(["test", "--", "-k", "x", "--", "y"]) == (["test"], ["-k", "x", "--", "y"])
    assert split(["lint"]) == (["lint"], [])


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "bmp", "tiff"])
def test_pictures_of_all_kinds_are_taken(tmp_path: Path, suffix: str):
    """What Pillow wrote as a whole is a whole picture."""
    file = tmp_path / f"picture.{suffix}"
    Image.effect_noise((60, 40), 50).save(file)
    check_image(file)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_a_picture_without_its_end_is_refused(tmp_path: Path, suffix: str):
    """A download that was cut off."""
    file = tmp_path / f"picture.{suffix}"
    Image.effect_noise((300, 200), 50).save(file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    with pytest.raises(InputError, match="its end is missing"):
        check_image(file)


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif"])
def test_the_size_is_read_from_the_first_bytes(tmp_path: Path, suffix: str):
    """Width and height, in this order."""
    file = tmp_path / f"picture.{suffix}"
    Image.new("L", (61, 47)).save(file)
    assert size_of(file.read_bytes()) == (61, 47)


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (20_000, 20_000)])
def test_sizes_that_cannot_be_edited_are_refused(tmp_path: Path, size: tuple[int, int]):
    """With the plugin's own rule, before Krita would open the picture."""
    file = tmp_path / "picture.png"
    Image.new("1", size).save(file)
    with pytest.raises(InputError, match=f"{size[0]} × {size[1]}"):
        check_image(file)


def test_a_jpeg_with_a_small_picture_inside(tmp_path: Path):
    """The end of the thumbnail is not the end of the picture, nor is its size the size."""
    small, large = tmp_path / "small.jpg", tmp_path / "large.jpg"
    Image.new("L", (16, 16)).save(small)
    Image.effect_noise((300, 200), 50).save(large)
    thumbnail, picture = small.read_bytes(), large.read_bytes()
    segment = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    large.write_bytes(picture[:2] + segment + picture[2 : len(picture) // 2])
    assert size_of(large.read_bytes()) == (300, 200)
    with pytest.raises(InputError, match="its end is missing"):
        check_image(large)


def test_the_sample_is_a_picture():
    """The default of `try` passes its own checks."""
    check_image(SAMPLE)
