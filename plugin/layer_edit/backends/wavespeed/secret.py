"""The service's key: without one nothing can be asked for."""

from __future__ import annotations

from ...texts import tr
from ..base import MissingKeyError
from ..net.secret import Secret


class WaveSpeedKey(Secret):
    """An API key of WaveSpeed."""

    def require(self) -> None:
        """Raise MissingKeyError, saying how to set one, when there is no key or no possible one."""
        if not self:
            raise MissingKeyError(
                tr(
                    "No WaveSpeed key is set, so nothing was sent: enter one in the docker's "
                    "settings or in the environment variable WAVESPEED_API_KEY, or choose the "
                    "offline backend."
                )
            )
        if not self.is_possible:
            raise MissingKeyError(
                tr(
                    "The WaveSpeed key holds spaces or characters no key has, so nothing was "
                    "sent: copy it again from wavespeed.ai into the docker's settings or "
                    "WAVESPEED_API_KEY."
                )
            )
