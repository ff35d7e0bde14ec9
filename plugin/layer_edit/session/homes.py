"""Jobs that were begun in a document without a file follow it to its file once it is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ..jobs.job import JobRecord


class Homes:
    """`records` gives all jobs; `keep` writes a changed one down and shows it."""

    def __init__(
        self, records: Callable[[], Iterable[JobRecord]], keep: Callable[[JobRecord], None]
    ) -> None:
        self._records = records
        self._keep = keep
        self._paths: dict[str, str] = {}

    def saw(self, document_id: str, path: str) -> None:
        """That document is in front, and its file is there; '' while it has none."""
        if not path or self._paths.get(document_id) == path:
            return
        self._paths[document_id] = path
        for record in list(self._records()):
            self.follow(record)

    def follow(self, record: JobRecord) -> None:
        """Write down where its document has gone; what is on its way is left to its end."""
        path = self._paths.get(record.document_id)
        if path and not record.document_path and not record.state.is_active:
            self._keep(replace(record, document_path=path))
