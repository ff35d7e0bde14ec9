"""Layer Edit for Krita: registers docker and actions. Outside Krita a package without Qt.

Krita imports this at every start, shown or not, so it does as little as it can; everything else
is imported when the docker is first shown or an action first used.
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


def _perform(action):  # type: ignore[no-untyped-def]
    from .vendored import check_python  # noqa: PLC0415

    check_python()
    from .start import perform  # noqa: PLC0415

    perform(action)


if "pykrita" in sys.modules:
    from .canvas.actions import register_actions
    from .canvas.host import register_docker

    register_docker(_make_content, _go_on)
    register_actions(_perform)
