//! Constants, lines and parabolas that follow `1/√x` on an interval with the least worst relative error. Such a best
//! one reaches its worst error with alternating signs at one point more than it has coefficients (Chebyshev), which
//! determines it: in closed form up to the line, by exchange of the points for the parabola (Remez, 1934).

/// The best constant on \[from, to\] with `0 < from < to`, and its worst relative error.
///
/// `c √x − 1` is −e at `from` and e at `to`.
pub(super) fn constant(from: f64, to: f64) -> ([f64; 1], f64) {
    let (low, high) = (from.sqrt(), to.sqrt());
    ([2.0 / (low + high)], (high - low) / (high + low))
}

/// The best line `c₀ + c₁ x` on \[from, to\] with `0 < from < to`, and its worst relative error.
///
/// With `s = a + √(ab) + b` the relative value `√x (c₀ + c₁ x)` of `c₀ = k s`, `c₁ = −k` is the same at both ends, a
/// and b, and greatest at `s/3`; `k` puts 1 in the middle of the two.
pub(super) fn line(from: f64, to: f64) -> ([f64; 2], f64) {
    let s = from + (from * to).sqrt() + to;
    let least = from.sqrt() * (s - from);
    let most = (s / 3.0).sqrt() * (s - s / 3.0);
    let k = 2.0 / (least + most);
    ([k * s, -k], (most - least) / (most + least))
}

/// Rounds of exchange: each squares the error of the points, which begin within a fifth of the interval.
const ROUNDS: usize = 8;

/// The best parabola `c₀ + c₁ x + c₂ x²` on \[from, to\] with `0 < from < to`, and its worst relative error.
///
/// Given four points, the parabola whose relative error has one size and alternating signs there; given a parabola, the
/// extremes of its error: the ends, and where `c₀ + 3 c₁ x + 5 c₂ x²`, the derivative of `√x (c₀ + c₁ x + c₂ x²)` by
/// `√x`, is 0.
pub(super) fn parabola(from: f64, to: f64) -> ([f64; 3], f64) {
    let width = to - from;
    // The extremes of Chebyshev's polynomial of degree 3 are the best beginning.
    let mut points = [from, from + 0.25 * width, from + 0.75 * width, to];
    let (mut coefficients, mut error) = alternating(points);
    for _ in 0..ROUNDS {
        let [c0, c1, c2] = coefficients;
        let (half, product) = (-0.3 * c1 / c2, 0.2 * c0 / c2);
        let root = (half * half - product).max(0.0).sqrt();
        points = [from, half - root, half + root, to];
        (coefficients, error) = alternating(points);
    }
    (coefficients, error.abs())
}

/// The parabola with relative error −e, e, −e, e at four points, and e.
///
/// At a point its value is `(1 ∓ e) / √x`, and the third divided difference of a parabola is 0: that gives e, and
/// Newton's interpolation through three of the points the rest.
fn alternating(points: [f64; 4]) -> ([f64; 3], f64) {
    let [r0, r1, r2, r3] = points.map(|x| 1.0 / x.sqrt());
    let error = third_difference(points, [r0, r1, r2, r3]) / third_difference(points, [r0, -r1, r2, -r3]);
    let [x0, x1, x2, _] = points;
    let (y0, y1, y2) = ((1.0 - error) * r0, (1.0 + error) * r1, (1.0 - error) * r2);
    let first = (y1 - y0) / (x1 - x0);
    let second = ((y2 - y1) / (x2 - x1) - first) / (x2 - x0);
    ([y0 - first * x0 + second * x0 * x1, first - second * (x0 + x1), second], error)
}

/// The third divided difference of values at points, which is linear in the values.
fn third_difference([x0, x1, x2, x3]: [f64; 4], [y0, y1, y2, y3]: [f64; 4]) -> f64 {
    let (d01, d12, d23) = ((y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1), (y3 - y2) / (x3 - x2));
    let (d02, d13) = ((d12 - d01) / (x2 - x0), (d23 - d12) / (x3 - x1));
    (d13 - d02) / (x3 - x0)
}
