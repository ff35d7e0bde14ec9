"""Jobs that were begun in a document without a file follow it to its file once it is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ..jobs.job import JobRecord


class Homes:
    """`records` gives all jobs; `keep` remembers a changed one and writes it down."""

    def __init__(
        self, records: Callable[[], Iterable[JobRecord]], keep: Callable[[JobRecord], None]
    ) -> None:
        self._records = records
        self._keep = keep
        self._paths: dict[str, str] = {}

    def saw(self, document_id: str, path: str) -> bool:
        """That document is in front, and its file is there; '' while it has none.

        True when jobs have followed it.
        """
        if not path or self._paths.get(document_id) == path:
            return False
        self._paths[document_id] = path
        followed = [self.follow(record) for record in list(self._records())]
        return any(followed)

    def follow(self, record: JobRecord) -> bool:
        """Write down where its document has gone; what is on its way is left to its end.

        True when there was something to write.
        """
        path = self._paths.get(record.document_id)
        if not path or record.document_path or record.state.is_active:
            return False
        self._keep(replace(record, document_path=path))
        return True
