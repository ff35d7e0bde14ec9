"""A double of ComfyUI: real HTTP and a real WebSocket, nodes checked as the real one checks."""

from .nodes import CHECKPOINT, NODES
from .server import ComfyUIDouble

__all__ = ["CHECKPOINT", "NODES", "ComfyUIDouble"]
