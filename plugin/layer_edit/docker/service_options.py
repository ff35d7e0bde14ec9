"""What is asked of WaveSpeed for an edit: size and format."""

from __future__ import annotations

from ..editing.geometry import Size
from ..editing.request import FORMATS
from ..settings import Settings
from ..texts import tr
from .settings_form import SettingsForm
from .widgets import combo


class ServiceOptions(SettingsForm):
    """Shown under 'More' in the docker and in the settings window: the same settings."""

    def __init__(self, settings: Settings, sizes: tuple[Size, ...]) -> None:
        super().__init__()
        by_size = {f"{size.width}*{size.height}": str(size) for size in sizes}
        self.add_choice(
            "size",
            tr("Size"),
            combo("layerEditSize", tr("Size"), {"": tr("By the picture's ratio"), **by_size}),
        )
        names = (tr("PNG, lossless"), tr("JPEG, small"), tr("WebP"))
        self.add_choice(
            "output_format",
            tr("Format"),
            combo("layerEditFormat", tr("Format"), dict(zip(FORMATS, names, strict=True))),
        )
        self.fill(settings)
