"""Reference values for the exhibit on one over the square root, computed with NumPy.

    python3 crates/exhibits/tests/reference/numerics.py > crates/exhibits/tests/reference/numerics.csv

Every f32 in [1, 4) is tried, all 16 777 216 of them, and compared with 1/sqrt(x) in f64. The methods are written here a
second time, from their publications, in NumPy's own f32 arithmetic; lines and parabolas are found by exchange on a dense
grid with a general solver, in no closed form.

Columns: method, its two settings, worst relative error over all floats, and the minimax error before rounding (or nothing).
"""

import numpy as np

F = np.float32
X = np.arange(0x3F800000, 0x40800000, dtype=np.uint32).view(F)
ROOT = np.sqrt(X.astype(np.float64))


def worst(y):
    assert y.dtype == F
    return np.abs(y.astype(np.float64) * ROOT - 1.0).max()


def newton(y, steps, coefficients=()):
    half = F(0.5) * X
    for step in range(steps):
        first = F(coefficients[step]) if step < len(coefficients) else F(1.5)
        y = y * (first - half * y * y)
    return y


def bit_trick(constant, steps):
    y = (np.uint32(constant) - (X.view(np.uint32) >> np.uint32(1))).view(F)
    if constant == 0x5F1FFFF9 and steps > 0:
        y = F(0.703952253) * y * (F(2.38924456) - X * y * y)
        steps -= 1
    coefficients = (1.50087896, 1.50000057) if constant == 0x5F376908 else ()
    return newton(y, steps, coefficients)


def minimax(degree, low, high):
    """The polynomial p of least worst |sqrt(x) p(x) - 1| on [low, high], by exchange on a grid, and that error."""
    middle, half = (low + high) / 2, (high - low) / 2
    grid = middle - half * np.cos(np.linspace(0, np.pi, 20001))
    basis = np.vander((grid - middle) / half, degree + 1, increasing=True) * np.sqrt(grid)[:, None]
    at = np.linspace(0, len(grid) - 1, degree + 2).astype(int)
    for _ in range(30):
        signs = (-1.0) ** np.arange(degree + 2)
        solved = np.linalg.solve(np.column_stack([basis[at], signs]), np.ones(degree + 2))
        error = basis @ solved[:-1] - 1.0
        # Between two sign changes of the error lies one extreme.
        changes = np.flatnonzero(np.diff(np.sign(error)) != 0) + 1
        parts = np.split(np.arange(len(grid)), changes)
        new = np.array([part[np.argmax(np.abs(error[part]))] for part in parts])
        if len(new) != degree + 2 or np.array_equal(new, at):
            break
        at = new
    shifted = np.polynomial.Polynomial(solved[:-1], domain=[low, high], window=[-1, 1])
    return shifted.convert().coef, np.abs(error).max()


def edges(n):
    """The edges of 2^n pieces: even in each of the octaves [1, 2) and [2, 4)."""
    bits = np.arange((1 << n) + 1, dtype=np.uint32) << np.uint32(24 - n)
    return (bits + np.uint32(0x3F800000)).view(F).astype(np.float64)


def place(n):
    return (X.view(np.uint32) - np.uint32(0x3F800000)) >> np.uint32(24 - n)


def pieces(degree, n):
    found = [minimax(degree, low, high) for low, high in zip(edges(n), edges(n)[1:])]
    table = np.array([coefficients for coefficients, _ in found]).astype(F)[place(n)]
    y = table[:, degree]
    for power in reversed(range(degree)):
        y = y * X + table[:, power]
    return y, max(error for _, error in found)


def table(n, steps):
    low, high = edges(n)[:-1], edges(n)[1:]
    # The constant c for which c sqrt(low) - 1 and c sqrt(high) - 1 differ in sign only.
    return newton((2 / (np.sqrt(low) + np.sqrt(high))).astype(F)[place(n)], steps)


print("method,setting,steps,worst,minimax")
for constant in (0x5F3759DF, 0x5F375A86, 0x5F376908, 0x5F1FFFF9):
    for steps in range(4):
        print(f"bits,{constant:#x},{steps},{worst(bit_trick(constant, steps)):.9e},")
for degree, name in ((1, "lines"), (2, "parabolas")):
    for n in range(6):
        y, error = pieces(degree, n)
        print(f"{name},{n},0,{worst(y):.9e},{error:.9e}")
for n in range(1, 9):
    for steps in range(3):
        print(f"table,{n},{steps},{worst(table(n, steps)):.9e},")
