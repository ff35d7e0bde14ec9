"""The command line as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

PLUGIN = Path(__file__).resolve().parents[2] / "plugin"


@pytest.fixture
def run(tmp_path):
    """Runs `python3 -m layer_edit` with a data folder of its own and no key."""

    def call(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        base = {k: v for k, v in os.environ.items() if k != "WAVESPEED_API_KEY"}
        return subprocess.run(
            [sys.executable, "-m", "layer_edit", *map(str, arguments)],
            env={
                **base,
                "PYTHONPATH": str(PLUGIN),
                "LAYER_EDIT_DATA": str(tmp_path / "data"),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return call


@pytest.fixture
def picture(tmp_path):
    """A small picture with transparency."""
    image = Image.effect_noise((60, 40), 90).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize((60, 40)))
    image.save(tmp_path / "in.png")
    return tmp_path / "in.png"


def test_an_edit_writes_the_file_and_says_so(run, picture, tmp_path):
    """Exit code 0, the inverse of the picture, its transparency as it was."""
    done = run("edit", picture, "invert", "-o", tmp_path / "out.png", "--seed", 5)
    assert done.returncode == 0, done.stderr
    assert "out.png: done (seed 5)" in done.stdout
    with Image.open(picture) as before, Image.open(tmp_path / "out.png") as after:
        expected = ImageChops.invert(before.convert("RGB"))
        visible = before.getchannel("A").point(lambda value: 255 if value else 0)
        difference = ImageChops.difference(after.convert("RGB"), expected)
        blank = Image.new("RGB", before.size)
        assert Image.composite(difference, blank, visible).getbbox() is None
        assert after.getchannel("A").tobytes() == before.getchannel("A").tobytes()


def test_json_tells_what_was_done(run, picture, tmp_path):
    """One JSON object on standard output, nothing else."""
    done = run("edit", picture, "sepia", "-o", tmp_path / "o.webp", "--json", "--seed", 9)
    facts = json.loads(done.stdout)
    assert (facts["state"], facts["seed"], facts["price"]) == ("ready", 9, None)
    assert facts["size"] == [60, 40]
    jobs = json.loads(run("jobs", "--json").stdout)
    assert [(job["job"], job["state"]) for job in jobs] == [(facts["job"], "placed")]


def write(path: Path, kind: str) -> Path:
    """The bad pictures of the table below."""
    if kind == "truncated":
        Image.effect_noise((200, 200), 90).save(path)
        path.write_bytes(path.read_bytes()[:5000])
    elif kind == "text":
        path.write_text("not a picture")
    elif kind != "missing":
        width, height = map(int, kind.split("x"))
        Image.new("L", (width, height)).save(path, compress_level=1)
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("missing", "cannot be read"),
        ("text", "not a picture"),
        ("truncated", "damaged or cut short"),
        ("1x1", "is the least"),
        ("1x5000", "is the least"),
        ("20000x20000", "scale it down"),
    ],
)
def test_bad_pictures_get_a_sentence_and_exit_code_2(run, tmp_path, kind, words):
    """One line on standard error, no traceback, no output file."""
    done = run("edit", write(tmp_path / "bad.png", kind), "invert", "-o", tmp_path / "out.png")
    assert done.returncode == 2, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert words in last
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["", "-o", "OUT"], 2, "instruction is empty"),
        (["x" * 4001, "-o", "OUT"], 2, "4,001 characters"),
        (["invert", "-o", "OUT", "--seed", "0"], 2, "outside 1 to"),
        (["invert", "-o", "OUT", "--seed", "x"], 2, "invalid int"),
        (["invert", "-o", "OUT", "--size", "big"], 2, "WIDTH*HEIGHT"),
        (["invert", "-o", "OUT", "--size", "2048*2048"], 2, "keeps the size"),
        (["invert", "-o", "out.gif"], 2, "no ending that can be written"),
        (["invert", "-o", "/nowhere/out.png"], 2, "cannot be written"),
        (["invert"], 2, "-o"),
        (["replace the man by a tree", "-o", "OUT"], 3, "do not understand"),
        (["invert", "-o", "OUT", "--backend", "wavespeed"], 3, "WAVESPEED_API_KEY"),
    ],
)
def test_bad_options_get_a_sentence_and_their_exit_code(
    run, picture, tmp_path, arguments, code, words
):
    """2 for what the user gave, 3 for what the backend refuses."""
    given = [str(tmp_path / "out.png") if one == "OUT" else one for one in arguments]
    done = run("edit", picture, *given)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.png").exists()


def test_a_service_that_is_not_there_is_exit_code_4(run, picture, tmp_path):
    """Nothing listens on the port: nothing was spent."""
    done = run(
        "edit",
        picture,
        "invert",
        "-o",
        tmp_path / "out.png",
        "--backend",
        "wavespeed",
        "--base-url",
        "http://127.0.0.1:9",
        WAVESPEED_API_KEY="k" * 20,
    )
    assert done.returncode == 4, done.stderr
    assert "nothing" in done.stderr.lower()
    assert "k" * 20 not in done.stderr


def test_a_transposed_camera_picture_stays_upright(run, tmp_path):
    """What viewers show as 20 x 40 comes out as 20 x 40."""
    image = Image.new("RGB", (40, 20), "red")
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "in.jpg", exif=exif)
    assert run("edit", tmp_path / "in.jpg", "invert", "-o", tmp_path / "o.png").returncode == 0
    with Image.open(tmp_path / "o.png") as result:
        assert result.size == (20, 40)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.parametrize("lacking", ["Pillow", "requests"])
def test_without_the_libraries_a_sentence_says_what_to_install(tmp_path, lacking):
    """A Python of the system has neither Pillow nor requests: no traceback."""
    if lacking == "requests":
        installed = Path(Image.__file__).parents[1]
        for name in ("PIL", "pillow.libs"):
            (tmp_path / name).symlink_to(installed / name)
    result = subprocess.run(
        [sys.executable, "-S", "-m", "layer_edit", "balance"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(PLUGIN), str(tmp_path))),
            "LAYER_EDIT_DATA": str(tmp_path / "data"),
            "WAVESPEED_API_KEY": "key",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert f"Layer Edit needs {lacking}, which" in result.stderr
    assert "-m pip install Pillow requests'" in result.stderr
