"""Tables as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def show(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print aligned columns; floats with one decimal."""
    cells = [[_text(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        first, *others = zip(row, widths, strict=True)
        line = first[0].ljust(first[1])
        print("  ".join([line, *(text.rjust(width) for text, width in others)]))


def middle(values: Sequence[float]) -> float:
    """The median, rounded to 0.1."""
    return round(median(values), 1)


def _text(cell: object) -> str:
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)
