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

    hands.click("layerEditMore")
    yield 0.3
    yield from hands.screenshot("more.png")
    hands.type("layerEditKey", "wrong-key-wrong-key")
    hands.press("layerEditKey", Qt.Key.Key_Return)
    hands.click("layerEditTestKey")
    yield from hands.until(lambda: "key" in status() and "Testing" not in status(), 20, "wrong key")
    said["wrong key"] = status()
    hands.click("layerEditForgetKey")
    yield from hands.until(lambda: hands.widget("layerEditKey").isVisible(), 5, "field is back")
    hands.type("layerEditKey", os.environ["DOUBLE_KEY"])
    hands.click("layerEditKeepKey")
    said["field after"] = hands.text("layerEditKey")
    hands.click("layerEditTestKey")
    yield from hands.until(lambda: "balance" in status(), 20, "right key")
    said["right key"] = status()
    said["key row"] = hands.widget("layerEditKey").isVisible()
    yield from hands.until(lambda: "$0.04" in hands.text("layerEditSubmit"), 10, "price")
    said["button"] = hands.text("layerEditSubmit")
    said["before"] = money()
    yield from hands.choose("layerEditModel", "draft")
    yield from hands.until(lambda: "$0.02" in hands.text("layerEditSubmit"), 10, "draft's price")
    yield from hands.choose("layerEditModel", "full")
    yield from hands.until(lambda: "$0.04" in hands.text("layerEditSubmit"), 10, "full price")

    budget = hands.widget("layerEditBudget")
    budget.setFocus()
    budget.selectAll()
    hands.keys("layerEditBudget", "0.05")
    hands.press("layerEditBudget", Qt.Key.Key_Tab)
    hands.click("layerEditMore")
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
