"""The root of every error that is shown to a user.

LayerEditError
├── InputError          the picture, the instruction or an option cannot be used   exit code 2
│   └── SettingError    one of the settings cannot be used
├── CancelledError         the user stopped the job                                   exit code 1
├── RefusedError        the backend will not do it                                 exit code 3
│   (backends/base.py refines it)
└── UnreachableError    the network, or the service behind it, failed              exit code 4
    (backends/base.py refines it)

Every message is one sentence or two for the user: what happened, whether it cost money or lost
anything, what to do next. `detail` is for those who open the details; it may be long and raw.
"""


class LayerEditError(Exception):
    """Base of all errors with a message for the user; `exit_code` is the command line's."""

    exit_code = 1

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class InputError(LayerEditError):
    """Something the user gave (picture, instruction, option) cannot be used as it is."""

    exit_code = 2


class SettingError(InputError):
    """One of the settings cannot be used; the message names it, `page` where it is set."""

    def __init__(self, message: str, detail: str = "", page: str = "network") -> None:
        super().__init__(message, detail)
        self.page = page


class CancelledError(LayerEditError):
    """The user stopped the job."""


class RefusedError(LayerEditError):
    """The backend understood the request and will not carry it out."""

    exit_code = 3


class UnreachableError(LayerEditError):
    """The network or the service behind it did not do its part."""

    exit_code = 4
