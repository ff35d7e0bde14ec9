"""The offline backend: honest adjustments in process, for an install without a key."""

from .backend import OfflineBackend
from .vocabulary import Capability, capabilities

__all__ = ["Capability", "OfflineBackend", "capabilities"]
