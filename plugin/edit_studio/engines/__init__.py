"""What edits a picture in the end. An engine is chosen by name, and loaded by a worker alone."""

from .base import Edited, Engine, EngineStartError, FailedError
from .table import ENGINES, make_engine, served_models

__all__ = [
    "ENGINES",
    "Edited",
    "Engine",
    "EngineStartError",
    "FailedError",
    "make_engine",
    "served_models",
]
