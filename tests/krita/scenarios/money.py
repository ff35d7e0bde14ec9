"""Key, price, balance and budget through the docker's own widgets."""

import os

from layer_edit.qt import Qt


def run(hands):
    """Enter a wrong key, the right one, spend up to the budget, go beyond it on purpose."""
    document = yield from hands.new_document(400, 300)
    yield from hands.docker()
    yield from hands.choose("layerEditBackend", "wavespeed")
    status = lambda: hands.text("layerEditStatus")  # noqa: E731
    money = lambda: hands.text("layerEditMoney")  # noqa: E731
    said = hands.report["said"] = {}

    hands.type("layerEditKey", "wrong-key-wrong-key")
    hands.press("layerEditKey", Qt.Key.Key_Return)
    yield from hands.open_page("backends")
    state = lambda: hands.text("layerEditKeyState")  # noqa: E731
    hands.click("layerEditTestKey")
    yield from hands.until(lambda: "accept" in state(), 20, "wrong key")
    said["wrong key"] = state()
    hands.click("layerEditForgetKey")
    yield from hands.until(lambda: "No key" in state(), 5, "no key")
    said["row without a key"] = hands.docker_widget("layerEditKey").isVisible()
    yield from hands.close_settings()
    hands.type("layerEditKey", os.environ["DOUBLE_KEY"])
    hands.click("layerEditKeepKey")
    said["field after"] = hands.text("layerEditKey")
    yield from hands.open_page("backends")
    hands.click("layerEditTestKey")
    yield from hands.until(lambda: "balance" in status(), 20, "right key")
    said["right key"] = state()
    said["key row"] = hands.docker_widget("layerEditKey").isVisible()
    yield from hands.close_settings()
    yield from hands.until(lambda: "$0.04" in hands.text("layerEditSubmit"), 10, "price")
    said["button"] = hands.text("layerEditSubmit")
    said["before"] = money()
    hands.click("layerEditMore")
    yield 0.3
    yield from hands.screenshot("more.png")
    yield from hands.choose("layerEditModel", "draft")
    yield from hands.until(lambda: "$0.02" in hands.text("layerEditSubmit"), 10, "draft's price")
    yield from hands.choose("layerEditModel", "full")
    yield from hands.until(lambda: "$0.04" in hands.text("layerEditSubmit"), 10, "full price")
    hands.click("layerEditMore")

    yield from hands.open_page("costs")
    budget = hands.widget("layerEditBudget")
    budget.setFocus()
    budget.selectAll()
    hands.keys("layerEditBudget", "0.05")
    hands.press("layerEditBudget", Qt.Key.Key_Tab)
    yield from hands.close_settings()
    hands.type("layerEditInstruction", "first")
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: status().startswith("Done"), 40, "first done")
    yield from hands.until(lambda: "$9.96 · session $0.04" in money(), 10, "spent")
    said["after one"] = money()
    hands.type("layerEditInstruction", "second")
    hands.click("layerEditSubmit")
    yield 0.3
    said["budget"] = hands.text("layerEditError")
    said["layers before"] = len(document.rootNode().childNodes())
    yield from hands.screenshot("budget.png")
    hands.click("layerEditAnyway")
    yield from hands.until(lambda: len(document.rootNode().childNodes()) == 3, 40, "second layer")
    yield from hands.until(lambda: "$9.92 · session $0.08" in money(), 10, "spent twice")
    said["after two"] = money()
    yield from hands.screenshot("spent.png")
