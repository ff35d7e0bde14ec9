"""The stores: a folder, and S3 as a small S3 of its own speaks it."""

from __future__ import annotations

import os
import threading
import time

import pytest
import requests

from edit_studio.settings import Settings, SettingsError
from edit_studio.store import S3, Folder, StoreError, new_name, open_store
from tests.contract.wavespeed_kit import opened
from tests.studio.kit import running, why_not


@pytest.fixture(scope="module")
def s3_endpoint():
    """The address of an S3 in this process."""
    server = pytest.importorskip("moto.server", reason="moto is the S3 of these tests")
    pytest.importorskip("boto3")
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path, monkeypatch):
    if request.param == "folder":
        return Folder(tmp_path)
    endpoint = request.getfixturevalue("s3_endpoint")
    for name, value in (("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"),
                        ("AWS_DEFAULT_REGION", "us-east-1")):  # fmt: skip
        monkeypatch.setenv(name, value)
    import boto3

    bucket = f"bucket-{time.time_ns()}"
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
    return open_store(Settings(store=f"s3://{bucket}/studio", s3_endpoint=endpoint))


def test_bytes_by_name(store):
    """Kept, read, replaced, forgotten; what is not there is None and can be forgotten."""
    name = new_name("outputs", "png", "job")
    assert store.get(name) is None
    store.put(name, b"one")
    store.put(name, b"two" * 1000)
    assert store.get(name) == b"two" * 1000
    store.delete(name)
    store.delete(name)
    assert store.get(name) is None


def test_what_is_old_is_listed(store):
    """By age, across both folders."""
    names = {new_name("uploads", "bin"), new_name("outputs", "webp", "x")}
    for name in names:
        store.put(name, b"x")
    assert set(store.older_than(-60)) == names
    assert set(store.older_than(3600)) == set()


@pytest.mark.parametrize("name", ["../x.png", "uploads/../../x.png", "/etc/passwd", "uploads/a.py",
                                  "uploads/a b.png", "outputs/.hidden", ""])  # fmt: skip
def test_no_other_name_is_touched(store, name):
    """A name of another form is a mistake of the program, never a file."""
    for use in (lambda: store.get(name), lambda: store.put(name, b"x")):
        with pytest.raises(ValueError, match="no name in the store"):
            use()


def test_a_storage_that_fails_says_so(store, tmp_path):
    """The one error that callers wait for."""
    if isinstance(store, Folder):
        (tmp_path / "file").write_bytes(b"")
        broken = Folder(tmp_path / "file")
    else:
        broken = S3("no-such-bucket", "", "http://127.0.0.1:1")
    with pytest.raises(StoreError):
        broken.put(new_name("uploads", "png"), b"x")


def test_a_reader_sees_all_or_nothing(tmp_path):
    """While a file is written again and again, every read is one whole version."""
    store, name = Folder(tmp_path), new_name("outputs", "png", "x")
    versions = [bytes([n]) * 200_000 for n in range(4)]
    store.put(name, versions[0])
    stop = threading.Event()

    def write():
        for n in range(60):
            store.put(name, versions[n % 4])
        stop.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = set()
    while not stop.is_set():
        data = store.get(name)
        assert data in versions
        seen.add(data[0])
    thread.join()
    assert [file.name for file in (tmp_path / "outputs").iterdir()] == [name.split("/")[1]]


def test_what_a_crash_left_half_written_goes(tmp_path):
    """Temporary files are never a result, and are removed when they are old."""
    half = tmp_path / "outputs" / ".half"
    half.parent.mkdir()
    half.write_bytes(b"x")
    assert list(Folder(tmp_path).older_than(60)) == [] and half.exists()
    os.utime(half, (1, 1))
    assert list(Folder(tmp_path).older_than(60)) == [] and not half.exists()


def test_s3_needs_a_bucket():
    """A setting without one is refused in a sentence."""
    with pytest.raises(SettingsError, match="names no bucket"):
        open_store(Settings(store="s3:///prefix"))


@pytest.mark.skipif(bool(why_not()), reason=f"no studio can run here: {why_not()}")
def test_a_studio_on_s3(s3_endpoint, tmp_path, monkeypatch):
    """Front and worker share nothing but Redis and the bucket; the picture comes through."""
    import boto3

    access = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in {**access, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3", endpoint_url=s3_endpoint).create_bucket(Bucket="shared")
    where = {"STUDIO_STORE": "s3://shared/studio", "STUDIO_S3_ENDPOINT": s3_endpoint}
    with running(tmp_path, **where) as studio:
        client = studio.key("ann")
        data = client.ended(client.submit())
        picture = requests.get(data["outputs"][0], timeout=5).content
        assert opened(picture).size == (32, 32)
    listed = boto3.client("s3", endpoint_url=s3_endpoint).list_objects_v2(Bucket="shared")
    names = [entry["Key"] for entry in listed["Contents"]]
    assert sorted(name.split("/")[1] for name in names) == ["outputs", "uploads"]
    assert not (tmp_path / "pictures").exists()
