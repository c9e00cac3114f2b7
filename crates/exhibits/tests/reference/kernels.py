"""Reference values of the exhibit on kernels, computed another way: writes kernels.csv beside this file.

`misses` rows: size, order, tile (0 for none), misses of C, of A and of B, lines written back. Addresses come from NumPy's
index arithmetic, the cache is an ordered dictionary for each set.

`product` rows: size, the first and the last element of C, and the sum of all, in f64 from the same A and B.
"""

import pathlib
from collections import OrderedDict

import numpy as np

SIZES, TILES, ORDERS = [24, 32, 40, 48, 64], [0, 4, 8, 16, 32], ["ijk", "ikj", "jik", "jki", "kij", "kji"]
LINE, SETS, WAYS, LARGEST = 16, 16, 4, 64


def trace(size, order, tile):
    """Rows of (i, j, k) in the order in which the loops pass them."""
    tile = min(tile or size, size)
    axis = np.arange(size)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij")).reshape(3, -1)  # i, j, k
    keys = [grid["ijk".index(name)] for name in order]
    # np.lexsort sorts by its last key first.
    return grid[:, np.lexsort(keys[::-1] + [key // tile for key in keys][::-1])].T


def misses(size, order, tile):
    i, j, k = trace(size, order, tile).T
    square = size * size
    lines = np.stack([i * size + k, square + k * size + j, 2 * square + i * size + j]).T.reshape(-1) // LINE
    sets = [OrderedDict() for _ in range(SETS)]
    missed, written = [0, 0, 0], 0
    for n, line in enumerate(lines.tolist()):
        held, matrix = sets[line % SETS], (1, 2, 0)[n % 3]
        if line in held:
            held.move_to_end(line)
        else:
            missed[matrix] += 1
            if len(held) == WAYS:
                written += held.popitem(last=False)[1]
            held[line] = False
        held[line] |= matrix == 0
    return missed + [written + sum(sum(held.values()) for held in sets)]


def operands():
    """SplitMix64 of the exhibit's seed, uniform in [-1, 1), rounded to f32."""
    state, mask, found = 0x00C0FFEE, (1 << 64) - 1, []
    for _ in range(2 * LARGEST * LARGEST):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        found.append(2.0 * (((z ^ (z >> 31)) >> 11) / 2.0**53) - 1.0)
    return np.array(found, dtype=np.float32).astype(np.float64).reshape(2, LARGEST, LARGEST)


with open(pathlib.Path(__file__).with_suffix(".csv"), "w", encoding="ascii") as out:
    for size in SIZES:
        for order in ORDERS:
            for tile in TILES:
                print("misses", size, order, tile, *misses(size, order, tile), sep=",", file=out)
    a, b = operands()
    for size in SIZES:
        c = a[:size, :size] @ b[:size, :size]
        values = [f"{value:.12e}" for value in (c[0, 0], c[-1, -1], c.sum())]
        print("product", size, *values, sep=",", file=out)
