"""Jobs on disk."""

import json
import os
from dataclasses import replace

import pytest

from layer_edit.backends.base import Prediction, PredictionState
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.placement import place
from layer_edit.editing.plan import Wish
from layer_edit.jobs.job import JobRecord, JobState, from_json, to_json
from layer_edit.jobs.journal import BusyJobError, Journal, JournalError, write_atomically

TARGET = Rect(-3, 5, 40, 30)


def a_record() -> JobRecord:
    """A record with every field set."""
    wish = Wish("make it ‘warm’", "wavespeed", 7, Size(2048, 2048), "webp", "draft")
    return replace(
        JobRecord.new(wish, "Lay \U0001f338", TARGET, "doc"),
        state=JobState.RUNNING,
        placement=place(TARGET, Size(64, 64)),
        price=0.04,
        sent_at=12.5,
        prediction=Prediction("p1", PredictionState.COMPLETED, (), "", ("a note",), 0.02, 7.5),
        message="m",
        detail="d",
    )


def test_a_record_survives_json_whole():
    """Every field comes back from its JSON form."""
    record = a_record()
    assert from_json(json.loads(json.dumps(to_json(record)))) == record


def test_a_fresh_record_survives_json_too():
    """The fields that are still empty come back empty."""
    record = JobRecord.new(Wish("x", "offline"), "Layer", TARGET)
    assert from_json(json.loads(json.dumps(to_json(record)))) == record


def test_ids_sort_by_time():
    """The journal's order is the order of creation, to the second."""
    early = JobRecord.new(Wish("x", "b"), "L", TARGET)
    assert early.id[:15] <= JobRecord.new(Wish("x", "b"), "L", TARGET).id[:15]
    assert early.id != JobRecord.new(Wish("x", "b"), "L", TARGET).id


def test_records_come_back_and_bad_ones_are_left_alone(tmp_path, caplog):
    """A damaged or newer job neither hides the others nor is changed."""
    journal = Journal(tmp_path)
    record = a_record()
    journal.folder(record.id).save(record)
    for name, text in (
        ("bad", "{"),
        ("newer", '{"version": 99}'),
        ("deep", "[" * 100_000),
        ("part", '{"version": 1}'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "job.json").write_text(text)
    (tmp_path / "stray-file").write_text("")
    assert journal.records() == [record]
    assert (tmp_path / "newer" / "job.json").read_text() == '{"version": 99}'
    assert len(caplog.records) == 4


def test_no_journal_yet_means_no_records(tmp_path):
    """The first start finds nothing and makes nothing."""
    assert Journal(tmp_path / "none").records() == []
    assert not (tmp_path / "none").exists()


def test_pruning_takes_old_and_surplus_jobs_but_never_open_ones(tmp_path):
    """A result that was not seen stays, however old; of the others the oldest go first."""
    journal = Journal(tmp_path)
    for index, state in enumerate([JobState.READY, JobState.PLACED, JobState.FAILED] * 2):
        record = replace(a_record(), id=f"2026010{index}-000000-x", state=state)
        journal.folder(record.id).save(record)
        journal.folder(record.id).write("result.bin", bytes(1000))
        if index < 3:
            os.utime(journal.folder(record.id).path / "job.json", (1, 1))
    assert journal.prune(days=30) == 2
    states = [record.state.value for record in journal.records()]
    assert states == ["ready", "ready", "placed", "failed"]
    assert journal.prune(days=30, size=0) == 2
    assert [record.state.value for record in journal.records()] == ["ready", "ready"]
    assert [record.id for record in journal.open_records()] == [
        record.id for record in journal.records()
    ]


def test_pruning_leaves_a_job_alone_that_is_being_prepared(tmp_path):
    """Its pixels are on disk before its record is; without them its result could not be placed."""
    journal = Journal(tmp_path)
    folder = journal.folder("new")
    with folder.locked():
        folder.write("source.png", bytes(10))
        assert journal.prune(days=0, size=0) == 0
        assert folder.read("source.png") == bytes(10)
    assert journal.prune(days=0, size=0) == 1


def test_what_was_killed_before_its_record_was_written_goes_with_age(tmp_path):
    """A folder with the mark of an open job and no record is nobody's."""
    journal = Journal(tmp_path)
    folder = journal.folder("killed")
    folder.write("open", b"")
    assert journal.prune() == 0
    os.utime(folder.path, (1, 1))
    assert journal.prune() == 1


def test_pruning_goes_on_where_another_process_has_pruned(tmp_path, monkeypatch):
    """Folders that vanish between two looks are no error: a resume would end with it."""
    journal = Journal(tmp_path)
    for name in ("1", "2"):
        journal.folder(name).save(replace(a_record(), id=name, state=JobState.FAILED))
    listed = Journal._folders

    def as_the_other_prunes(self):
        found = listed(self)
        journal.folder("1").remove()
        return found

    monkeypatch.setattr(Journal, "_folders", as_the_other_prunes)
    assert journal.prune(days=0) == 1


def test_a_job_is_locked_once(tmp_path):
    """A second hold on the same job is refused, and possible again after the first ended."""
    folder = Journal(tmp_path).folder("j")
    with folder.locked(), pytest.raises(BusyJobError), folder.locked():
        pass
    with folder.locked():
        pass


def test_too_little_room_is_said_before_anything_is_sent(tmp_path):
    """More than the disk has cannot be reserved."""
    with pytest.raises(JournalError, match="nothing was sent"):
        Journal(tmp_path).folder("j").reserve(2**60)


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    """Whatever happens before the rename, the old content stays."""
    file = tmp_path / "f"
    write_atomically(file, b"old")
    monkeypatch.setattr("os.fsync", _no_space)
    with pytest.raises(OSError, match="No space"):
        write_atomically(file, b"new")
    assert file.read_bytes() == b"old"


def test_a_full_disk_gets_a_sentence(tmp_path, monkeypatch):
    """The sentence names the folder and the reason."""
    monkeypatch.setattr("os.fsync", _no_space)
    with pytest.raises(JournalError, match="No space left"):
        Journal(tmp_path).folder("j").write("f", b"x")


def test_a_folder_without_locks_gets_a_sentence(tmp_path, monkeypatch):
    """As some network drives are: the sentence says what to do, and nothing was begun."""

    def no_locks(_file):
        raise OSError(37, "No locks available")

    monkeypatch.setattr("layer_edit.jobs.journal.lock_file", no_locks)
    said = r"No locks available.*another data folder"
    with pytest.raises(JournalError, match=said), Journal(tmp_path).folder("j").locked():
        pass


def _no_space(_descriptor):
    raise OSError(28, "No space left on device")
