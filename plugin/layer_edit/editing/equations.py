"""Small systems of linear equations, for fits of a handful of numbers."""

from __future__ import annotations


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x with matrix · x = right, by Gaussian elimination with partial pivoting.

    `matrix` is square. An unknown that nothing determines becomes 0.
    """
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    largest = max((abs(value) for row in matrix for value in row), default=0.0)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        top = rows[column]
        if abs(top[column]) <= 1e-12 * largest:
            continue
        for row in rows[column + 1 :]:
            factor = row[column] / top[column]
            if factor:
                for index in range(column, size + 1):
                    row[index] -= factor * top[index]
    found = [0.0] * size
    for column in reversed(range(size)):
        row = rows[column]
        if abs(row[column]) > 1e-12 * largest:
            known = sum(row[index] * found[index] for index in range(column + 1, size))
            found[column] = (row[size] - known) / row[column]
    return found
