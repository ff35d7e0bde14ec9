"""Sets up, tries and tests the Layer Edit plugin. Standard library only."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - this is what tells users of older ones
    sys.exit(
        "The installer of Layer Edit needs Python 3.10 or newer: start it with another Python."
    )
