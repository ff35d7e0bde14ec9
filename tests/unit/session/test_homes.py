"""Where jobs of a document without a file belong: apart from each other's, and to the file then."""

from dataclasses import replace

import pytest

from layer_edit.editing.geometry import Rect
from layer_edit.editing.plan import Wish
from layer_edit.jobs.job import JobRecord, JobState, from_json, to_json
from layer_edit.money import Ledger
from layer_edit.session.homes import Homes


def job(document_id, path="", state=JobState.PLACED):
    """A job of a document that is called as all new ones are."""
    record = JobRecord.new(Wish("invert", "wavespeed", 1), "layer", Rect(0, 0, 8, 8), "Unnamed")
    return replace(
        record, document_id=document_id, document_path=path, state=state, price=0.04, sent_at=1.0
    )


class Jobs:
    """All jobs, and those that were written."""

    def __init__(self, *records):
        self.known = {record.id: record for record in records}
        self.written = []
        self.homes = Homes(self.all, self.keep)

    def all(self):
        return self.known.values()

    def keep(self, record):
        self.written.append(record)
        self.known[record.id] = record

    def saw(self, document_id, path):
        return self.homes.saw(document_id, path)


def test_two_new_documents_are_counted_apart():
    """Both are called 'Unnamed'; each has what was spent on it."""
    ledger = Ledger()
    first, second, third = job("{1}"), job("{1}"), job("{2}")
    for record in (first, second, third):
        ledger.hear(record)
    assert ledger.document(first.document_key) == pytest.approx(0.08)
    assert ledger.document(third.document_key) == pytest.approx(0.04)
    assert ledger.document("{3}") == 0


def test_jobs_follow_their_document_to_its_file():
    """Once each; those of other documents and those on their way stay as they are."""
    ended, other, running = job("{1}"), job("{2}"), job("{1}", state=JobState.RUNNING)
    jobs = Jobs(ended, other, running)
    assert not jobs.saw("{1}", "")
    assert jobs.written == []
    assert jobs.saw("{1}", "/a.kra")
    assert not jobs.saw("{1}", "/a.kra")
    assert [(one.id, one.document_path) for one in jobs.written] == [(ended.id, "/a.kra")]
    jobs.homes.follow(replace(running, state=JobState.FAILED))
    assert jobs.known[running.id].document_path == "/a.kra"


def test_a_job_that_has_a_file_stays_with_it():
    """Its document was saved under another name since."""
    jobs = Jobs(job("{1}", "/a.kra"))
    jobs.saw("{1}", "/b.kra")
    assert jobs.written == []


def test_the_id_is_kept_with_the_job_and_older_jobs_have_none():
    """They are told apart by the name, as before."""
    record = job("{1}")
    data = to_json(record)
    assert from_json(data).document_id == "{1}"
    del data["document_id"]
    assert from_json(data).document_key == "Unnamed"
