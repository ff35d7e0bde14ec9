"""The protocol's corners, over HTTP, against a running studio. The plugin's and the official
SDK's own use of it are in tests/contract, which runs against a studio too."""

from __future__ import annotations

import json
import time

import pytest
import requests

from tests.contract.wavespeed_kit import encoded, opened, picture
from tests.studio.engine import Control
from tests.studio.kit import MODEL, Client, a_body


@pytest.fixture(scope="module")
def ann(studio):
    return studio.key("ann")


@pytest.fixture(autouse=True)
def quick(studio):
    studio.control(Control())


def refused(client: Client, status: int, **changes) -> str:
    """What a submit with these changes is answered."""
    answer = client.ask("POST", MODEL, json={**a_body(), **changes})
    assert answer.status_code == answer.json()["code"] == status, answer.text
    return answer.json()["message"]


def test_a_job_gives_a_picture_that_needs_no_key(ann):
    """Created, then completed with an address, at both result paths; the file is the picture."""
    answer = ann.ask("POST", MODEL, json=a_body()).json()
    assert (answer["code"], answer["data"]["status"]) == (200, "created")
    data = ann.ended(answer["data"]["id"])
    assert ann.ask("GET", f"predictions/{data['id']}").json()["data"] == data
    assert data["urls"]["get"] == f"{ann.url}/api/v3/predictions/{data['id']}/result"
    assert (data["progress"], data["notes"], data["error"]) == (1.0, ["A note."], "")
    file = requests.get(data["outputs"][0], timeout=5)
    assert file.headers["content-type"] == "image/png"
    assert opened(file.content).size == (32, 32)


def test_keys_see_their_own_jobs_alone(studio, ann):
    """Another key's job is neither told nor deleted; no key, a wrong or a revoked one is 401."""
    job, ben = ann.submit(), studio.key("ben")
    assert ben.ask("GET", f"predictions/{job}/result").status_code == 404
    assert ben.ask("POST", "predictions/delete", json={"ids": [job]}).json()["data"] == {
        "deleted": 0
    }
    assert ben.ask("POST", "predictions", json={}).json()["data"]["items"] == []
    assert ann.ended(job)["status"] == "completed"
    studio.keys.revoke("ben")
    for key in (ben.key, "wrong", ""):
        answer = Client(studio.url, key).ask("GET", "balance")
        assert (answer.status_code, answer.json()["code"]) == (401, 401)


def test_keys_are_hashed_at_rest(studio, ann):
    """The key itself is nowhere in Redis, in no log and in no file of the studio."""
    ann.ended(ann.submit())
    written = [file for file in studio.folder.rglob("*") if file.is_file()]
    assert any(b"digest" in file.read_bytes() for file in written), "Redis's file is among them"
    assert not any(ann.key.encode() in file.read_bytes() for file in written)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prompt": " "}, "prompt is required"),
        ({"prompt": 7}, "prompt is required"),
        ({"prompt": "x" * 4001}, "at most 4000"),
        ({"images": []}, "images is required"),
        ({"images": ["https://example.org/a.png"]}, "uploaded here first"),
        ({"images": ["http://169.254.169.254/files/x"]}, "uploaded here first"),
        ({"images": ["https://example.org/files/uploads/.."]}, "uploaded here first"),
        ({"images": [f"https://example.org/files/uploads/{'a' * 32}"]}, "uploaded here first"),
        ({"prompt": "half a pair \ud83d"}, "invalid JSON"),
        ({"images": ["data:image/png;base64,???"]}, "not base64"),
        ({"images": a_body()["images"] * 11}, "at most 10"),
        ({"size": "10*10"}, "256 to 4096"),
        ({"size": "9" * 5000 + "*512"}, "256 to 4096"),
        ({"seed": 0}, "seed must be"),
        ({"seed": True}, "seed must be"),
        ({"output_format": "gif"}, "output_format"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_inputs_are_400(ann, changes, words):
    """Against a rule: refused with its name, and nothing is queued."""
    assert words in refused(ann, 400, **changes)


def test_requests_of_no_sense_are_refused_in_the_same_form(ann):
    """Unknown models and paths, no JSON, no object, another method: code and message."""
    for method, path, options, status in (
        ("POST", "vendor/other", {"json": a_body()}, 404),
        ("GET", "nothing", {}, 405),
        ("POST", MODEL, {"data": b"{"}, 400),
        ("POST", MODEL, {"json": [1]}, 400),
        ("POST", "predictions", {"json": {"page": 0}}, 400),
        ("POST", "predictions", {"json": {"created_after": "soon"}}, 400),
        ("POST", "predictions", {"data": b'{"created_after": NaN}'}, 400),
        ("POST", "predictions", {"data": b'{"created_after": 1%s}' % (b"0" * 400)}, 400),
        ("POST", "predictions/delete", {"json": {"ids": "x"}}, 400),
        ("POST", "predictions/delete", {"json": {"ids": ["\ud83d"]}}, 400),
        ("POST", "media/uploads", {"json": {"filename": "\ud83d", "size": 1}}, 400),
        ("POST", "model/price", {"json": {"model_id": []}}, 404),
        ("POST", "media/uploads", {"json": {"filename": "a", "size": -1}}, 400),
        ("POST", "media/uploads", {"json": {"filename": "a", "size": 10**9}}, 413),
        ("POST", "media/upload/binary", {"data": b"x"}, 400),
    ):
        answer = ann.ask(method, path, **options)
        assert (answer.status_code, answer.json()["code"]) == (status, status), (path, answer.text)
        assert answer.json()["message"]


def test_nothing_but_the_stores_names_is_served(studio, ann):
    """Paths that lead elsewhere, and names that are not there, are 404 or refused."""
    for path in ("../redis/redis.conf", "uploads/../../redis/redis.conf", "%2e%2e/redis/redis.conf",
                 "outputs/none.png", "uploads/", "control.json"):  # fmt: skip
        answer = requests.get(f"{studio.url}/files/{path}", timeout=5)
        assert answer.status_code == 404, path
        assert requests.put(f"{studio.url}/files/{path}", b"x", timeout=5).status_code != 200


def test_uploads_by_ticket_and_by_form(studio, ann):
    """Both ways and the old one lead to an address that a job takes; a ticket is good once."""
    data = encoded(picture()).data
    wish = {"filename": "a.png", "size": len(data), "content_type": "image/png"}
    ticket = ann.ask("POST", "media/uploads", json=wish).json()["data"]
    put = ticket["upload"]
    short = requests.put(put["url"], data[:-1], headers=put["headers"], timeout=5)
    assert short.status_code == 400
    assert requests.put(put["url"], data, headers=put["headers"], timeout=5).status_code == 200
    again = requests.put(put["url"], data, headers=put["headers"], timeout=5)
    assert again.status_code == 403
    urls = [ticket["download_url"]]
    for path, name in (("media/upload/binary", "download_url"), ("upload", "url")):
        files = {"file": ("a.png", data, "image/png")}
        urls.append(ann.ask("POST", path, files=files).json()["data"][name])
    for url in urls:
        assert requests.get(url, timeout=5).content == data
    # As a studio writes it whose public address has a path.
    urls.append(urls[0].replace(studio.url, "https://studio.example/under/a/path"))
    assert ann.ended(ann.submit(images=urls))["status"] == "completed"


def test_pictures_that_cannot_be_read_fail_the_job(studio, ann):
    """An upload that is not there, and one that is no picture, are the service's code 1402."""
    files = {"file": ("a.png", b"no picture", "image/png")}
    url = ann.ask("POST", "media/upload/binary", files=files).json()["data"]["download_url"]
    for images in ([url], [f"{studio.url}/files/uploads/{'0' * 32}.png"]):
        data = ann.ended(ann.submit(images=images))
        assert (data["status"], data["code"]) == ("failed", 1402)


def test_base64_output_and_sync_mode(studio, ann):
    """In sync mode the answer has the picture; one that takes too long says 5004 and goes on."""
    body = {**a_body(), "enable_sync_mode": True, "enable_base64_output": True}
    data = ann.ask("POST", MODEL, json=body).json()["data"]
    assert data["status"] == "completed" and len(data["outputs"][0]) > 100
    assert "://" not in data["outputs"][0]
    assert ann.data(data["id"])["outputs"] == data["outputs"]


def test_history_lists_pages_and_filters(studio):
    """Newest first; by model, state and time; pictures of the request only on demand."""
    cat = studio.key("cat")
    ids = [cat.submit(prompt=f"number {number}", seed=number + 1) for number in range(5)]
    for one in ids:
        cat.ended(one)

    def listed(**question):
        data = cat.ask("POST", "predictions", json=question).json()["data"]
        return [item["id"] for item in data["items"]]

    assert listed() == ids[::-1]
    assert listed(page=2, page_size=2) == [ids[2], ids[1]]
    assert listed(status="failed") == []
    assert listed(status="completed", model=MODEL, page_size=1) == ids[-1:]
    assert listed(created_before="2001-01-01T00:00:00Z") == []
    assert listed(created_after=time.time() - 60) == ids[::-1]
    item = cat.ask("POST", "predictions", json={"include_inputs": True}).json()["data"]["items"][0]
    assert (item["inputs"]["prompt"], item["inputs"]["seed"]) == ("number 4", 5)
    assert item["inputs"]["images"] == [""]
    assert "inputs" not in cat.ask("POST", "predictions", json={}).json()["data"]["items"][0]


def test_deleting_a_queued_job_and_a_running_one(studio):
    """A queued one is never begun, a running one is stopped, an ended one loses its files."""
    dan = studio.key("dan", at_once=1)
    done = dan.ended(dan.submit())["outputs"][0]
    studio.control(Control(seconds=(30, 30)))
    running = dan.submit()
    studio.wait_for(lambda: dan.data(running)["status"] == "processing")
    queued = dan.submit()
    ids = [running, queued, done.split("/outputs/")[1][:32]]
    assert dan.ask("POST", "predictions/delete", json={"ids": ids}).json()["data"]["deleted"] == 3
    assert dan.ask("DELETE", f"predictions/{queued}").json()["data"] == {"deleted": 0}
    assert requests.get(done, timeout=5).status_code == 404
    studio.control(Control())
    assert dan.ended(dan.submit(), 10)["status"] == "completed", "the worker is free again"
    assert dan.ask("POST", "predictions", json={}).json()["data"]["items"][1:] == []
    studio.wait_for(lambda: f'"event": "stopped", "job": "{running}"' in studio.logs())


def test_limits_of_a_key(studio):
    """One over the waiting limit is 429; over the running limit jobs wait, with workers free."""
    eve = studio.key("eve", at_once=1, queued=2)
    studio.control(Control(seconds=(0.5, 0.5)))
    first = eve.submit()
    studio.wait_for(lambda: eve.data(first)["status"] == "processing")
    others = [eve.submit() for _ in range(2)]
    pictures = studio.folder / "pictures" / "uploads"
    kept = sorted(pictures.iterdir())
    assert "limit of queued jobs" in refused(eve, 429)
    assert sorted(pictures.iterdir()) == kept, "what came with the refused job is not kept"
    assert [eve.data(one)["status"] for one in others] == ["created", "created"]
    assert studio.queue.counts() == (2, 1)
    for one in others:
        assert eve.ended(one, 15)["status"] == "completed"


def test_progress_is_told(studio, ann):
    """While a job runs its progress grows."""
    studio.control(Control(seconds=(1.0, 1.0)))
    job = ann.submit()
    seen = set()
    studio.wait_for(lambda: seen.add(ann.data(job)["progress"]) or ann.data(job)["progress"] == 1.0)
    assert len(seen) > 2 and max(seen) <= 1.0


def test_a_seed_that_was_not_given_is_drawn_once(studio, ann):
    """A job that is run again must give the same picture, so its seed is settled when accepted."""
    jobs = [studio.queue.get("ann", ann.submit(**one)) for one in ({}, {"seed": -1}, {"seed": 9})]
    seeds = [job.seed for job in jobs]
    assert seeds[2] == 9 and len(set(seeds)) == 3
    assert all(1 <= seed < 2**31 for seed in seeds)


def test_price_models_and_balance(ann):
    """Nothing costs anything; the models are those of the plugin's table; no balance is told."""
    models = ann.ask("GET", "models").json()["data"]
    assert models[0]["model_id"] == MODEL and len(models) == 2
    price = ann.ask("POST", "model/price", json={"model_id": MODEL, "inputs": {}}).json()["data"]
    assert (price["price"], price["discounted_price"], price["currency"]) == (0, 0, "USD")
    old = ann.ask("POST", "model/pricing", json={"model_id": MODEL}).json()["data"]
    assert old == {"unit_price": 0, "currency": "USD"}
    assert ann.ask("POST", "model/price", json={"model_id": "x"}).status_code == 404
    assert ann.ask("GET", "balance").json()["data"] == {"balance": None}


def test_health_and_metrics(studio, ann):
    """Without a key: workers, queued, running; totals and requests by route for Prometheus."""
    ann.ended(ann.submit())
    for path in ("/health", "/api/v3/x", "/nothing"):
        requests.request("INVENTED", studio.url + path, timeout=5)
    assert requests.get(f"{studio.url}/health", timeout=5).json() == {
        "status": "ok", "workers": 2, "queued": 0, "running": 0,
    }  # fmt: skip
    text = requests.get(f"{studio.url}/metrics", timeout=5).text
    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
    assert float(numbers["studio_completed_total"]) >= 1
    assert float(numbers["studio_workers"]) == 2
    assert float(numbers["studio_run_seconds_total"]) > 0
    submits = 'studio_requests_total{route="POST /api/v3/{model:path}",status="200"}'
    assert float(numbers[submits]) >= 1
    assert "ann" not in text
    assert "INVENTED" not in text, "else anybody could fill the memory with names"


def test_logs_hold_no_prompts_and_no_names_of_pictures(studio, ann):
    """Each line is JSON; what an artist wrote or sent is in none."""
    job = ann.ended(ann.submit(prompt="a secret dragon"))
    name = job["outputs"][0].rsplit("/", 1)[1]
    studio.wait_for(lambda: f'"completed", "job": "{job["id"]}"' in studio.logs())
    lines = [json.loads(line) for line in studio.logs().splitlines()]
    about = [line["event"] for line in lines if line.get("job") == job["id"]]
    assert sorted(about) == ["accepted", "begun", "completed"]
    assert "dragon" not in studio.logs() and name not in studio.logs()


def test_old_jobs_and_pictures_are_forgotten(studio, ann, tmp_path):
    """After the days of retention: the job, its result and the upload are gone, others stay."""
    import os

    from edit_studio.settings import Settings
    from edit_studio.store import Folder
    from edit_studio.sweeper import DAY, Sweeper

    old, new = ann.ended(ann.submit()), ann.ended(ann.submit())
    pictures = studio.folder / "pictures"
    before = time.time() - 9 * DAY
    stray = pictures / "uploads" / f"{'a' * 32}.png"
    stray.write_bytes(b"x")
    os.utime(stray, (before, before))
    studio.redis.zadd("studio:created", {old["id"]: before})
    sweeper = Sweeper(Settings(), studio.queue, Folder(pictures), None, None)
    sweeper.forget(time.time())
    assert ann.ask("GET", f"predictions/{old['id']}/result").status_code == 404
    assert requests.get(old["outputs"][0], timeout=5).status_code == 404
    assert not stray.exists()
    assert requests.get(ann.data(new["id"])["outputs"][0], timeout=5).status_code == 200
