"""How one click is carried out: variants, steps, quality and seed, in one row where it fits."""

from __future__ import annotations

from collections.abc import Mapping

from ..editing.errors import InputError
from ..editing.request import SEED_RANGE
from ..editing.runs import MAX_VARIANTS, Run, jobs_of, plan_run
from ..qt import QtWidgets, Signal
from ..texts import tr
from .flow import FlowLayout
from .widgets import button, check_box, combo, spin_box

SPACING = 6


class RunOptions(QtWidgets.QWidget):
    """Signals: `changed()` when another number of edits would be made; `model_chosen(str)`;
    `seed_wanted()` when the seed of the selected result is to be taken."""

    changed = Signal()
    model_chosen = Signal(str)
    seed_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_offered = False
        self._build()
        layout = FlowLayout(self, SPACING)
        for part in (self._variants, self._model, self._steps, self._pinned, self._seed, self._of):
            layout.addWidget(part)
        self._variants.valueChanged.connect(lambda _number: self.changed.emit())
        self._steps.toggled.connect(lambda _is_on: self.changed.emit())
        self._pinned.toggled.connect(self._show_seed)
        self._of.clicked.connect(self.seed_wanted)
        self._model.currentIndexChanged.connect(self._choose_model)
        self._show_seed()

    @property
    def variants(self) -> int:
        """How many results of each edit are wanted."""
        return self._variants.value()

    @property
    def steps(self) -> bool:
        """Whether each line is an instruction of its own."""
        return self._steps.isChecked()

    @property
    def seed(self) -> int | None:
        """The pinned seed, None for a random one."""
        return self._seed.value() if self._pinned.isChecked() else None

    def take_seed(self, seed: int) -> None:
        """Pin a seed, such as that of a result."""
        self._seed.setValue(seed)
        self._pinned.setChecked(True)

    def use_steps(self, is_on: bool) -> None:
        """Turn the steps switch."""
        self._steps.setChecked(is_on)

    def offer_seed(self, is_there: bool) -> None:
        """Whether a result is selected whose seed could be taken."""
        self._is_offered = is_there
        self._show_seed()

    def show_models(self, titles: Mapping[str, str], chosen: str) -> None:
        """Offer a backend's models by key; none hides the choice. Nothing is emitted."""
        is_blocked = self._model.blockSignals(True)
        if [self._model.itemData(row) for row in range(self._model.count())] != list(titles):
            self._model.clear()
            for key, title in titles.items():
                self._model.addItem(tr(title), key)
        self._model.setCurrentIndex(max(0, self._model.findData(chosen)))
        self._model.blockSignals(is_blocked)
        self._model.setVisible(bool(titles))

    def tasks(self, text: str, layers: int) -> int:
        """How many edits of each layer a click would make; 1 for what cannot be carried out."""
        try:
            return jobs_of(plan_run(Run(text, SEED_RANGE.start, self.variants, self.steps), layers))
        except InputError:
            return 1

    def _build(self) -> None:
        self._variants = spin_box("layerEditVariants", tr("Variants"), (1, MAX_VARIANTS))
        self._variants.setPrefix("× ")
        self._variants.setToolTip(
            tr("Variants: how many results of each edit, each with a seed of its own.")
        )
        self._model = combo("layerEditModel", tr("Quality"), {})
        self._model.setToolTip(tr("Quality: a draft is quicker and cheaper."))
        self._model.setMinimumContentsLength(4)
        self._steps = check_box(
            "layerEditSteps",
            tr("Steps"),
            tr(
                "Each line is an edit of its own that works on the result of the line before; "
                "each becomes a layer."
            ),
        )
        self._pinned = check_box(
            "layerEditPinSeed",
            tr("Seed"),
            tr("Tick to use the same seed for every edit; else it is random."),
        )
        self._seed = spin_box("layerEditSeed", tr("Seed"), (SEED_RANGE.start, SEED_RANGE.stop - 1))
        self._of = button("layerEditTakeSeed", tr("From result"))
        self._of.setToolTip(tr("Take the seed of the selected result."))

    def _show_seed(self) -> None:
        is_pinned = self._pinned.isChecked()
        self._seed.setVisible(is_pinned)
        self._of.setVisible(is_pinned and self._is_offered)

    def _choose_model(self) -> None:
        self.model_chosen.emit(self._model.currentData())
