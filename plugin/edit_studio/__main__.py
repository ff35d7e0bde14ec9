"""`python3 -m edit_studio`."""

import sys

from .cli import main

sys.exit(main())
