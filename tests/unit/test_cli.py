"""The command line as a user starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from layer_edit.editing.geometry import Rect
from layer_edit.editing.plan import Wish
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.jobs.journal import Journal

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


def bytes_of(folder: Path) -> dict[str, bytes]:
    """All files straight in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("mask", ["in.png", "./out.png", "link.png", "reference.png"])
def test_a_mask_never_takes_the_place_of_a_picture(run, picture, tmp_path, mask):
    """Neither of the source nor of the result: refused before anything is begun."""
    (tmp_path / "link.png").symlink_to(picture)
    (tmp_path / "reference.png").write_bytes(picture.read_bytes())
    before = bytes_of(tmp_path)
    given = ["--reference", tmp_path / "reference.png", "--backend", "comfyui"]
    out = tmp_path / "out.png"
    done = run("edit", picture, "invert", "-o", out, "--mask", f"{tmp_path}/{mask}", *given)
    assert done.returncode == 2, done.stderr
    assert "choose another file for the mask" in done.stderr
    assert bytes_of(tmp_path) == before


def test_a_mask_that_cannot_be_written_is_named(run, picture, tmp_path):
    """The result is there; the sentence tells how to get the mask, free of charge."""
    (tmp_path / "mask.png.part").mkdir()
    out, mask = tmp_path / "out.png", tmp_path / "mask.png"
    done = run("edit", picture, "invert", "-o", out, "--mask", mask)
    assert done.returncode == 2, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert f"{mask} cannot be written" in last
    assert out.is_file()
    job = last.split("resume ")[1].split()[0]
    again = run("resume", job, "--mask", tmp_path / "other.png")
    assert again.returncode == 0, again.stderr
    with Image.open(tmp_path / "other.png") as written:
        assert (written.mode, written.size, written.getextrema()) == ("L", (60, 40), (255, 255))


@pytest.mark.skipif(os.name != "posix", reason="only there names are bytes")
@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
def test_names_that_are_no_text_are_taken(run, picture, tmp_path, encoding):
    """Old archives have file names in other encodings than the system's."""
    source, out = (tmp_path / os.fsdecode(name) for name in (b"caf\xe9.png", b"neu\xfc \xff.png"))
    source.write_bytes(picture.read_bytes())
    for as_json in ([], ["--json"]):
        done = run("edit", source, "invert", "-o", out, *as_json, PYTHONIOENCODING=encoding)
        assert done.returncode == 0, done.stderr
        assert out.is_file()
        assert "Traceback" not in done.stderr
        out.unlink()
    assert json.loads(done.stdout)["output"] == str(out)
    jobs = run("jobs", "--json", PYTHONIOENCODING=encoding)
    assert {job["output"] for job in json.loads(jobs.stdout)} == {str(out)}


def test_any_instruction_can_be_listed_on_any_terminal(run, tmp_path):
    """What the terminal cannot show is written another way."""
    record = JobRecord.new(Wish("Schwarzweiß 白黒", "offline"), "in.png", Rect(0, 0, 8, 8))
    Journal(tmp_path / "data" / "jobs").folder(record.id).save(record)
    done = run("jobs", PYTHONIOENCODING="ascii:strict")
    assert done.returncode == 0, done.stderr
    assert record.id in done.stdout
    listed = run("jobs", "--json", PYTHONIOENCODING="ascii:strict")
    assert json.loads(listed.stdout)[0]["instruction"] == "Schwarzweiß 白黒"


def test_a_job_that_is_not_there_is_a_wrong_argument(run):
    """Exit code 2, and where the names of the jobs are."""
    done = run("resume", "20260101-000000-abcdef")
    assert done.returncode == 2
    assert "'layer_edit jobs' lists" in done.stderr


@pytest.fixture
def start(tmp_path):
    """Starts `python3 -m layer_edit` with a data folder of its own."""

    def call(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(PLUGIN)}
        return subprocess.Popen(
            [sys.executable, "-m", "layer_edit", *map(str, arguments)],
            env={**environment, "LAYER_EDIT_DATA": str(tmp_path / "data")},
            stderr=subprocess.PIPE,
            **options,
        )

    return call


@pytest.mark.skipif(os.name != "posix", reason="needs a named pipe")
def test_ctrl_c_while_the_picture_is_read_is_no_traceback(start, tmp_path):
    """Nothing was begun: one line, and the exit code of a stopped program."""
    pipe = tmp_path / "in.png"
    os.mkfifo(pipe)
    process = start("edit", pipe, "invert", "-o", tmp_path / "out.png")
    with pipe.open("wb"):  # it is being read now
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.decode().strip() == "layer_edit: Stopped."


@pytest.mark.skipif(os.name != "posix", reason="pipes end in another way elsewhere")
def test_a_reader_that_has_enough_is_no_error(start):
    """As in 'layer_edit jobs | head'."""
    reads, writes = os.pipe()
    os.close(reads)
    process = start("jobs", "--json", stdout=writes)
    os.close(writes)
    _, said = process.communicate(timeout=60)
    assert said == b""
    assert process.returncode == 141


@pytest.mark.skipif(os.name != "posix", reason="pipes end in another way elsewhere")
def test_news_that_nobody_reads_stop_no_edit(start, picture, tmp_path):
    """As in 'layer_edit edit … 2>&1 | head -1': what runs may be paid for."""
    reads, writes = os.pipe()
    os.close(reads)
    process = start("edit", picture, "invert", "-o", tmp_path / "out.png", stdout=writes)
    process.stderr.close()
    os.close(writes)
    process.wait(timeout=60)
    (record,) = Journal(tmp_path / "data" / "jobs").records()
    assert record.state is JobState.PLACED
    assert (tmp_path / "out.png").is_file()


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
