"""Reference values of the exhibit on models, in double precision and with NumPy's own functions.

    python3 crates/exhibits/tests/reference/models.py > crates/exhibits/tests/reference/models.csv

A row is a kind, what it is about, and its values. Nothing here is taken from the Rust sources but what defines the exhibit:
the seeds, the shapes' formulas, and the order in which terms meet. NumPy's sine and exponential differ in their last bits from
one release to the next, and with them the values: by less than 1e-11.
"""

import math

import numpy as np

MASK = (1 << 64) - 1
POINTS, TARGETS, SEED = 256, 128, 27_298


def noise(seed, count):
    """SplitMix64 (Steele, Lea and Flood, 2014) and Marsaglia's polar method (1964)."""
    state = seed

    def uniform():
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 11) / 2.0**53

    draws = []
    while len(draws) < count:
        u, v = 2 * uniform() - 1, 2 * uniform() - 1
        s = u * u + v * v
        if 0 < s < 1:
            factor = math.sqrt(-2 * math.log(s) / s)
            draws.append((u * factor, v * factor))
    return np.array(draws)


def circle(turns):
    return np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], axis=-1)


def shapes():
    n = np.arange(TARGETS)
    half = circle(np.linspace(0, 0.5, TARGETS // 2))
    moons = 1.5 * np.concatenate([half - [0.5, 0.25], [0.5, 0.25] - half])
    turns = 2 * np.sqrt((n + 1) / TARGETS)
    spiral = turns[:, None] * circle(turns)
    clusters = 1.8 * circle((n // 16) / 8) + 0.1 * noise(0, TARGETS)
    ring = 1.6 * circle(n / TARGETS)
    return {"two moons": moons, "spiral": spiral, "eight clusters": clusters, "ring": ring}


def velocity(x, targets, t):
    way = targets[None] - x[:, None]
    square = ((x[:, None] - t * targets[None]) ** 2).sum(-1) / (2 * (1 - t) ** 2)
    weights = np.exp(square.min(1, keepdims=True) - square)
    weights /= weights.sum(1, keepdims=True)
    return (weights[..., None] * way).sum(1) / (1 - t)


def travel(x0, targets, steps):
    """The points after all steps, and the straightness of their ways."""
    x, energy = x0, 0.0
    for n in range(steps):
        v = velocity(x, targets, n / steps)
        energy += (v**2).sum(-1).mean() / steps
        x = x + v / steps
    return x, energy - ((x - x0) ** 2).sum(-1).mean()


def off_shape(x, targets):
    return math.sqrt(((x[:, None] - targets[None]) ** 2).sum(-1).min(1).mean())


def bf16(values):
    """To the nearest number of 8 significant bits, ties to even; what is rounded here is far from the ends of the range."""
    mantissa, exponent = np.frexp(np.asarray(values, dtype=np.float64))
    return np.ldexp(np.rint(np.ldexp(mantissa, 8)), exponent - 8)


def total(terms, order, rounded):
    """A sum whose every addition is rounded."""
    terms = [rounded(term) for term in terms]
    if order == "pairwise":
        while len(terms) > 1:
            pairs = [rounded(a + b) for a, b in zip(terms[::2], terms[1::2])]
            terms = pairs + terms[len(pairs) * 2 :]
        return terms[0]
    terms = terms if order == "forward" else terms[::-1]
    sum = terms[0]
    for term in terms[1:]:
        sum = rounded(sum + term)
    return sum


def row(*cells):
    print(",".join(repr(float(cell)) if isinstance(cell, float) else str(cell) for cell in cells))


def main():
    x0 = noise(SEED, POINTS)
    for n in range(0, POINTS, 17):
        row("noise", n, *x0[n])
    for name, targets in shapes().items():
        for n in range(0, TARGETS, 9):
            row("target", name, n, *targets[n])
        for t in (0.0, 0.25, 0.5, 0.75, 0.9375):
            for n in range(0, POINTS, 51):
                # Where a point of the flow may be at that time.
                x = (1 - t) * x0[n] + t * targets[n // 2]
                row("velocity", name, t, *x, *velocity(x[None], targets, t)[0])
        for steps in (1, 2, 4, 8, 16, 32, 64):
            end, straightness = travel(x0, targets, steps)
            row("figures", name, steps, off_shape(end, targets), straightness)
            for n in range(3, POINTS, 63):
                row("end", name, steps, n, *end[n])
    terms = np.float32(1) / np.arange(1, 129).astype(np.float32)
    for order in ("forward", "backward", "pairwise"):
        row("sum", "bf16", order, float(total(terms.astype(np.float64), order, bf16)))
        row("sum", "f32", order, float(total(terms, order, np.float32)))
        row("sum", "f64", order, float(np.float32(total(terms, order, np.float64))))


main()
