"""metadata.json: complete, exact and readable as values."""

import re

import pytest

from installer.metadata import METADATA_FILE, Wheel, load, parse
from installer.pins import text_of
from installer.wheels import Interpreter, wheels_for

PLATFORMS = (
    "linux-x86_64",
    "linux-aarch64",
    "win-amd64",
    "macosx-10.15-x86_64",
    "macosx-11.0-arm64",
)
MINIMAL = {
    "name": "Layer Edit",
    "id": "layer_edit",
    "version": "1.2.3",
    "krita": ["5.2"],
    "python": ["3.10", "3.11"],
    "runtime": [{"name": "idna", "version": "3", "wheels": {"idna-3-py3-none-any.whl": "ab"}}],
    "development": {"requirements": ["x==1"], "without_dependencies": []},
    "studio": {"requirements": ["y==2"], "s3": []},
}


def test_parse_turns_json_into_values():
    """A runtime package without Pythons of its own is for all of them."""
    metadata = parse(MINIMAL)
    assert metadata.version == "1.2.3"
    assert metadata.runtime[0].pythons == ("3.10", "3.11")
    assert metadata.runtime[0].wheels == (Wheel("idna-3-py3-none-any.whl", "ab"),)


@pytest.mark.parametrize("key", sorted(MINIMAL))
def test_parse_names_what_is_missing(key):
    """Metadata without one of its keys is refused, naming the key."""
    with pytest.raises(KeyError, match=key):
        parse({name: value for name, value in MINIMAL.items() if name != key})


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", load().pythons)
def test_every_supported_python_has_all_wheels_on_every_platform(python, platform):
    """No Krita that we name as supported lacks a library."""
    major, minor = map(int, python.split("."))
    chosen = wheels_for(load(), Interpreter(major, minor, platform))
    assert sorted(requirement.split("==")[0].lower() for requirement, _ in chosen) == [
        "certifi",
        "charset-normalizer",
        "idna",
        "pillow",
        "requests",
        "urllib3",
        "websocket-client",
    ]


def test_hashes_are_sha256():
    """Every pinned file has a whole SHA-256."""
    for package in load().runtime:
        for wheel in package.wheels:
            assert re.fullmatch(r"[0-9a-f]{64}", wheel.sha256), wheel.file


def test_pins_are_exact():
    """No version of the environments for tests and studios is left to chance."""
    studio = load().studio
    for requirement in (*load().development.requirements, *studio.requirements, *studio.s3):
        assert re.fullmatch(r"[\w.-]+==[\w.]+(; .+)?", requirement), requirement


def test_the_file_is_as_the_pins_command_writes_it():
    """`python3 -m installer pins` changes nothing but pins."""
    import json

    text = METADATA_FILE.read_text(encoding="utf-8")
    assert text_of(json.loads(text)) == text


def test_a_wheel_knows_its_tags():
    """Tags come from the file's name, several platforms included."""
    wheel = Wheel("pillow-13.0.0-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl", "")
    assert wheel.python_tag == "cp311"
    assert wheel.platform_tags == ("manylinux_2_27_x86_64", "manylinux_2_28_x86_64")
