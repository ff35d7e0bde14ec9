"""The tests. A package, so that `tests.double` is found whatever else is installed."""
