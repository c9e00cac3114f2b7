"""Reference values of the exhibit on the compiler, computed another way: writes compiler.csv beside this file.

The block of the sample in f64, from the same input and weights (SplitMix64 and Marsaglia's polar method, rounded to f32):
`plain` is its result, row by row, `int8` the same with weights in 8 bits, a scale for each output channel.
"""

import math
import pathlib

import numpy as np

TOKENS, WIDTH, HEADS, HIDDEN = 8, 32, 8, 88


class Noise:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = ((self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return ((z ^ (z >> 31)) >> 11) / 2.0**53

    def normal(self):
        while True:
            u, v = 2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0
            s = u * u + v * v
            if 0.0 < s < 1.0:
                return np.float32(u * math.sqrt(-2.0 * math.log(s) / s))


noise = Noise(0x0B10C0DE)


def tensor(rows, columns, mean, scale):
    mean, scale = np.float32(mean), np.float32(scale)
    return np.array([[mean + scale * noise.normal() for _ in range(columns)] for _ in range(rows)], dtype=np.float64)


def weight(outputs, inputs):
    return tensor(outputs, inputs, 0.0, np.float32(1.0) / np.sqrt(np.float32(inputs)))


def norm(x, gain):
    return x / np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-5) * gain


def block(x, gains, q, k, v, o, gate, up, down):
    y = norm(x, gains[0])
    q, k, v = ((y @ w.T).reshape(TOKENS, HEADS, -1).transpose(1, 0, 2) for w in (q, k, v))
    scores = q @ k.transpose(0, 2, 1) / math.sqrt(WIDTH / HEADS)
    scores = np.where(np.triu(np.ones((TOKENS, TOKENS)), 1) > 0, -np.inf, scores)
    weights = np.exp(scores - scores.max(axis=2, keepdims=True))
    mixed = weights / weights.sum(axis=2, keepdims=True) @ v
    x = x + mixed.transpose(1, 0, 2).reshape(TOKENS, WIDTH) @ o.T
    y = norm(x, gains[1])
    gated = y @ gate.T
    return x + (gated / (1.0 + np.exp(-gated)) * (y @ up.T)) @ down.T


def int8(w):
    step = np.abs(w).max(axis=1, keepdims=True) / 127.0
    return np.clip(np.rint(w / step), -127, 127) * step


x = tensor(TOKENS, WIDTH, 0.0, 1.0)
gains = [tensor(1, WIDTH, 1.0, 0.1) for _ in range(2)]
shapes = [(WIDTH, WIDTH)] * 4 + [(HIDDEN, WIDTH)] * 2 + [(WIDTH, HIDDEN)]
weights = [weight(*shape) for shape in shapes]
with open(pathlib.Path(__file__).with_suffix(".csv"), "w", encoding="ascii") as out:
    for name, used in (("plain", weights), ("int8", [int8(w) for w in weights])):
        for value in block(x, gains, *used).reshape(-1):
            print(name, f"{value:.9e}", sep=",", file=out)
