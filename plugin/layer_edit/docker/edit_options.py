"""Options of an edit that all backends know: background, context, the mask of a selection."""

from __future__ import annotations

from ..editing.background import KINDS
from ..editing.protect import MODES
from ..settings import Settings
from ..texts import N_, tr
from .settings_form import SettingsForm
from .widgets import combo, spin_box

_TITLES = {
    "auto": N_("What lies below"),
    "white": N_("White"),
    "black": N_("Black"),
    "grey": N_("Grey"),
}

_PROTECT = {
    "off": N_("No: show the whole result"),
    "soft": N_("Yes, soft edges"),
    "strict": N_("Yes, strict"),
}


class EditOptions(SettingsForm):
    """Shown under 'More' in the docker and in the settings window: the same settings."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        protect, background = tr("Only what changed"), tr("Background")
        self.add_choice(
            "protect",
            protect,
            combo("layerEditProtect", protect, {one: tr(_PROTECT[one]) for one in MODES}),
            tr(
                "An AI model redraws the whole picture. A transparency mask, which you can paint "
                "on, shows only what the instruction changed."
            ),
        )
        self.add_choice(
            "background",
            background,
            combo("layerEditBackground", background, {one: tr(_TITLES[one]) for one in KINDS}),
            tr("What an AI model sees where the layer is transparent."),
        )
        self.add_number(
            "context",
            tr("Context"),
            spin_box("layerEditContext", tr("Context"), (0, 200), " %"),
            tr("Picture sent around a selection, in percent of its longer side."),
        )
        self.add_number(
            "grow",
            tr("Grow mask"),
            spin_box("layerEditGrow", tr("Grow mask"), (-200, 200), " px"),
            tr("Makes the mask larger than the selection; smaller if negative."),
        )
        self.add_number(
            "feather",
            tr("Feather mask"),
            spin_box("layerEditFeather", tr("Feather mask"), (0, 200), " px"),
            tr("Makes the edge of the mask soft."),
        )
        self.fill(settings)
