"""Reference values for the exhibit on quantization, computed with NumPy.

    python3 crates/exhibits/tests/reference/quantization.py > crates/exhibits/tests/reference/quantization.csv

The made-up weights are made here a second time, from the description of their noise: SplitMix64 (Steele, Lea and Flood,
2014) and Marsaglia's polar method. They are quantized in f32 with NumPy's own rounding and f16, and compared in f64.

Columns: the setting; the SQNR in dB when each weight is rounded to the nearest level; and the best SQNR in dB that shrinking
each group's grid can give, of 600 sizes of it, ten times finer a search than the exhibit's.
"""

import math

import numpy as np

F = np.float32


class Noise:
    def __init__(self, seed):
        self.state = seed

    def bits(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def uniform(self):
        return (self.bits() >> 11) / 2.0**53

    def normal(self):
        while True:
            u, v = 2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0
            s = u * u + v * v
            if 0.0 < s < 1.0:
                factor = math.sqrt(-2.0 * math.log(s) / s)
                return [float(F(u * factor)), float(F(v * factor))]


def body(channels=32, weights=256):
    noise, layer = Noise(7), []
    for _ in range(channels):
        size = 0.02 * (0.5 + noise.uniform()) / math.sqrt(1.0 + 6.0 / 12.0 + 15.0 / 144.0)
        z = np.array([z for _ in range(weights // 2) for z in noise.normal()])
        layer.append((size * z * (1.0 + z * z / 12.0)).astype(F))
    return np.array(layer)


def layer(outlier):
    weights = body()
    weights[1, 37] = outlier
    return weights.reshape(-1)


def losses(groups, bits, asymmetric, shrink):
    """The sum of the squared errors of each group, with its grid shrunk to a part of what its weights span."""
    shrink = F(shrink)
    low = np.minimum(groups.min(axis=1, keepdims=True), F(0)) * shrink
    high = np.maximum(groups.max(axis=1, keepdims=True), F(0)) * shrink
    if asymmetric:
        least, most = F(0), F(2**bits - 1)
        step = ((high - low) / most).astype(np.float16).astype(F)
        zero = np.minimum(np.rint(-low / step), most)
    else:
        most = F(2 ** (bits - 1) - 1)
        least, zero = -most, F(0)
        step = (np.maximum(high, -low) / most).astype(np.float16).astype(F)
    integers = np.clip(np.rint(groups / step) + zero, least, most)
    error = groups.astype(np.float64) - ((integers - zero) * step).astype(np.float64)
    return (error * error).sum(axis=1)


print("bits,scheme,group,outlier,nearest,best")
for outlier in (0.10, 0.25, 0.45):
    weights = layer(outlier)
    signal = (weights.astype(np.float64) ** 2).sum()
    for scheme in ("symmetric", "asymmetric"):
        for group in (8192, 256, 128, 64, 32, 16):
            groups = weights.reshape(-1, group)
            for bits in range(2, 9):
                whole = losses(groups, bits, scheme == "asymmetric", 1.0)
                best = whole.copy()
                for shrink in np.geomspace(1.0, 0.058, 600):
                    best = np.minimum(best, losses(groups, bits, scheme == "asymmetric", shrink))
                ratio = [10.0 * math.log10(signal / loss.sum()) for loss in (whole, best)]
                print(f"{bits},{scheme},{group},{outlier:.2f},{ratio[0]:.6f},{ratio[1]:.6f}")
