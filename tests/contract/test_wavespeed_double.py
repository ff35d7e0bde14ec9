"""The double itself: its model, its money, its history, its faults and what it records."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from PIL import Image, ImageChops, ImageStat

from tests.contract.wavespeed_kit import SMALL, encoded, opened, picture
from tests.double import (
    SIZES,
    Call,
    Fault,
    SimulatedModel,
    WaveSpeedDouble,
    invert_centre,
    snapped,
    unchanged,
)

ROOT = Path(__file__).parents[2]


def mean_difference(one, other):
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def ask(double, method, path, **options):
    headers = {"Authorization": f"Bearer {options.pop('key', double.key)}"}
    return requests.request(
        method, f"{double.url}/api/v3/{path}", headers=headers, timeout=5, **options
    )


def test_there_are_11_sizes_and_the_ratio_decides():
    """Sizes are snapped by ratio alone, however many pixels are asked for."""
    assert len(set(SIZES)) == 11
    assert all(w % 32 == 0 and h % 32 == 0 for w, h in SIZES)
    assert snapped(1024, 1024) == (2048, 2048)
    assert snapped(4000, 1000) == (3104, 1312)
    assert snapped(3, 4) == (1728, 2304)


def test_the_simulated_model_shifts_casts_and_resizes():
    """The result is the edit, moved by fractions of a pixel, tinted, and of another size."""
    source = picture(64, 64)
    data = encoded(source).data
    plain = SimulatedModel(edit=unchanged, size=(64, 64))
    assert mean_difference(opened(plain.render(data, "", (2048, 2048))), source) == 0
    tinted = SimulatedModel(edit=unchanged, size=(64, 64), cast=(9, 0, -9))
    shown = opened(tinted.render(data, "", (2048, 2048)))
    assert [round(m) for m in ImageStat.Stat(ImageChops.subtract(shown, source)).mean] == [9, 0, 0]
    moved = SimulatedModel(edit=unchanged, size=(64, 64), shift=(0.0, 1.5))
    shown = opened(moved.render(data, "", (2048, 2048)))
    twice = ImageChops.blend(ImageChops.offset(source, 0, 1), ImageChops.offset(source, 0, 2), 0.5)
    inner = (4, 4, 60, 60)
    assert mean_difference(shown.crop(inner), twice.crop(inner)) < 1.5
    assert mean_difference(shown.crop(inner), source.crop(inner)) > 2
    corner = SimulatedModel(edit=invert_centre, scale=1 / 32).render(data, "", (2048, 2048))
    assert opened(corner).size == (64, 64)


def test_other_ratios_are_cropped_or_stretched():
    """A picture of another ratio is centre-cropped, as upstream does, or stretched."""
    wide = Image.new("RGB", (200, 100), (255, 0, 0))
    wide.paste((0, 0, 255), (50, 0, 150, 100))
    data = encoded(wide).data
    model = SimulatedModel(edit=unchanged, size=(100, 100))
    cropped = opened(model.render(data, "", (1, 1)))
    stretched = opened(SimulatedModel(unchanged, (100, 100), crop=False).render(data, "", (1, 1)))
    assert cropped.getpixel((2, 50)) == (0, 0, 255)
    assert stretched.getpixel((2, 50)) == (255, 0, 0)


def test_durations_are_drawn_from_a_range_by_seed():
    """The same seed gives the same durations, within the range."""
    drawn = []
    for _ in range(2):
        double = WaveSpeedDouble(duration=(5, 12), seed=3)
        drawn.append([double.service._draw() for _ in range(5)])
    assert drawn[0] == drawn[1]
    assert all(5 <= seconds <= 12 for seconds in drawn[0])


def test_both_result_paths_and_the_three_uploads():
    """Results are at two paths; files arrive by ticket, by form and by the old form."""
    data = encoded(picture()).data
    with WaveSpeedDouble(model=SMALL) as double:
        urls = []
        for path in ("media/upload/binary", "upload"):
            told = ask(double, "POST", path, files={"file": ("a.png", data, "image/png")}).json()
            urls.append(told["data"].get("download_url") or told["data"]["url"])
        for url in urls:
            assert requests.get(url, timeout=5).content == data
        body = {"prompt": "x", "images": [urls[0]], "size": "2048*2048"}
        model = "wavespeed-ai/hidream-o1-image-dev/edit"
        made = ask(double, "POST", model, json=body).json()["data"]["id"]
        both = [ask(double, "GET", f"predictions/{made}{end}").json() for end in ("", "/result")]
    assert both[0] == both[1]
    assert double.spent == 0.02


def test_history_filters_pages_and_deletes():
    """The history lists newest first, filters, pages, shows inputs on demand and deletes."""
    body = {"images": ["data:image/png;base64,AAAA"], "size": "2048*2048"}
    full, draft = "wavespeed-ai/hidream-o1-image/edit", "wavespeed-ai/hidream-o1-image-dev/edit"
    with WaveSpeedDouble(model=SMALL) as double:
        made = [
            ask(double, "POST", model, json={**body, "prompt": str(n)}).json()["data"]["id"]
            for n, model in enumerate((full, full, draft))
        ]

        def listed(**question):
            items = ask(double, "POST", "predictions", json=question).json()["data"]["items"]
            return [item["id"] for item in items]

        assert listed() == made[::-1]
        assert listed(model=draft) == made[2:]
        assert listed(page=2, page_size=2) == made[:1]
        assert listed(created_before="2001-01-01T00:00:00Z") == []
        question = {"include_inputs": True, "created_after": 0}
        items = ask(double, "POST", "predictions", json=question).json()["data"]["items"]
        assert items[0]["inputs"]["prompt"] == "2"
        ask(double, "POST", "predictions/delete", json={"ids": made[:1]})
        ask(double, "DELETE", f"predictions/{made[1]}")
        assert listed() == made[2:]


def test_the_key_is_checked_and_masked_in_the_record():
    """A wrong key is 401; recorded headers do not hold the key; a leak is a violation."""
    with WaveSpeedDouble() as double:
        assert ask(double, "GET", "balance", key="wrong").status_code == 401
        assert ask(double, "GET", "balance").json()["data"] == {"balance": 10.0}
        assert double.violations == []
        requests.get(f"{double.files.url}/x?k={double.key}", timeout=5)
        requests.get(f"{double.files.url}/x", headers={"Authorization": "Bearer y"}, timeout=5)
    assert double.key not in repr(double.requests)
    assert double.requests[1].headers["authorization"] == "Bearer ***"
    assert len(double.violations) == 2


def test_faults_strike_once_or_always_and_in_order():
    """One-shot faults strike once each, in the order set; lasting ones until cleared."""
    with WaveSpeedDouble() as double:
        double.set_fault(Fault.HTTP_503, Call.ACCOUNT, times=1)
        double.set_fault(Fault.HTTP_429, Call.ACCOUNT, times=2)
        codes = [ask(double, "GET", "balance").status_code for _ in range(4)]
        assert codes == [503, 429, 429, 200]
        double.set_fault(Fault.HTTP_403, Call.ACCOUNT)
        assert [ask(double, "GET", "balance").status_code for _ in range(2)] == [403, 403]
        double.clear_faults()
        assert ask(double, "GET", "balance").status_code == 200
        with pytest.raises(ValueError, match="does not apply"):
            double.set_fault(Fault.BOMB, Call.SUBMIT)


def test_a_refused_connection_comes_back():
    """A one-shot REFUSED ends by itself on the same port."""
    with WaveSpeedDouble(refused_seconds=0.2, clients_upload=False) as double:
        double.set_fault(Fault.REFUSED, Call.SUBMIT, times=1)
        with pytest.raises(requests.ConnectionError):
            ask(double, "GET", "balance")
        for _ in range(500):
            try:
                assert ask(double, "GET", "balance").status_code == 200
                break
            except requests.ConnectionError:
                time.sleep(0.01)
        else:
            pytest.fail("the double did not come back")


def test_every_fault_says_what_it_does():
    """Each fault has a text of its own and at least one call it applies to."""
    assert len({fault.text for fault in Fault}) == len(Fault)
    assert all(fault.calls and fault.text.endswith(".") for fault in Fault)


def test_it_runs_from_the_shell():
    """`python3 -m tests.double` prints key and URL, and answers there."""
    command = [sys.executable, "-m", "tests.double", "--fault", "HTTP_503@account*1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        key = process.stdout.readline().strip().partition("=")[2]
        url = process.stdout.readline().strip().rpartition(" ")[2]
        headers = {"Authorization": f"Bearer {key}"}
        codes = [
            requests.get(f"{url}/api/v3/balance", headers=headers, timeout=5).status_code
            for _ in range(2)
        ]
        process.terminate()
    assert codes == [503, 200]
    listed = subprocess.run(
        [*command[:3], "--list-faults"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(listed.stdout.splitlines()) == len(Fault)


def test_the_bomb_is_small_and_decodes_to_much():
    """The bomb is a valid PNG of some kilobytes and 144 megapixels."""
    from tests.double.effects import bomb

    data = bomb()
    assert len(data) < 100_000
    with pytest.raises((Image.DecompressionBombWarning, Image.DecompressionBombError)):
        Image.open(io.BytesIO(data))
