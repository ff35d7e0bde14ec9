"""The command line in a process that ends itself by SIGKILL at a chosen write to the journal.

LAYER_EDIT_KILL_AT=N: the N-th atomic write, counted from 1. LAYER_EDIT_KILL_WHEN=before|after:
before anything of it is on disk, or right after its rename.
"""

import os
import signal
import sys

from layer_edit import cli
from layer_edit.jobs import journal


def main() -> int:
    """Run the command line with the given arguments."""
    at, when = int(os.environ["LAYER_EDIT_KILL_AT"]), os.environ["LAYER_EDIT_KILL_WHEN"]
    write, count = journal.write_atomically, 0

    def deadly(path, data):
        nonlocal count
        count += 1
        if count == at and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        write(path, data)
        if count == at and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    journal.write_atomically = deadly
    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
