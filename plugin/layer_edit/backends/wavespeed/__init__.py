"""WaveSpeed: its HiDream-O1 edit models over REST. `WaveSpeedBackend` is the way in."""

from ..net.exchange import Timeouts
from .backend import WaveSpeedBackend
from .models import EditModel, ModelTable
from .options import WaveSpeedOptions
from .upload_store import FileUploads, MemoryUploads, UploadStore

__all__ = [
    "EditModel",
    "FileUploads",
    "MemoryUploads",
    "ModelTable",
    "Timeouts",
    "UploadStore",
    "WaveSpeedBackend",
    "WaveSpeedOptions",
]
