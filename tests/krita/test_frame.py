"""First run, progress, messages, errors, settings and actions in a real Krita, by clicks and keys.

The screenshots in the output folders are those of the manual.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.double import KEY, WaveSpeedDouble
from tests.krita.harness import Outcome, play

SECONDS = 7
"""An edit takes by the double, and by what the plugin has learnt before."""


def played(
    scenario: str, folder: Path, environment: Mapping[str, str], **options: Any
) -> tuple[dict[str, Any], Outcome]:
    """What the scenario wrote down, against the double."""
    settings = options.pop("settings", {})
    data = folder / "data"
    data.mkdir()
    (data / "durations.json").write_text(json.dumps({"wavespeed": [SECONDS] * 3}), "utf-8")
    with WaveSpeedDouble(duration=SECONDS) as double:
        outcome = play(
            scenario,
            folder,
            environment=environment,
            settings={"wavespeed_url": double.url, **settings},
            size=(1200, 900),
            width=300,
            **options,
        )
    return outcome.report["said"], outcome


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Outcome]:
    """A new user's first minutes, in the dark theme."""
    folder = tmp_path_factory.mktemp("first")
    settings = {"first_run": True}
    return played("frame_first", folder, {"DOUBLE_KEY": KEY}, settings=settings)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Outcome]:
    """All pages of the settings window, in the light theme."""
    folder = tmp_path_factory.mktemp("settings")
    return played("frame_settings", folder, {"WAVESPEED_API_KEY": KEY}, theme="light")


@pytest.fixture(scope="module")
def actions(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Outcome]:
    """Edits by actions, and Krita's own shortcut settings."""
    folder = tmp_path_factory.mktemp("actions")
    return played(
        "frame_actions",
        folder,
        {"WAVESPEED_API_KEY": KEY},
        settings={"language": "en"},
        language="de:en_US",
    )


def test_there_are_three_ways_to_begin(first):
    """Each hides the question; with a key the cursor is where it goes. Nothing is blocked by it."""
    said, _outcome = first
    assert said["usable behind it"] is True
    assert said["layerEditTryOffline"] == [False, "offline", "layerEditInstruction"]
    assert said["layerEditLater"] == [False, "offline", "layerEditInstruction"]
    assert said["layerEditHaveKey"] == [False, "wavespeed", "layerEditKey"]


def test_how_to_begin_is_asked_once(first):
    """The choice is in the settings file."""
    _said, outcome = first
    kept = json.loads((outcome.folder / "data" / "settings.json").read_text("utf-8"))
    assert kept["first_run"] is False


def test_a_refused_key_leads_to_where_one_is_entered(first):
    """One sentence, one action, details that open without saying it again; the copy has both."""
    said, _outcome = first
    sentence, action = said["wrong key"]
    assert "did not accept the key" in sentence
    assert action == "Enter key"
    assert said["details"] is False
    assert "HTTP 401" in said["details open"]
    assert 1 <= said["detail's lines"] < 3.5
    assert said["copied"] == f"{sentence}\n\n{said['details open']}"
    assert said["page"] is True
    assert said["key row is back"] is True


def test_without_a_key_the_cursor_goes_to_its_field(first):
    """'Enter key' shows nothing else than the row in the docker."""
    said, _outcome = first
    assert said["no key"][1] == "Enter key"
    assert said["cursor"] == "layerEditKey"


def test_a_running_edit_says_how_long_it_takes(first):
    """From what was learnt; the bar moves by it between two looks at the service."""
    said, _outcome = first
    assert said["one"].startswith("Running · ")
    assert "left" in said["one"]
    assert said["bar"][0] < said["bar"][1]
    assert said["lines with one"] is False


def test_several_edits_have_a_line_each(first):
    """With the stage or the time left; one can be cancelled, or all."""
    said, _outcome = first
    instructions = [line.split(":")[0] for line in said["lines"]]
    assert instructions[0] == "make the sky darker"
    assert instructions[2] == "third"
    assert "left" in said["lines"][0]
    assert said["lines"][2].endswith("Queued")
    assert said["after one cancel"] == instructions[:2]
    assert said["after all"].startswith("Cancelled")
    assert said["layers"] == ["Background", "make the sky darker"]


def test_an_end_is_said_beside_the_docker(first):
    """Good and bad ones on the canvas, what was cancelled not at all; by the system once for all
    that ran together, which here has no place to show it."""
    said, outcome = first
    spoken = outcome.report["spoken"]
    on_canvas = [line[1:] for line in spoken if line[0] == "canvas"]
    assert on_canvas[0] == ["Not edited: make the sky darker", False]
    assert on_canvas[1:3] == [["Edited: make the sky darker", True], ["Edited: fifth", True]]
    assert said["has tray"] is False
    assert ["system", "Layer Edit", "Edited: fifth"] in spoken


def test_a_long_server_text_leaves_the_layout_alone(first):
    """50,000 characters without a space: same width, a bounded height, all of them in the copy."""
    long = first[0]["long"]
    assert long["width"][0] == long["width"][1]
    assert long["asks for"] <= long["width"][1]
    assert long["label"][0] < long["width"][1]
    assert long["label"][1] <= 20 * long["line"]
    assert long["detail"][1] <= 10 * long["line"]
    assert long["copied"] == 100_002
    assert first[0]["closed"] is False


def test_an_error_goes_with_its_document_unless_a_result_is_kept(first):
    """A result that came too late can still be inserted; what was refused there is of the past."""
    said, _outcome = first
    shown, sentence, action = said["kept"]
    assert shown is True
    assert "the result is kept" in sentence
    assert action == "Insert"
    before, sentence, after = said["of a closed one"]
    assert "nothing was changed" in sentence
    assert (before, after) == (True, False)


def test_the_docker_never_takes_the_focus_by_itself(first):
    """The button that had it is disabled without a document; no field gets it for that."""
    said, _outcome = first
    assert said["focus before"] == "layerEditSubmit"
    assert said.get("focus after", "") == ""


def test_every_setting_is_kept_as_it_is_made(settings):
    """No OK button: what was typed and chosen on the pages is in the file."""
    said, _outcome = settings
    kept = said["settings"]
    expected = {
        "budget": 2.5,
        "context": 40,
        "notify": False,
        "proxy": "http://proxy.example:3128",
        "language": "fr",
        "log_level": "debug",
    }
    assert {name: kept[name] for name in expected} == expected
    assert said["context in the docker"] == 40
    assert said["balance"] == "$10.00"


def test_the_settings_window_is_in_nobodys_way(settings):
    """It is not modal, nor is the choice of a folder, and Escape closes it."""
    said, _outcome = settings
    assert (said["modal"], said["folder dialog modal"], said["closed"]) == (False, False, False)


def test_a_bad_proxy_is_said_where_it_is_typed(settings):
    """And not kept."""
    said, _outcome = settings
    assert "http://proxy.example:3128" in said["bad proxy"]
    assert said["good proxy"] is False


def test_another_data_folder_is_told_of_and_nothing_moved(settings):
    """The usual place points to a new, empty folder."""
    said, _outcome = settings
    assert said["folder"] is True
    assert said["size"].endswith(" MB")
    assert said["pruned"] == "0 ended edits were removed."
    assert "Nothing was moved" in said["moved"]
    assert said["pointer"] is True
    assert said["now"] == []


def test_the_report_never_has_the_key(settings):
    """It names the proxy that is set."""
    said, _outcome = settings
    assert "proxy.example:3128" in said["report"]
    assert KEY not in said["report"]


def test_actions_are_in_kritas_shortcut_settings(actions):
    """In a group of their own, as the installed file has them, none with a shortcut."""
    said, outcome = actions
    assert said["file"]["category"] == "Layer Edit"
    assert said["file"]["names"] == [f"layer_edit_{name}" for name in said["actions"]]
    assert said["file"]["texts"] == [text for text, _tip, _key in said["actions"].values()]
    assert said["file"]["others"] == []
    assert "Duplicated action" not in (outcome.folder / "krita.log").read_text("utf-8")
    assert all(tip and not key for _text, tip, key in said["actions"].values())
    assert set(said["file"]["texts"]) <= set(said["category"])
    assert len(said["menu"]) == len(said["actions"])


def test_an_action_that_cannot_be_begun_says_why_on_the_canvas(actions):
    """Where the libraries are missing there is no docker that could say it."""
    (sentence,) = actions[0]["no libraries"]
    assert "is missing: import the package of Layer Edit" in sentence


def test_edits_begin_by_actions_alone(actions):
    """Before any edit they say what to do; then they edit, and repeat with another seed, on the
    same part, although it is not selected any more."""
    said, _outcome = actions
    assert said["nothing yet"] == ["There is no earlier edit: write an instruction in the docker."]
    assert said["seeds differ"] is True
    assert said["same layer"] is True
    assert said["same part"] is True
    assert said["cancelled"] == ["cancelled"] * 3


def test_results_are_walked_through_by_actions(actions):
    """The newest alone, none (before), then one variant after the other. Of the two layers the
    newest is the lower one: a result is straight above its source."""
    said, _outcome = actions
    both, newest, none, oldest = [True, True], [True, False], [False, False], [False, True]
    assert said["shown"] == [both, newest, none, oldest, newest]


def test_kritas_language_is_spoken(actions):
    """In windows and in the actions, unless the settings name another."""
    said, _outcome = actions
    title, action = said["language"]
    assert "Einstellungen" in title
    assert "abbrechen" in action


def test_a_shortcut_brings_the_cursor_into_the_instruction(actions):
    """The docker is shown for it."""
    said, _outcome = actions
    assert said["focused"] == "layerEditInstruction"
    assert said["by the key"] == [True, "layerEditInstruction"]
