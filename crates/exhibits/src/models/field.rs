//! The velocity of rectified flow at many points, with its sums over the targets taken as a visitor chooses.
//!
//! The formula is that of [`Flow`](crate::flow::Flow), but no target is left out and no order is chosen for
//! speed: the terms of a sum have the same bits in every order, and only their additions differ.

use super::sum::{LANES, Lanes, Summation, each};
use crate::{arithmetic::exp, flow::LATEST};

/// Moves points by a step of Euler's method, from time `t` in \[0, 1\) to `t + step`: `x + step · v(x, t)`, where
///
/// `v(x, t) = Σ wᵢ (x₁ᵢ − x) / ((1 − t) Σ wᵢ)` with `wᵢ = exp((dₘᵢₙ − dᵢ) / 2(1 − t)²)` and `dᵢ = |x − t x₁ᵢ|²`,
///
/// and both sums over the targets `x₁ᵢ` are taken as `summation` says. Without targets nothing moves.
pub(super) fn advance(points: &mut [[f32; 2]], targets: &[[f32; 2]], t: f32, step: f32, summation: Summation) {
    for points in points.chunks_mut(LANES) {
        let mut x = [[0.0; LANES]; 2];
        let [across, along] = &mut x;
        for ((across, along), point) in across.iter_mut().zip(along).zip(&*points) {
            [*across, *along] = *point;
        }
        let [across, along] = velocity(x, targets, t, summation);
        for ((across, along), point) in across.into_iter().zip(along).zip(points) {
            *point = [point[0] + step * across, point[1] + step * along];
        }
    }
}

/// The velocities at some points, given and returned as their first and their second coordinates.
fn velocity(x: [Lanes; 2], targets: &[[f32; 2]], t: f32, summation: Summation) -> [Lanes; 2] {
    let terms = Terms::new(x, targets, t);
    let [weights, across, along] = summation.of(targets.iter().map(|target| terms.of(*target)));
    let left = terms.left;
    [across, along].map(|way| each(way, weights, |way, weight| if weight > 0.0 { way / (weight * left) } else { 0.0 }))
}

/// What the terms of a sum over the targets have in common.
struct Terms {
    x: [Lanes; 2],
    t: f32,
    left: f32,
    sharpness: f32,
    /// `dₘᵢₙ`: the weights are taken against the largest, so that no sum of them can vanish. A least does not depend on
    /// an order.
    closest: Lanes,
}

impl Terms {
    fn new(x: [Lanes; 2], targets: &[[f32; 2]], t: f32) -> Self {
        let t = t.clamp(0.0, LATEST);
        let left = 1.0 - t;
        let mut terms = Self { x, t, left, sharpness: -0.5 / (left * left), closest: [f32::INFINITY; LANES] };
        terms.closest = targets.iter().fold(terms.closest, |closest, target| {
            each(closest, terms.distances(*target), |closest, square| if square < *closest { square } else { *closest })
        });
        terms
    }

    /// The weight of a target, and its weighted way from `x`.
    fn of(&self, target: [f32; 2]) -> [Lanes; 3] {
        let weights = each(self.distances(target), self.closest, |d, closest| exp((d - closest) * self.sharpness));
        let [x, y] = self.x;
        let way = |x: Lanes, target: f32| each(x, weights, |x, weight| weight * (target - x));
        [weights, way(x, target[0]), way(y, target[1])]
    }

    /// The squares of the distances to a target times `t`.
    fn distances(&self, target: [f32; 2]) -> Lanes {
        let place = target.map(|target| self.t * target);
        let [x, y] = self.x;
        each(x, y, |x, y| {
            let [across, along] = [x - place[0], y - place[1]];
            across * across + along * along
        })
    }
}
