//! The same points on their way from noise to a shape, twice: two runs that differ in how they add, and in nothing
//! else.
//!
//! Both runs take Euler's steps along the exact velocity field. **Reflowed** means the second rectified flow of the
//! pairs (start, end) that a run has made with [`FINE`] steps. Its velocity at a point is the mean of `end − start`
//! over all pairs whose straight line passes there at that time. The points that travel are the pairs' own, and no two
//! of their lines meet at the same time, which the tests check for every shape: the mean is over one pair, every path
//! is straight and its velocity constant. Points between the pairs are not shown, and no network is trained.

use std::sync::OnceLock;

use super::{
    field::advance,
    shape::{POINTS, Shape, noise},
    sum::{Precision, Summation, SummationOrder},
};

/// Euler steps to the pairs of a reflow: as many as are offered for a run.
pub(super) const FINE: u16 = 64;

/// The points that have a letter and leave a trail, from left to right in the noise. The fifth goes two ways to two
/// moons in 32 steps; some of the others do in bf16, or on their way to other shapes.
pub(super) const LETTERED: [usize; 6] = [41, 35, 187, 16, 117, 184];

/// From what gap on the ends of a point are two, in standard deviations of the noise. Whatever is set, what rounding
/// alone moves ends up to 0.38 apart, on neighbouring targets, and what goes to another part of the shape 0.43 or more.
pub(super) const TWO_WAYS: f32 = 0.4;

/// What a visitor has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TravelSetting {
    /// Where the points go.
    pub(super) shape: Shape,
    /// Euler steps from noise to shape: a power of two up to 64, so that the times of all steps are exact.
    pub(super) steps: u16,
    /// Whether the points follow the flow of the pairs that the flow has made.
    pub(super) reflowed: bool,
    /// How the two runs add.
    pub(super) sums: [Summation; 2],
}

/// Two runs, as far as they have come.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Travel {
    setting: TravelSetting,
    /// Whether the pairs of a reflow are still to be made.
    pairing: bool,
    /// Steps taken, of those to the pairs or of those along the flow.
    taken: u16,
    runs: [Run; 2],
    /// At the start and after every step: at most 65.
    gaps: Vec<Gap>,
    /// The places of the lettered points in each run, at the start and after every step: 6 kB.
    trails: [Vec<[f32; 2]>; 2],
}

/// How far two runs lie apart, over all points, in standard deviations of the noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gap {
    /// Half of the points lie less apart, or as much.
    pub(super) median: f32,
    /// No point lies further apart.
    pub(super) largest: f32,
}

/// A point in both runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Twin {
    /// Where it is in each.
    pub(super) places: [[f32; 2]; 2],
    /// Whether both had the same bits after the last step.
    pub(super) agrees: bool,
}

impl Twin {
    /// Whether it lies so far apart that it has gone two ways.
    pub(super) fn has_parted(&self) -> bool {
        self.gap() > TWO_WAYS
    }

    /// How far it lies apart, in standard deviations of the noise.
    pub(super) fn gap(&self) -> f32 {
        let [one, other] = self.places;
        distance(one, other)
    }
}

impl Travel {
    /// Both runs in the noise.
    pub(super) fn new(setting: TravelSetting) -> Self {
        let runs = setting.sums.map(|summation| Run::new(setting.shape.targets(), summation));
        Self::along(setting, setting.reflowed, runs)
    }

    fn along(setting: TravelSetting, pairing: bool, runs: [Run; 2]) -> Self {
        let (gaps, trails) = (Vec::new(), [Vec::new(), Vec::new()]);
        let mut travel = Self { setting, pairing, taken: 0, runs, gaps, trails };
        travel.record();
        travel
    }

    /// Takes one Euler step of both runs, 0.23 ms on a small machine; none at the end. When the pairs of a reflow are
    /// made, the points are back in the noise.
    pub(super) fn advance(&mut self) {
        if self.has_ended() {
            return;
        }
        let step = 1.0 / f32::from(self.steps());
        for run in &mut self.runs {
            run.advance(f32::from(self.taken) * step, step);
        }
        self.taken += 1;
        self.record();
        if self.pairing && self.taken == FINE {
            *self = Self::along(self.setting, false, [self.runs[0].reflowed(), self.runs[1].reflowed()]);
        }
    }

    fn record(&mut self) {
        let mut gaps: Vec<f32> = self.twins(1.0).map(|twin| twin.gap()).collect();
        gaps.sort_by(f32::total_cmp);
        let at = |n: usize| gaps.get(n).copied().unwrap_or_default();
        self.gaps.push(Gap { median: at(POINTS.div_ceil(2) - 1), largest: at(POINTS - 1) });
        for (trail, run) in self.trails.iter_mut().zip(&self.runs) {
            trail.extend(LETTERED.iter().filter_map(|point| run.now.get(*point)));
        }
    }

    /// What was chosen.
    pub(super) fn setting(&self) -> TravelSetting {
        self.setting
    }

    /// Whether the pairs of a reflow are still to be made.
    pub(super) fn is_pairing(&self) -> bool {
        self.pairing
    }

    /// How many steps there are: to the pairs of a reflow while they are made, else along the flow.
    pub(super) fn steps(&self) -> u16 {
        if self.pairing { FINE } else { self.setting.steps }
    }

    /// How many of them are taken.
    pub(super) fn taken(&self) -> u16 {
        self.taken
    }

    /// Whether there is no step left.
    pub(super) fn has_ended(&self) -> bool {
        !self.pairing && self.taken == self.setting.steps
    }

    /// All points, at a part, 0 to 1, of the last step.
    pub(super) fn twins(&self, part: f32) -> impl Iterator<Item = Twin> {
        let [one, other] = &self.runs;
        one.at(part).zip(other.at(part)).zip(one.now.iter().zip(&other.now)).map(|((one, other), (a, b))| Twin {
            places: [one, other],
            agrees: a.map(f32::to_bits) == b.map(f32::to_bits),
        })
    }

    /// The way of a lettered point in a run, up to the last step but one.
    pub(super) fn trail(&self, run: usize, letter: usize) -> impl Iterator<Item = [f32; 2]> {
        let places = self.trails.get(run).into_iter().flatten();
        places.skip(letter).step_by(LETTERED.len()).take(usize::from(self.taken)).copied()
    }

    /// The point that lies furthest apart, if it has gone two ways: a lettered one where one of them has.
    pub(super) fn parted(&self) -> Option<usize> {
        let apart: Vec<_> = self.twins(1.0).enumerate().filter(|(_, twin)| twin.has_parted()).collect();
        let lettered = |point: &usize| LETTERED.contains(point);
        let furthest = apart
            .iter()
            .max_by(|(one, a), (other, b)| lettered(one).cmp(&lettered(other)).then(a.gap().total_cmp(&b.gap())));
        furthest.map(|(point, _)| *point)
    }

    /// How far the runs lay apart, at the start and after every step.
    pub(super) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The first step after which the runs of a point were not in the same place, to the bit.
    pub(super) fn first_difference(&self) -> Option<usize> {
        self.gaps.iter().position(|gap| gap.largest > 0.0)
    }

    /// Half of the points lie less apart, or as much, in units in the last place of a point's largest coordinate.
    pub(super) fn median_ulps(&self) -> f64 {
        let mut ulps: Vec<f64> = self.twins(1.0).map(|twin| ulps(twin.places)).collect();
        ulps.sort_by(f64::total_cmp);
        ulps.get(POINTS.div_ceil(2) - 1).copied().unwrap_or_default()
    }

    /// The root of the mean square of the distances from the first run's points to the nearest target.
    pub(super) fn off_shape(&self) -> f64 {
        let targets = self.setting.shape.targets();
        let nearest = |x: &[f32; 2]| targets.iter().map(|target| square(*x, *target)).fold(f64::INFINITY, f64::min);
        (self.runs[0].now.iter().map(nearest).sum::<f64>() / POINTS as f64).sqrt()
    }
}

/// How straight the paths of a flow are, by the measure S of Liu, Gong and Liu, 2022: the mean square of what the
/// velocity on a path differs by from the path's mean velocity. 0 is straight at constant speed. It is a property of
/// the flow: the paths are taken in [`FINE`] steps, however many a visitor has chosen. Computed once for each shape, in
/// 8 ms on a small machine.
pub(super) fn straightness(shape: Shape, reflowed: bool) -> f64 {
    static ALL: [OnceLock<[f64; 2]>; Shape::ALL.len()] = [const { OnceLock::new() }; Shape::ALL.len()];
    let [first, ..] = &ALL;
    let [rectified, after] = *ALL.get(shape as usize).unwrap_or(first).get_or_init(|| {
        let mut run =
            Run::new(shape.targets(), Summation { order: SummationOrder::Forward, precision: Precision::F32 });
        let rectified = run.straightness();
        [rectified, run.reflowed().straightness()]
    });
    if reflowed { after } else { rectified }
}

/// The points of one run.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    targets: &'static [[f32; 2]],
    summation: Summation,
    /// After a reflow, the velocity of each point's straight line.
    lines: Option<Vec<[f32; 2]>>,
    before: Vec<[f32; 2]>,
    now: Vec<[f32; 2]>,
}

impl Run {
    fn new(targets: &'static [[f32; 2]], summation: Summation) -> Self {
        Self { targets, summation, lines: None, before: noise().to_vec(), now: noise().to_vec() }
    }

    /// The run along the flow of this one's pairs.
    fn reflowed(&self) -> Self {
        let line = |(from, to): (&[f32; 2], &[f32; 2])| [to[0] - from[0], to[1] - from[1]];
        let lines = noise().iter().zip(&self.now).map(line).collect();
        Self { lines: Some(lines), ..Self::new(self.targets, self.summation) }
    }

    fn advance(&mut self, t: f32, step: f32) {
        self.before.clone_from(&self.now);
        let Some(lines) = &self.lines else {
            return advance(&mut self.now, self.targets, t, step, self.summation);
        };
        for (point, velocity) in self.now.iter_mut().zip(lines) {
            *point = [point[0] + step * velocity[0], point[1] + step * velocity[1]];
        }
    }

    fn at(&self, part: f32) -> impl Iterator<Item = [f32; 2]> {
        // At the end of the step its own bits, not those of the mean.
        let between = move |from: f32, to: f32| if part < 1.0 { from + part * (to - from) } else { to };
        self.before.iter().zip(&self.now).map(move |(from, to)| [between(from[0], to[0]), between(from[1], to[1])])
    }

    /// Takes all steps from the noise, and measures how straight the paths are.
    fn straightness(&mut self) -> f64 {
        let step = 1.0 / f32::from(FINE);
        let mean = |from: &[[f32; 2]], to: &[[f32; 2]]| {
            from.iter().zip(to).map(|(from, to)| square(*from, *to)).sum::<f64>() / POINTS as f64
        };
        let mut energy = 0.0;
        for n in 0..FINE {
            self.advance(f32::from(n) * step, step);
            energy += mean(&self.before, &self.now) * f64::from(FINE);
        }
        // The variance as the mean of the squares less the square of the mean; rounding may take it below 0.
        (energy - mean(noise(), &self.now)).max(0.0)
    }
}

fn square(one: [f32; 2], other: [f32; 2]) -> f64 {
    let [across, along] = [f64::from(one[0]) - f64::from(other[0]), f64::from(one[1]) - f64::from(other[1])];
    across * across + along * along
}

fn distance(one: [f32; 2], other: [f32; 2]) -> f32 {
    square(one, other).sqrt() as f32
}

/// How far one place lies from the other, in units in the last place of the largest of their coordinates. A unit of the
/// coordinate that differs would say nothing where that is near zero: there are as many `f32`s from −1e-6 to 1e-6 as
/// from 1e-6 to 1e32.
pub(super) fn ulps([one, other]: [[f32; 2]; 2]) -> f64 {
    let largest = one.into_iter().chain(other).map(f32::abs).fold(f32::MIN_POSITIVE, f32::max);
    let power_of_two = f32::from_bits(largest.to_bits() & 0x7F80_0000);
    square(one, other).sqrt() / f64::from(power_of_two) / f64::from(f32::EPSILON)
}
