"""An edit on one's own ComfyUI in a real Krita, against the double."""

import json

import pytest

from layer_edit.settings import Settings
from tests.double.comfyui import ComfyUIDouble
from tests.krita.harness import play


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """What the docker showed on the way to one layer and one cancelled edit."""
    with ComfyUIDouble(scale=1 / 8) as double:
        double.work.step_seconds = 0.06
        folder = tmp_path_factory.mktemp("own-gpu")
        outcome = play("own_gpu", folder, environment={"DOUBLE_URL": double.url})
        return outcome, outcome.report, double


def test_the_address_is_set_and_tested_in_the_docker(edited):
    """Fields show for their backend alone; a wrong address is called wrong, the right one ready."""
    _outcome, report, _double = edited
    assert report["shown before"] is False
    assert report["shown"] == {
        "layerEditComfyUrl": True,
        "layerEditComfyGraph": False,
        "layerEditImagesModel": False,
        "layerEditTestComfy": True,
        "layerEditKey": False,
    }
    assert report["images shown"] == {
        "layerEditImagesUrl": True,
        "layerEditImagesLeftOut": True,
        "layerEditImagesKey": True,
        "layerEditComfyGraph": False,
    }
    assert "203.0.113.9" in report["said"]["wrong"]
    assert "ComfyUI 0.26.0 on cuda:0 NVIDIA Double (16 GB) is ready" in report["said"]["ready"]


def test_the_settings_window_has_the_same(edited):
    """Address, test and options are on its page too, and what is changed there is in the docker.

    A server's test answers beside it, and not where the service's key is."""
    outcome, report, double = edited
    said = report["said"]
    assert said["in the window"] == [double.url, "2"]
    assert said["service's address"] == Settings().wavespeed_url
    assert "203.0.113.9" in said["wrong in the window"]
    assert said["in the docker"] == "http://203.0.113.9:8188"
    assert said["key's state"] == "No key is set."
    assert said["images in the docker"] == ["http://192.168.1.20:8000", "a-model"]
    kept = json.loads((outcome.folder / "data" / "settings.json").read_text("utf-8"))
    assert kept["images_url"] == "http://192.168.1.20:8000"
    assert kept["comfyui_url"] == double.url


def test_the_price_is_own_gpu(edited):
    """On the button, in place of dollars; no balance and no sum."""
    _outcome, report, _double = edited
    assert report["said"]["button"] == "Edit  (own GPU)"
    assert report["said"]["money"] == ""


def test_the_layer_appears_after_progress_was_shown(edited):
    """The status counts percent as the sampler's steps go by."""
    _outcome, report, double = edited
    assert len(report["percent"]) > 3, report["percent"]
    assert report["layer"] == "make it night"
    graph = double.prompts[0].graph
    assert graph["instruction"]["inputs"]["text"] == "make it night"
    assert graph["canvas"]["inputs"] == {"width": 2304, "height": 1728, "batch_size": 1}


def test_cancel_stops_the_gpu(edited):
    """The prompt is interrupted and no layer comes of it."""
    _outcome, report, double = edited
    assert report["layers"] == 2
    assert len(double.prompts) == 2
    assert double.asked("/interrupt")
    status = double.work.history[double.prompts[1].id]["status"]
    assert status["messages"][-1][0] == "execution_interrupted"
