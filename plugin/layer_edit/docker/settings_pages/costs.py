"""Costs: what an edit costs, what is left, what was spent, and where to stop."""

from __future__ import annotations

from ...assembly import service_prices
from ...qt import QtWidgets
from ...session.session import Session
from ...texts import N_, tr
from ..settings_form import SettingsForm
from ..widgets import button

_MODELS = {"full": N_("Full quality"), "draft": N_("Draft")}


class CostsPage(SettingsForm):
    """Prices from the plugin's table; the Edit button shows what the service asks."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.form.setContentsMargins(9, 9, 9, 9)
        for model, price in service_prices().items():
            title = tr(_MODELS[model]) if model in _MODELS else model
            words = tr("${price} an edit", price=f"{price:.2f}")
            self.form.addRow(QtWidgets.QLabel(title), QtWidgets.QLabel(words))
        self._balance, self._spent = QtWidgets.QLabel(), QtWidgets.QLabel()
        self._balance.setObjectName("layerEditBalance")
        self._spent.setObjectName("layerEditSpent")
        self._balance.setWordWrap(True)
        self.form.addRow(tr("Balance"), self._balance)
        self.form.addRow(tr("This session"), self._spent)
        refresh = button("layerEditAskBalance", tr("Ask for the balance"))
        refresh.clicked.connect(lambda: session.desk.test("wavespeed"))
        self.form.addRow("", refresh)
        budget = QtWidgets.QDoubleSpinBox()
        budget.setObjectName("layerEditBudget")
        budget.setAccessibleName(tr("Budget"))
        budget.setRange(0, 10_000)
        budget.setPrefix("$")
        budget.setSpecialValueText(tr("no limit"))
        self.add_number(
            "budget", tr("Budget"), budget, tr("Beyond this a session asks before each edit.")
        )
        self.add_words(
            "layerEditBudgetNote",
            tr("The offline adjustments cost nothing. Failed edits are refunded by the service."),
        )
        self.changed.connect(session.change)
        session.desk.changed.connect(self._show)
        session.updated.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        account = self._session.desk.account
        if account.balance is not None:
            self._balance.setText(f"${account.balance:,.2f}")
        else:
            self._balance.setText(account.tested or account.message or tr("not asked yet"))
        self._spent.setText(f"${self._session.ledger.session:.2f}")
