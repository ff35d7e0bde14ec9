"""Layer Edit for Krita: registers the docker. Outside Krita an ordinary package without Qt.

Krita imports this at every start, shown or not, so it does as little as it can; everything else
is imported when the docker is first shown.
"""

import sys


def _make_content():  # type: ignore[no-untyped-def] # the types would have to be imported
    from .vendored import check_python  # noqa: PLC0415

    check_python()
    from .start import make_panel  # noqa: PLC0415

    return make_panel()


def _go_on():  # type: ignore[no-untyped-def]
    from .start import resume_unfinished  # noqa: PLC0415

    resume_unfinished()


if "pykrita" in sys.modules:
    from .canvas.host import register_docker

    register_docker(_make_content, _go_on)
