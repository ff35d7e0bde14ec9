"""`python3 -m layer_edit`: the command line."""

import sys

from .cli import main

sys.exit(main())
