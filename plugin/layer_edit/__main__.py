"""`python3 -m layer_edit`: the command line."""

import sys

LIBRARIES = {"PIL": "Pillow", "requests": "requests"}
"""What Krita's package carries and another Python need not have, with its name for pip."""

try:
    from .cli import main

    sys.exit(main())
except ModuleNotFoundError as error:
    if error.name not in LIBRARIES:
        raise
    print(
        f"Layer Edit needs {LIBRARIES[error.name]}, which this Python does not have: run "
        f"'{sys.executable} -m pip install {' '.join(LIBRARIES.values())}', then this command "
        "again.",
        file=sys.stderr,
    )
    sys.exit(2)
