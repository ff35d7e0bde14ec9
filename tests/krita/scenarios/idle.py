"""A Krita that nobody uses, for as long as a job takes: what the machine alone does to it."""

from drive_layer_edit.hands import Gaps

SECONDS = 10


def run(hands):
    """The document of the busy scenario, and nothing else."""
    yield from hands.new_document(2048, 2048)
    yield 2
    gaps = Gaps()
    gaps.mark("control")
    yield SECONDS
    gaps.stop()
    hands.report["gaps"] = gaps.table["control"].row()
