"""Which backend edits, its address or key, and under 'More' what an edit is made with."""

from __future__ import annotations

from ..assembly import TITLES, service_sizes
from ..canvas.host import icon
from ..keys import KeyState
from ..qt import QtWidgets, Signal
from ..session.key_desk import KeyNews
from ..session.session import Session
from ..settings import Settings
from ..texts import tr
from .edit_options import EditOptions
from .key_row import KeyRow
from .own_gpu_options import OwnGpuOptions
from .service_options import ServiceOptions
from .settings_form import align
from .widgets import combo, small_button

SERVICE, IMAGES = "wavespeed", "openai-images"


class BackendOptions(QtWidgets.QWidget):
    """Signals: `settings_wanted()`, the window of settings; `test_wanted()`, of the chosen server;
    `failed(LayerEditError)`.
    """

    settings_wanted = Signal()
    test_wanted = Signal()
    failed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._keys = session.key_desk
        self._entered: set[str] = set()
        self._is_key_wanted = False
        settings = session.settings
        titles = {key: tr(title) for key, title in TITLES.items()}
        self._backend = combo("layerEditBackend", tr("Backend"), titles)
        self._key_row = KeyRow()
        self._more = QtWidgets.QToolButton()
        self._more.setObjectName("layerEditMore")
        self._more.setText(tr("More"))
        self._more.setAccessibleName(tr("More"))
        self._more.setCheckable(True)
        self._settings = small_button("layerEditSettings", "⚙", tr("Settings"), icon("configure"))
        self._edit_options = EditOptions(settings)
        self._own_gpu = OwnGpuOptions()
        self._service_options = ServiceOptions(settings, service_sizes())
        self._arrange()
        self._connect()

    def show_settings(self, settings: Settings) -> None:
        """Settings may have been changed here, in the window of settings or in another panel."""
        blocked = self._backend.blockSignals(True)
        self._backend.setCurrentIndex(max(0, self._backend.findData(settings.backend)))
        self._backend.blockSignals(blocked)
        is_service, is_more = settings.backend == SERVICE, self._more.isChecked()
        self._edit_options.fill(settings)
        self._service_options.fill(settings)
        self._edit_options.setVisible(is_more)
        self._own_gpu.show_for(settings, is_more)
        self._service_options.setVisible(is_service and is_more)
        if is_more:
            # Only now do they have the docker's font.
            align(self._edit_options, self._service_options)
        self._show_key_row()

    def start_key(self) -> bool:
        """Put the cursor into the row for a key; False where there is one already."""
        self._is_key_wanted = True
        self._show_key_row()
        if self._key_row.isVisible():
            self._key_row.start()
            return True
        self._is_key_wanted = False
        return False

    def _arrange(self) -> None:
        row = QtWidgets.QHBoxLayout()
        row.addWidget(self._backend, 1)
        row.addWidget(self._more)
        row.addWidget(self._settings)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        for part in (self._key_row, self._own_gpu, self._edit_options, self._service_options):
            layout.addWidget(part)

    def _connect(self) -> None:
        change = self._session.change
        self._backend.currentIndexChanged.connect(
            lambda: change({"backend": self._backend.currentData()})
        )
        self._more.toggled.connect(lambda: self.show_settings(self._session.settings))
        self._settings.clicked.connect(lambda _checked: self.settings_wanted.emit())
        self._edit_options.changed.connect(change)
        self._service_options.changed.connect(change)
        self._own_gpu.changed.connect(change)
        self._own_gpu.test.connect(self.test_wanted)
        self._own_gpu.key_entered.connect(lambda key: self._keep_key(key, IMAGES))
        self._key_row.entered.connect(lambda key: self._keep_key(key, SERVICE))
        self._keys.changed.connect(self._show_key_row)
        self._keys.told.connect(self._kept)

    def _show_key_row(self, *_: object) -> None:
        """Where a key is missing. While the keyring has not answered, only who wants to enter one
        sees it."""
        is_missing = False
        if self._session.settings.backend == SERVICE:
            state = self._keys.state(SERVICE)
            is_missing = state is KeyState.NONE or (
                state is KeyState.UNKNOWN and self._is_key_wanted
            )
            self._is_key_wanted = self._is_key_wanted and state is KeyState.UNKNOWN
        self._key_row.setVisible(is_missing)

    def _keep_key(self, key: str, backend: str) -> None:
        self._entered.add(backend)
        self._session.set_key(backend, key)

    def _kept(self, news: KeyNews) -> None:
        """Only what was entered here fails here."""
        if news.backend in self._entered:
            self._entered.discard(news.backend)
            if news.error is not None:
                self.failed.emit(news.error)
