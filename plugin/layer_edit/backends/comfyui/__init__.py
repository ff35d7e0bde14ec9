"""ComfyUI on a machine of one's own. `ComfyUIBackend` is the way in."""

from .backend import ComfyUIBackend
from .graph import Graph
from .options import DEFAULT_BASE, ComfyUIOptions

__all__ = ["DEFAULT_BASE", "ComfyUIBackend", "ComfyUIOptions", "Graph"]
