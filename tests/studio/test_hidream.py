"""The hidream engine against a stand-in with the pipeline's signature. No GPU was in this."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from edit_studio.engines import EngineStartError, FailedError, make_engine, served_models
from edit_studio.settings import Settings
from layer_edit.backends.base import Stage
from layer_edit.editing.errors import CancelledError
from layer_edit.editing.geometry import Size
from tests.contract.wavespeed_kit import RecordingWatch, a_request, encoded, opened, picture

STANDIN = Path(__file__).parent / "standin"
OURS = ("torch", "transformers", "models", "flash_attn")


@pytest.fixture
def settings(tmp_path):
    return Settings(engine="hidream", hidream_checkout=str(STANDIN), hidream_weights=str(tmp_path))


@pytest.fixture(autouse=True)
def standin(monkeypatch):
    """The stand-in for torch and upstream, gone again afterwards."""
    monkeypatch.syspath_prepend(str(STANDIN))
    yield
    for name in [name for name in sys.modules if name.split(".")[0] in OURS]:
        del sys.modules[name]
    gc.collect()


@pytest.fixture
def engine(settings):
    made = make_engine(settings)
    made.prepare()
    return made


def last_call():
    from models import pipeline

    return pipeline.calls[-1]


def test_the_full_model_is_asked_as_upstream_asks_it(engine, tmp_path):
    """Prompt, pictures as paths, size, seed and upstream's own schedule arrive; a picture comes."""
    request = a_request(size=Size(2304, 1728), seed=2147483647)
    result = engine.run(request, RecordingWatch())
    call = last_call()
    assert opened(result.data).size == (2304, 1728)
    assert (call["prompt"], call["seed"]) == ("make it warmer", 2147483647)
    assert (call["width"], call["height"], call["references"]) == (2304, 1728, [(48, 36)])
    schedule = ("num_inference_steps", "guidance_scale", "shift", "timesteps_list",
                "scheduler_name", "keep_original_aspect")  # fmt: skip
    assert [call[name] for name in schedule] == [50, 5.0, 3.0, None, "default", False]
    assert not Path(call["ref_image_paths"][0]).exists(), "pictures are not left behind"
    model, tokenizer = call["model"], call["processor"].tokenizer
    assert model.is_evaluating and model.path == call["processor"].path == str(tmp_path)
    assert model.options == {"torch_dtype": "bfloat16", "device_map": "cuda"}
    assert (tokenizer.boi_token, tokenizer.tms_token) == ("<|boi_token|>", "<|tms_token|>")


def test_the_dev_model_has_its_own_schedule(settings):
    """28 steps without guidance; another scheduler when there are reference pictures."""
    from models import pipeline

    engine = make_engine(replace(settings, hidream_type="dev"))
    engine.prepare()
    engine.run(a_request(), RecordingWatch())
    one = last_call()
    engine.run(a_request(images=(encoded(picture()),) * 3), RecordingWatch())
    three = last_call()
    for call, scheduler in ((one, "flow_match"), (three, "flash")):
        assert (call["num_inference_steps"], call["guidance_scale"], call["shift"]) == (28, 0.0, 1)
        assert call["timesteps_list"] == pipeline.DEFAULT_TIMESTEPS
        assert call["scheduler_name"] == scheduler
    assert (three["noise_scale_start"], three["noise_clip_std"]) == (7.5, 2.5)
    assert len(three["references"]) == 3


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_formats_and_default_size(engine, form):
    """The result is in the format asked for; without a size it is the model's usual one."""
    result = engine.run(a_request(size=None, output_format=form), RecordingWatch())
    assert opened(result.data).format == form.upper()
    assert opened(result.data).size == (2048, 2048)


def test_progress_after_each_step(engine):
    """Fifty reports, growing, to 1."""

    class Watch(RecordingWatch):
        def report(self, stage, fraction=None, note=""):
            assert stage is Stage.RUNNING
            fractions.append(fraction)

    fractions = []
    engine.run(a_request(), Watch())
    assert fractions == [pytest.approx(n / 50) for n in range(1, 51)]


@pytest.mark.parametrize("after", [0, 1, 20])
def test_a_cancel_ends_it_after_the_step(engine, after):
    """Though the pipeline swallows what a callback raises; the memory is given back."""
    import torch

    before = torch.cuda.allocated
    watch = RecordingWatch(cancel_after=after)
    with pytest.raises(CancelledError):
        engine.run(a_request(), watch)
    assert watch.checks == after + 1
    assert torch.cuda.allocated == before
    assert torch.cuda.emptied == 1


def test_two_jobs_in_a_row_take_the_memory_of_one(engine):
    """Nothing of the first is held while the second runs; only the weights stay."""
    import torch

    peaks, left = [], []
    for seed in (1, 2, 3):
        torch.cuda.most = 0
        engine.run(a_request(seed=seed), RecordingWatch())
        peaks.append(torch.cuda.most)
        left.append(torch.cuda.allocated)
    assert left == [18 * 10**9] * 3
    assert len(set(peaks)) == 1 and peaks[0] > left[0]


def test_too_little_memory_for_one_job_fails_that_job_alone(engine, monkeypatch):
    """Out of memory in the middle: a sentence for the artist, and the next job is done."""
    import torch

    monkeypatch.setattr(torch.cuda, "total", int(18.5e9))
    with pytest.raises(FailedError, match="memory was not enough") as caught:
        engine.run(a_request(), RecordingWatch())
    assert caught.value.code == 5000
    monkeypatch.setattr(torch.cuda, "total", 24 * 10**9)
    assert engine.run(a_request(), RecordingWatch()).data


def test_what_is_missing_at_start_is_said(settings, tmp_path, monkeypatch):
    """Folders, GPU, memory, attention kernel, an old checkout: each in a sentence of its own."""
    import torch

    old = tmp_path / "old"
    (old / "models").mkdir(parents=True)
    (old / "models" / "pipeline.py").write_text('{"use_flash_attn": True}')
    cases = (
        ({"hidream_checkout": ""}, "STUDIO_HIDREAM_CHECKOUT names no folder"),
        ({"hidream_weights": "/none"}, "STUDIO_HIDREAM_WEIGHTS names no folder"),
        ({"hidream_checkout": str(tmp_path)}, "no models/pipeline.py"),
        ({"hidream_gigabytes": 30.0}, r"24\.0 GB of free memory and HiDream-O1-Image needs 30"),
        ({"hidream_checkout": str(old)}, "flash-attn is not installed"),
    )
    for changes, words in cases:
        with pytest.raises(EngineStartError, match=words):
            make_engine(replace(settings, **changes)).prepare()
    monkeypatch.setattr(torch.cuda, "there", False)
    with pytest.raises(EngineStartError, match="no CUDA GPU"):
        make_engine(settings).prepare()


def test_a_checkout_without_the_callback_is_refused(settings, monkeypatch):
    """An older `generate_image` could neither tell progress nor be stopped."""
    from models import pipeline

    monkeypatch.setattr(pipeline, "generate_image", lambda model, prompt: None)
    with pytest.raises(EngineStartError, match=r"takes no .*callback: update it"):
        make_engine(settings).prepare()


def test_without_torch_the_way_out_is_told(settings, monkeypatch):
    """The sentence names the Python into which upstream's requirements belong."""
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EngineStartError, match=r"requirements\.txt into the Python"):
        make_engine(settings).prepare()


def test_a_studio_of_one_model_serves_that_model(settings):
    """The weights that are loaded decide which model's jobs are accepted."""
    assert list(served_models(settings)) == ["wavespeed-ai/hidream-o1-image/edit"]
    dev = replace(settings, hidream_type="dev")
    assert list(served_models(dev)) == ["wavespeed-ai/hidream-o1-image-dev/edit"]
    assert len(served_models(Settings())) == 2
