"""References, quality and prices in a real Krita: what the service got, and what it billed."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.double import KEY, WaveSpeedDouble
from tests.krita.harness import play

RED, GREEN, ORANGE, BLUE = (200, 20, 20), (20, 180, 20), (250, 120, 0), (30, 60, 200)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The scenario's report and the double after it, in Krita's bright theme."""
    folder = tmp_path_factory.mktemp("served")
    Image.new("RGB", (64, 48), RED).save(folder / "red.png")
    Image.new("RGB", (50, 50), GREEN).save(folder / "green.png")
    (folder / "broken.png").write_bytes(b"\x89PNG broken")
    (folder / "notes.txt").write_text("no picture")
    with WaveSpeedDouble(duration=3) as double:
        outcome = play(
            "runs_service",
            folder / "run",
            environment={"WAVESPEED_API_KEY": KEY, "PICTURES": str(folder)},
            settings={"wavespeed_url": double.url, "budget": 0.3},
            kritarc={"theme": {"Theme": "Krita bright"}},
        )
    assert double.violations == []
    return outcome.report, double


def colour_of(double, address):
    """The colour in the middle of an uploaded picture."""
    _mime, data = double.service.files[address.rsplit("/", 1)[-1]]
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))


def test_references_and_quality_are_offered_where_the_backend_has_them(served):
    """Hidden offline; and when there are references already, a sentence says they are not sent."""
    said = served[0]["said"]
    assert said["offline"] == [False, False]
    assert said["service"] == [True, True]
    assert "takes one picture" in said["offline note"]


def test_layers_and_files_become_references(served):
    """By button, by a dialog that holds up nothing, and by dropping; only pictures stay."""
    said = served[0]["said"]
    assert said["modal"] is False
    assert said["dropped"] is True
    assert said["added"] == [
        "Picture 2: cloth, 80 × 60",
        "Picture 3: red.png, 64 × 48",
        "Picture 4: green.png, 50 × 50",
    ]
    assert "broken.png" in said["broken"]


def test_tab_leads_through_all_of_it(served):
    """From the instruction to the button, in the order in which it is read."""
    assert served[0]["tab order"] == [
        "layerEditInstruction",
        "layerEditPresets",
        "layerEditBuilderToggle",
        "layerEditAddLayer",
        "layerEditAddFile",
        "layerEditReferences",
        "layerEditBackend",
        "layerEditMore",
        "layerEditSettings",
        "layerEditVariants",
        "layerEditModel",
        "layerEditSteps",
        "layerEditPinSeed",
        "layerEditSubmit",
    ]


def test_their_order_is_the_users(served):
    """By keyboard, by dragging, and one removed; its layer is not touched by Delete."""
    said = served[0]["said"]
    names = [[line.split(": ")[1].split(",")[0] for line in said[step]]
             for step in ("moved", "dragged", "removed")]  # fmt: skip
    assert names == [
        ["cloth", "green.png", "red.png"],
        ["green.png", "red.png", "cloth"],
        ["green.png", "cloth"],
    ]
    assert served[0]["cloth left"] == 80


def test_the_price_on_the_button_is_what_is_billed(served):
    """Four drafts; and the sum is in the tool tip."""
    report, double = served
    assert report["said"]["button"] == "Make 4 edits  ($0.08)"
    assert report["said"]["tip"] == "4 × $0.02 = $0.08"
    drafts = list(double.service.tasks.values())[:4]
    assert sum(task.price for task in drafts) == pytest.approx(0.08)
    assert {task.model.split("/")[1] for task in drafts} == {"hidream-o1-image-dev"}


def test_every_job_gets_the_source_and_the_references_in_order(served):
    """The layer as it was at the click; each colourway with both seeds."""
    _report, double = served
    drafts = [task.inputs for task in list(double.service.tasks.values())[:4]]
    for inputs in drafts:
        colours = [colour_of(double, address) for address in inputs["images"]]
        assert colours == [BLUE, GREEN, ORANGE]
    seeds = sorted({inputs["seed"] for inputs in drafts})
    assert len(seeds) == 2
    assert sorted((inputs["prompt"], inputs["seed"]) for inputs in drafts) == [
        (f"a {cloth} coat", seed) for cloth in ("silk", "wool") for seed in seeds
    ]


def test_layers_are_named_by_colour_and_seed(served):
    """All four straight above the source, below the reference layer."""
    names = served[0]["names"]
    assert (names[0], names[-1]) == ("Background", "cloth")
    assert len(set(names)) == 6
    assert all(name.split(",")[0] in ("silk", "wool") and "variant" in name for name in names[1:-1])


def test_a_batch_is_cancelled_at_the_service_too(served):
    """What was not sent is not: of four jobs at most the two of the account's slots were."""
    report, double = served
    assert report["said"]["four"] == "Make 4 edits  ($0.16)"
    assert report["said"]["cancel"] == "Cancel all 4 of this click"
    assert report["said"]["cancelled"] == ["Cancelled"] * 4
    assert 5 <= double.submits <= 6
    assert report["layers"] == 6


def test_the_budget_counts_all_jobs(served):
    """Four more would be too much, one would not: it asks, and nothing is sent."""
    report, double = served
    assert "These 4 edits would bring the session to $" in report["said"]["budget"]
    assert "budget of $0.30" in report["said"]["budget"]
    assert report["said"]["anyway"] is True
    assert double.spent < 0.2
