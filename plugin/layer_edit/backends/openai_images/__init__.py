"""Servers that speak OpenAI's images API. `OpenAIImagesBackend` is the way in."""

from .backend import OpenAIImagesBackend
from .options import DEFAULT_BASE, OPTIONAL, OpenAIImagesOptions, left_out

__all__ = [
    "DEFAULT_BASE",
    "OPTIONAL",
    "OpenAIImagesBackend",
    "OpenAIImagesOptions",
    "left_out",
]
